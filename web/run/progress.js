/** The bar at the bottom: what is going on, how far it is, how long it took and how long it will take. */

import { refreshCommands } from '../app/commands.js';
/** @import { Sentence } from '../app/sentence.js' */
import { byId } from '../app/dom.js';
import { said } from '../app/sentence.js';
import { get, phase, subscribe } from '../app/store.js';
import { timeLeft, withMark } from './time-left.js';
import { scrub as along, status as say, time } from '../i18n/en.js';
import { percent } from '../i18n/numbers.js';

/** @import { Mark } from './time-left.js' */
/**
 * @typedef {object} Clock
 * @property {number} used seconds painted so far, pauses left out
 * @property {number | null} since when painting was last begun or resumed
 * @property {readonly Mark[]} marks
 */
/** @type {Clock} */
let timer = { used: 0, since: null, marks: [] };
let done = 0;
let total = 0;
/** @type {Sentence | null} */
let passing = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe(show, signal);
  const clock = setInterval(() => { if (timer.since !== null) showTime(); }, 500);
  signal.addEventListener('abort', () => clearInterval(clock), { once: true });
  addEventListener('online', () => show(), { signal });
  addEventListener('offline', () => show(), { signal });
  // In another language the same state says something else.
  shown = sentence();
  if (!byId('loading', HTMLElement).hidden) latest();
  show();
}

/** @param {number} evaluations the budget, at full size @param {number} [made] evaluations that were made before @param {number} [seconds] that they took */
export function beginClock(evaluations, made = 0, seconds = 0) {
  timer = { used: seconds, since: performance.now(), marks: [] };
  done = made;
  total = evaluations;
  passing = null;
  show();
}

/** What the bar shows of a run that has ended. @typedef {{ timer: Clock, done: number, total: number }} ClockState */

/** @returns {ClockState} */
export const clockNow = () => ({ timer, done, total });

/** @param {ClockState} state */
export function setClock(state) {
  ({ timer, done, total } = state);
  passing = null;
  show();
}

/** @param {boolean} on */
export function runClock(on) {
  if (on && timer.since === null) timer.since = performance.now();
  if (!on && timer.since !== null) {
    timer.used += (performance.now() - timer.since) / 1000;
    timer.since = null;
  }
  show();
}

/**
 * @param {number} work evaluations so far, those of small scales counting for as much less as they cost
 * @param {number} budget of the whole run, counted likewise
 */
export function tick(work, budget) {
  done = work;
  total = budget;
  timer.marks = withMark(timer.marks, { done, at: used() });
  showProgress();
}

/** A sentence that stands until something else happens. @param {Sentence} sentence */
export function showStatus(sentence) {
  passing = sentence;
  byId('status', HTMLElement).textContent = said(sentence);
}

/** Milliseconds that a fetch may take before it is spoken of. */
const SOON = 250;
/** A fetch that is not spoken of yet. */
let waiting = 0;
/** How far it is. */
let latest = () => {};
/** Ends what the bar stands for. @type {() => void} */
let cancel = () => {};

/**
 * Something is being fetched. @param {number} loaded @param {number | null} all bytes; null when the server does not say
 * @param {() => string} sentence @param {() => void} end ends it, where the person wants that
 * @param {boolean} [isPausable] whether what has arrived is kept, and the next download goes on from there
 */
export function showLoading(loaded, all, sentence, end, isPausable = false) {
  cancel = end;
  latest = () => {
    waiting = 0;
    showLoadingBar(loaded, all, sentence());
    byId('loading-cancel', HTMLButtonElement).textContent = isPausable ? say.pauseDownload : say.cancelDownload;
  };
  if (!byId('loading', HTMLElement).hidden) latest();
  else if (!waiting) waiting = window.setTimeout(() => latest(), SOON);
}

