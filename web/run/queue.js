/**
 * Several runs, one after the other: what is chosen now, or variations of it. Each waits its turn, is shown while it runs, and is found in the
 * history afterwards. Whoever stops one holds the others back until they are to continue.
 */

/** @import { Preview, RunRequest } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
/** @import { Queue, QueueEvent } from './queue-state.js' */
import { keepPixels } from '../app/canvas-restore.js';
import { after } from '../app/dom.js';
import { Listeners } from '../app/listeners.js';
import { canRun, get, subscribe } from '../app/store.js';
import { isWriting } from '../history/autosave.js';
import { EMPTY, next, nextWaiting } from './queue-state.js';
import { paint } from './session.js';

/** Longest side of a thumbnail, in pixels. */
const THUMB = 320;

/**
 * @typedef {object} Entry
 * @property {RunRequest} request
 * @property {Sentence} label how it differs
 * @property {string | null} past its id in the history
 * @property {HTMLCanvasElement | null} thumb
 */

/** @type {Queue<Entry>} */
let state = EMPTY;
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('run') || changed.has('busy') || changed.has('network')) void advance();
  }, signal);
}

/** @param {() => void} listener called after every change @param {AbortSignal} signal ends it */
export function onQueue(listener, signal) {
  listeners.add(listener, signal);
}

/** @returns {Queue<Entry> & { waiting: number }} */
export function queue() {
  return { ...state, waiting: state.items.filter((each) => each.state === 'waiting').length };
}

/** @param {{ request: RunRequest, label: Sentence }[]} entries */
export function enqueue(entries) {
  dispatch({ type: 'add', entries: entries.map((each) => ({ ...each, past: null, thumb: null })) });
}

/** Takes one that waits, or one that is over, off the list. @param {number} id */
export function drop(id) {
  dispatch({ type: 'drop', id });
}

/** Takes all that wait off the list. */
export function dropWaiting() {
  dispatch({ type: 'dropWaiting' });
}

export function goOnWithQueue() {
  dispatch({ type: 'continue' });
}

/** @param {QueueEvent<Entry>} event */
function dispatch(event) {
  const before = state;
  state = next(state, event);
  if (state === before) return;
  listeners.call();
  void advance();
}

let advancing = false;

async function advance() {
  if (advancing || !nextWaiting(state)) return;
  advancing = true;
  // The last run is being written to the history: it must not be overtaken.
  do await after(50); while (isWriting());
  advancing = false;
  const item = nextWaiting(state);
  if (!item || !canRun()) return;
  dispatch({ type: 'begin', id: item.id });
  const outcome = await paint(item.request);
  const { inputs, painting } = get();
  const shown = outcome.state === 'finished' || (outcome.state === 'stopped' && !outcome.isBare) ? painting : null;
  dispatch({ type: 'settle', id: item.id, outcome, result: { past: shown && inputs ? inputs.id : null, thumb: shown && thumbnail(shown) } });
}

/** @param {Preview} painting */
function thumbnail({ width, height, rgba }) {
  const scale = Math.min(1, THUMB / Math.max(width, height));
  const whole = new OffscreenCanvas(width, height);
  whole.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = canvas.getContext('2d');
  if (context) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(whole, 0, 0, canvas.width, canvas.height);
    keepPixels(canvas);
  }
  return canvas;
}
