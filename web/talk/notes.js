/** The speaker's window: notes, a clock, and what comes next. It starts no engine. */

import { make } from '../app/dom.js';
import { channel, clock, dueOf } from './speaker.js';
import { PLANS, planned } from './steps.js';
import { notes, speaker as say, words } from './en.js';

/** @typedef {import('./speaker.js').State} State */

/** @param {AbortSignal} signal */
export function prepareNotes(signal) {
  /** @type {State | null} */
  let state = null;
  let began = Date.now();
  const title = make('h1', {}, [say.title]);
  const place = make('p', { class: 'place' });
  const text = make('p', { class: 'note', role: 'status' }, [say.waiting]);
  const next = make('p', { class: 'coming' });
  const time = make('b', { role: 'timer' }, ['0:00']);
  const due = make('span', { class: 'due' });
  const plan = make('select', { id: 'talk-plan' }, PLANS.map((minutes) => make('option', { value: String(minutes) }, [say.minutes(minutes, planned(minutes).length)])));
  plan.value = '20';
  const send = channel((message) => {
    if (message.type !== 'state') return;
    // The clock starts with the talk.
    if (!state) began = Date.now();
    state = message;
    show();
  }, signal);
  plan.addEventListener('change', () => send({ type: 'plan', minutes: Number(plan.value) }));
  const button = (/** @type {string} */ label, /** @type {() => void} */ act) => {
    const made = make('button', { type: 'button', class: 'plain' }, [label]);
    made.addEventListener('click', act);
    return made;
  };
  const key = (/** @type {string} */ name) => () => send({ type: 'key', key: name });

  function show() {
    if (!state) return;
    const { id, at, of, minutes, next: after } = state;
    const named = (/** @type {string} */ step) => words[/** @type {keyof typeof words} */ (step)]?.title ?? '';
    title.textContent = named(id);
    place.textContent = say.step(at + 1, of);
    const note = notes[/** @type {keyof typeof notes} */ (id)] ?? '';
    if (text.textContent !== note) text.textContent = note;
    next.textContent = after ? `${say.next}: ${named(after)}` : say.last;
    plan.value = String(minutes);
    document.body.classList.toggle('blanked', state.blank);
  }

  function tick() {
    const elapsed = Date.now() - began;
    time.textContent = clock(elapsed);
    if (!state) return;
    const end = dueOf(state);
    due.textContent = say.due(clock(end));
    due.classList.toggle('late', elapsed > end);
  }
  const ticking = setInterval(tick, 500);
  signal.addEventListener('abort', () => clearInterval(ticking), { once: true });
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    if (event.target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter')) return;
    if (!/^(Arrow|Page|Home$|End$)|^[ .\dbrBR]$|^Enter$/.test(event.key)) return;
    event.preventDefault();
    send({ type: 'key', key: event.key });
  }, { signal });
  send({ type: 'hello' });
  document.title = say.title;
  return [
    make('header', {}, [make('p', { class: 'time' }, [time, ` ${say.elapsed} `, due]), make('label', { for: 'talk-plan' }, [say.plan, ' ', plan]), button(say.restart, () => { began = Date.now(); tick(); })]),
    make('section', { class: 'now' }, [place, title, text, next]),
    make('footer', {}, [button(say.back, key('ArrowLeft')), button(say.on, key('ArrowRight')), button(say.blank, key('b')), button(say.replay, key('r'))]),
  ];
}