/** @param {number} loaded @param {number | null} all @param {string} sentence */
function showLoadingBar(loaded, all, sentence) {
  const bar = byId('loading', HTMLElement);
  bar.hidden = false;
  bar.classList.toggle('unknown', all === null);
  if (all === null) bar.removeAttribute('aria-valuemax');
  else bar.setAttribute('aria-valuemax', String(all));
  bar.setAttribute('aria-valuenow', String(loaded));
  bar.style.setProperty('--part', all ? String(Math.min(1, loaded / all)) : '0');
  // Not in the live region: a screen reader should not read out every byte.
  byId('loading-text', HTMLElement).textContent = sentence;
}

/** Ends what is being fetched. */
export function cancelLoading() {
  cancel();
}

export function hideLoading() {
  cancel = () => {};
  clearTimeout(waiting);
  waiting = 0;
  byId('loading', HTMLElement).hidden = true;
  byId('loading-text', HTMLElement).textContent = '';
}

/** Seconds painted so far, pauses left out. */
export function used() {
  return timer.used + (timer.since === null ? 0 : (performance.now() - timer.since) / 1000);
}

/** @returns {string} */
function sentence() {
  const { at, busy, pictures, result, run, checkpoints } = get();
  const now = phase();
  if (now === 'loading') return said([...busy.values()][0] ?? '');
  const back = at === null ? undefined : checkpoints[at];
  if (back) return say.back(back.iteration);
  if (run === 'painting' && done === 0) return say.looking;
  switch (now) {
    case 'painting': return say.painting;
    case 'paused': return say.paused;
    case 'finished': return say.finished;
    case 'stopped': return result && done > 0 ? say.stopped : say.stoppedBare;
    case 'failed': return run === 'failed' ? say.failed : say.broken;
    case 'ready': return say.ready;
    default: return pictures.content ? say.chooseStyle : pictures.style ? say.chooseContent : say.chooseBoth;
  }
}

/** The sentence of the state that was shown last. */
let shown = '';

function show() {
  const now = phase();
  const sure = sentence();
  const running = now === 'painting' || now === 'paused';
  // A passing remark gives way as soon as the state itself has something new to say.
  if (sure !== shown) passing = null;
  shown = sure;
  byId('status', HTMLElement).textContent = said(passing ?? sure);
  const paint = byId('paint', HTMLButtonElement);
  // Focus must not be lost when the button one has just pressed goes away.
  const focused = document.activeElement;
  const pause = byId('pause', HTMLButtonElement);
  refreshCommands();
  const { at, checkpoints } = get();
  const back = at === null ? undefined : checkpoints[at];
  byId('pause-label', HTMLElement).textContent = now !== 'paused' ? say.pause : back ? along.goOnFrom(back.iteration) : say.resume;
  pause.title = back ? along.paintsOver : '';
  pause.classList.toggle('resume', now === 'paused');
  for (const id of ['engine', 'network']) byId(id, HTMLSelectElement).disabled = running;
  if (focused === paint && running) pause.focus();
  else if ((focused === pause || focused?.id === 'stop') && !running && !paint.disabled) paint.focus();
  byId('offline', HTMLElement).hidden = navigator.onLine;
  document.body.classList.toggle('begun', total > 0);
  showProgress();
}

function showProgress() {
  const bar = byId('progress', HTMLElement);
  const [whole, all] = [Math.round(done), Math.round(total)];
  bar.setAttribute('aria-valuemax', String(all || 1));
  bar.setAttribute('aria-valuenow', String(whole));
  bar.setAttribute('aria-valuetext', total ? time.count(whole, all) : '');
  bar.style.setProperty('--part', String(total ? Math.min(1, done / total) : 0));
  byId('count', HTMLElement).textContent = total ? time.count(whole, all) : '';
  const running = phase() === 'painting' || phase() === 'paused';
  document.title = running && total ? `${percent(Math.floor((100 * done) / total) / 100)} · Pastiche` : 'Pastiche';
  if (timer.marks.length === 1 && byId('status', HTMLElement).textContent === say.looking) show();
  showTime();
}

function showTime() {
  const now = phase();
  const text = total === 0 ? '' : now === 'painting' || now === 'paused' ? time.both(used(), timeLeft(timer.marks, total - done, used())) : time.total(used());
  byId('time', HTMLElement).textContent = text;
}
