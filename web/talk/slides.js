/** The talk: one step at a time over the whole window, driven by keys, by a clicker, by two buttons or by a swipe. */

import { address } from '../app/address.js';
import { make } from '../app/dom.js';
import { live } from './live.js';
import { formula } from './math.js';
import { drawnFrom } from './parts.js';
import { channel } from './speaker.js';
import { ahead, enter, leave, replay, stage as shown } from './stage.js';
import { PLANS, planned } from './steps.js';
import { show as say, words } from './en.js';

/** Two digits within this time are one number. In milliseconds. */
const DIGITS = 700;
/** A finger that moved this far has swiped, in pixels. */
const SWIPE = 60;

/** @param {string | number | null} minutes @returns {number} one of the plans there are, the longest by itself */
const planOf = (minutes) => PLANS.find((each) => each === Number(minutes)) ?? 20;

/** @param {{ close: () => void, other: () => void }} controls @returns {import('./talk.js').Way} */
export function prepareSlides({ close, other }) {
  const stage = make('div', { class: 'slide-area', tabindex: '-1', autofocus: true });
  const spoken = make('p', { class: 'visually-hidden', role: 'status' });
  const place = make('span', { class: 'place', 'aria-hidden': 'true' });
  /** How long the talk is, in minutes, and its steps. */
  let minutes = planOf(address().plan);
  let steps = planned(minutes);
  const bar = make('i', { 'aria-hidden': 'true' });
  const button = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => void} */ act) => {
    const made = make('button', { type: 'button', class: `icon ${sign}`, 'aria-label': label, title: label });
    made.addEventListener('click', act);
    return made;
  };
  const article = make('button', { type: 'button', class: 'link' }, [say.article]);
  article.addEventListener('click', other);
  const nav = make('nav', { class: 'walk', 'aria-label': say.name }, [
    make('span', { class: 'keys-line' }, [say.keys]), article,
    button(say.before, 'back', () => go(at - 1)), place, button(say.after, 'on', forward),
    button(say.notes, 'notes', openNotes), button(say.full, 'fill', full), button(say.close, 'leave', close),
  ]);
  const blank = make('div', { class: 'blank', hidden: true });

  /** @typedef {{ slide: HTMLElement, figure: import('./parts.js').Figure }} Entry */
  /** By the step's id. @type {Map<string, Entry>} */
  const made = new Map();
  let at = -1;

  /** @param {number} n @returns {Entry | null} */
  function slideOf(n) {
    const step = steps[n];
    if (!step) return null;
    const before = made.get(step.id);
    if (before) return before;
    const { title, line } = words[/** @type {keyof typeof words} */ (step.id)];
    const figure = step.figure();
    const foot = make('div', { class: 'foot' }, [...step.formulas.map((name) => formula(name, 'inline')), ...(line ? [make('p', {}, [line])] : [])]);
    const slide = make('section', { class: 'slide', id: `step-${step.id}`, 'data-step': step.id }, [make('h2', {}, [title]), make('div', { class: 'figure-area' }, [figure.node]), ...(foot.childElementCount > 0 ? [foot] : []), ...drawnFrom()]);
    const entry = { slide, figure };
    made.set(step.id, entry);
    return entry;
  }

  /** @param {number} n */
  function go(n) {
    const next = Math.max(0, Math.min(steps.length - 1, n));
    blank.hidden = true;
    const entry = slideOf(next);
    if (!entry || (next === at && stage.contains(entry.slide))) return sendState();
    if (current) leave(current.figure);
    at = next;
    current = entry;
    const { slide, figure } = entry;
    const { id } = /** @type {import('./parts.js').Step} */ (steps[at]);
    const held = document.activeElement instanceof HTMLElement && stage.contains(document.activeElement);
    stage.replaceChildren(slide);
    // What had the focus is gone with the step before.
    if (held) stage.focus();
    place.textContent = `${at + 1} / ${steps.length}`;
    bar.style.setProperty('--part', String((at + 1) / steps.length));
    spoken.textContent = say.step(at + 1, steps.length, words[/** @type {keyof typeof words} */ (id)].title);
    history.replaceState(history.state, '', `${location.pathname}${location.search}#${id}`);
    enter(figure);
    ahead(slideOf(at + 1)?.figure ?? null);
    sendState();
  }
  /** What is on stage. @type {Entry | null} */
  let current = null;

  /** The next step, once this one's question is answered. */
  function forward() {
    if (!current?.figure.reveal?.()) go(at + 1);
  }

  /** @param {number} length in minutes: steps are left out, and the one on stage stays if it can */
  function setPlan(length) {
    minutes = planOf(length);
    const here = steps[at];
    steps = planned(minutes);
    const kept = here ? steps.indexOf(here) : 0;
    const nearest = kept >= 0 || !here ? kept : Math.max(0, steps.findLastIndex((step) => all.indexOf(step) < all.indexOf(here)));
    at = -1;
    go(nearest);
  }
  const all = planned(20);

  const send = channel((message) => {
    if (message.type === 'hello') sendState();
    else if (message.type === 'plan') setPlan(message.minutes);
    else if (message.type === 'key') act(message.key);
  }, live.signal);

  /** Sends the speaker's window where the talk is. */
  function sendState() {
    const { id = '' } = steps[at] ?? {};
    send({ type: 'state', id, at, of: steps.length, minutes, next: steps[at + 1]?.id ?? null, blank: !blank.hidden, replaying: shown.replaying });
  }

  function openNotes() {
    window.open(`${location.pathname}?talk=notes`, 'pastiche-notes', 'popup,width=760,height=620');
  }

  function darken() {
    blank.hidden = !blank.hidden;
    sendState();
  }
  shown.onReplay = sendState;

  let typed = '';
  let typedAt = 0;
  /** @param {string} digit */
  function number(digit) {
    const now = performance.now();
    const both = typed + digit;
    // There is no step 51: the one that follows a five begins a number of its own.
    typed = now - typedAt < DIGITS && Number(both) <= steps.length ? both : digit;
    typedAt = now;
    const wanted = Number(typed);
    if (wanted >= 1) go(wanted - 1);
  }

  function full() {
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    else void document.documentElement.requestFullscreen?.().catch(() => {});
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const onButton = target instanceof HTMLButtonElement;
    const onSlider = target instanceof HTMLInputElement;
    // A control that has the focus keeps the keys that are its own.
    if (onButton && (event.key === ' ' || event.key === 'Enter')) return;
    if (onSlider && /^(Arrow|Home|End)/.test(event.key)) return;
    if (act(event.key)) event.preventDefault();
  }

  /** @param {string} name of a key, of this keyboard, of a remote or of the speaker's window @returns {boolean} whether it means something */
  function act(name) {
    const figure = current?.figure;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: forward, PageDown: forward, ' ': forward,
      ArrowLeft: () => go(at - 1), PageUp: () => go(at - 1),
      Home: () => go(0), End: () => go(steps.length - 1),
      ArrowUp: () => figure?.dial?.(-1), ArrowDown: () => figure?.dial?.(1),
      Enter: () => figure?.press?.(), Backspace: () => void figure?.back?.(),
      f: full, r: () => replay(), n: openNotes, b: darken, '.': darken,
      // The start button of a remote.
      F5: full,
    };
    const meant = /^\d$/.test(name) ? () => number(name) : keys[name] ?? keys[name.toLowerCase()];
    // Another key ends a number.
    if (!/^\d$/.test(name)) typed = '';
    meant?.();
    return meant !== undefined;
  }

  let from = 0;
  stage.addEventListener('touchstart', ({ touches }) => { from = touches.length === 1 ? touches[0]?.clientX ?? 0 : NaN; }, { passive: true });
  stage.addEventListener('touchend', ({ changedTouches, target }) => {
    const moved = (changedTouches[0]?.clientX ?? 0) - from;
    if (target instanceof HTMLInputElement || Math.abs(moved) <= SWIPE) return;
    if (moved < 0) forward();
    else go(at - 1);
  }, { passive: true });

  const { step } = address();
  const named = steps.findIndex(({ id }) => id === step);
  go(Math.max(0, named));
  return {
    nodes: [stage, spoken, nav, make('div', { class: 'walked' }, [bar]), blank],
    label: say.name, key,
    close: () => {
      for (const { figure } of made.values()) leave(figure);
    },
  };
}
