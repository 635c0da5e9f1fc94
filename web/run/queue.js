/**
 * Several runs, one after the other: what is chosen now, or variations of it. Each waits its turn, is shown while it runs, and is found in the
 * history afterwards. Whoever stops one holds the others back until they are to continue.
 */

/** @import { Outcome, Preview, RunRequest } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
/** @import { Queue, QueueEvent } from './queue-state.js' */
import { keepPixels } from '../app/canvas-restore.js';
import { after } from '../app/dom.js';
import { sentenceOf } from '../app/errors.js';
import { Listeners } from '../app/listeners.js';
import { said } from '../app/sentence.js';
import { canRun, get, setBusy, subscribe } from '../app/store.js';
import { withRecipe } from '../export/recipe-write.js';
import { encode } from '../export/save.js';
import { isWriting } from '../history/autosave.js';
import { status } from '../i18n/en.js';
import { EMPTY, next, nextWaiting } from './queue-state.js';
import { paint } from './session.js';

/** Longest side of a thumbnail, in pixels. */
const THUMB = 320;

/**
 * @typedef {object} Wanted
 * @property {() => Promise<RunRequest>} request called when its turn comes
 * @property {() => string} title of its result
 * @property {Sentence} label how it differs
 * @property {string} file name for the file of its result
 * @property {boolean} isPhoto whether it is one of several photos in one style
 */
/**
 * @typedef {Wanted & { past: string | null, thumb: HTMLCanvasElement | null, png: Blob | null }} Entry
 *   past: its id in the history; png: its finished result, with its recipe
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

/** @param {Wanted[]} entries */
export function enqueue(entries) {
  dispatch({ type: 'add', entries: entries.map((each) => ({ ...each, past: null, thumb: null, png: null })) });
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
  const outcome = await run(item);
  const { inputs, result } = get();
  const shown = outcome.state === 'finished' || (outcome.state === 'stopped' && !outcome.isBare) ? result : null;
  const png = outcome.state === 'finished' && shown ? fileOf(shown) : null;
  dispatch({ type: 'settle', id: item.id, outcome, result: { past: shown && inputs ? inputs.id : null, thumb: shown && thumbnail(shown), png: await png } });
}

/** @param {Wanted} item @returns {Promise<Outcome>} */
async function run(item) {
  try {
    return await paint(await opened(item));
  } catch (error) {
    return { state: 'refused', sentence: sentenceOf(error) };
  }
}

/** What a variation asks for; of a photo only once its file is decoded, which the page says meanwhile. @param {Wanted} item */
async function opened({ request, label, isPhoto }) {
  if (!isPhoto) return request();
  setBusy('queue', () => status.opening(said(label)));
  try {
    return await request();
  } finally {
    setBusy('queue', null);
  }
}

/** @param {Preview} result @returns {Promise<Blob | null>} */
async function fileOf(result) {
  // Asked for at once: what belongs to it is on the page now.
  return withRecipe(encode(result, 'image/png')).catch(() => null);
}

/** @param {Preview} result */
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
