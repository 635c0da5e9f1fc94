/** The talk: one step at a time over the whole window, driven by keys, by a clicker, by two buttons or by a swipe. */

import { address } from '../app/address.js';
import { make } from '../app/dom.js';
import { enter, leave } from './live.js';
import { formula } from './math.js';
import { steps } from './steps.js';
import { show as say, words } from './en.js';

/** Two digits within this time are one number. In milliseconds. */
const DIGITS = 700;
/** A finger that moved this far has swiped, in pixels. */
const SWIPE = 60;

/** @param {{ close: () => void, other: () => void }} controls @returns {import('./talk.js').Way} */
export function prepareSlides({ close, other }) {
  const stage = make('div', { class: 'slide-room', tabindex: '-1', autofocus: true });
  const told = make('p', { class: 'visually-hidden', role: 'status' });
  const place = make('span', { class: 'place', 'aria-hidden': 'true' });
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
    button(say.before, 'back', () => go(at - 1)), place, button(say.after, 'on', () => go(at + 1)),
    button(say.full, 'fill', full), button(say.close, 'leave', close),
  ]);
  const blank = make('div', { class: 'blank', hidden: true });

  /** @type {Map<number, { slide: HTMLElement, figure: import('./parts.js').Figure }>} */
  const made = new Map();
  let at = -1;

  /** @param {number} n */
  function slideOf(n) {
    const before = made.get(n);
    if (before) return before;
    const step = /** @type {import('./parts.js').Step} */ (steps[n]);
    const { title, line } = words[/** @type {keyof typeof words} */ (step.id)];
    const figure = step.figure();
    const foot = make('div', { class: 'foot' }, [...step.formulas.map((name) => formula(name, 'inline')), ...(line ? [make('p', {}, [line])] : [])]);
    const slide = make('section', { class: 'slide', id: `step-${step.id}`, 'data-step': step.id }, [make('h2', {}, [title]), make('div', { class: 'room' }, [figure.node]), ...(foot.childElementCount > 0 ? [foot] : [])]);
    const entry = { slide, figure };
    made.set(n, entry);
    return entry;
  }

  /** @param {number} n */
  function go(n) {
    const next = Math.max(0, Math.min(steps.length - 1, n));
    blank.hidden = true;
    if (next === at) return;
    const last = made.get(at);
    if (last) {
      leave(last.figure);
      last.figure.leave?.();
    }
    at = next;
    const { slide, figure } = slideOf(at);
    const { id } = /** @type {import('./parts.js').Step} */ (steps[at]);
    const held = document.activeElement instanceof HTMLElement && stage.contains(document.activeElement);
    stage.replaceChildren(slide);
    // What had the focus is gone with the step before.
    if (held) stage.focus();
    place.textContent = `${at + 1} / ${steps.length}`;
    bar.style.setProperty('--part', String((at + 1) / steps.length));
    told.textContent = say.step(at + 1, steps.length, words[/** @type {keyof typeof words} */ (id)].title);
    history.replaceState(null, '', `${location.pathname}${location.search}#${id}`);
    figure.enter?.();
    enter(figure);
  }

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
    const figure = made.get(at)?.figure;
    const onButton = target instanceof HTMLButtonElement;
    const onSlider = target instanceof HTMLInputElement;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: () => go(at + 1), PageDown: () => go(at + 1), ' ': () => go(at + 1),
      ArrowLeft: () => go(at - 1), PageUp: () => go(at - 1),
      Home: () => go(0), End: () => go(steps.length - 1),
      ArrowUp: () => figure?.dial?.(-1), ArrowDown: () => figure?.dial?.(1),
      Enter: () => figure?.press?.(), Backspace: () => void figure?.back?.(),
      f: full, b: () => { blank.hidden = !blank.hidden; }, '.': () => { blank.hidden = !blank.hidden; },
    };
    // A control that has the focus keeps the keys that are its own.
    if (onButton && (event.key === ' ' || event.key === 'Enter')) return;
    if (onSlider && /^(Arrow|Home|End)/.test(event.key)) return;
    const act = /^\d$/.test(event.key) ? () => number(event.key) : keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  let from = 0;
  stage.addEventListener('touchstart', ({ touches }) => { from = touches.length === 1 ? touches[0]?.clientX ?? 0 : NaN; }, { passive: true });
  stage.addEventListener('touchend', ({ changedTouches, target }) => {
    const moved = (changedTouches[0]?.clientX ?? 0) - from;
    if (!(target instanceof HTMLInputElement) && Math.abs(moved) > SWIPE) go(at + (moved < 0 ? 1 : -1));
  }, { passive: true });

  const { step } = address();
  const named = steps.findIndex(({ id }) => id === step);
  go(Math.max(0, named));
  return {
    nodes: [stage, told, nav, make('div', { class: 'walked' }, [bar]), blank],
    label: say.name, key,
    close: () => {
      for (const { figure } of made.values()) {
        leave(figure);
        figure.leave?.();
      }
    },
  };
}
