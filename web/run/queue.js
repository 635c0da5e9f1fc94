/**
 * Several paintings, one after the other: what is chosen now, or a row of variations of it. Each waits its turn, hangs while it is painted,
 * and is found among the past paintings afterwards. Whoever stops one holds the others back until they are told to go on.
 */

/** @import { Wish } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { keepPixels } from '../app/canvas-restore.js';
import { after } from '../app/dom.js';
import { Listeners } from '../app/listeners.js';
import { isWriting } from '../history/autosave.js';
import { paint } from './session.js';
import { canPaint, get, phase, subscribe } from '../app/store.js';

/** Longest side of a thumbnail, in pixels. */
const THUMB = 320;

/**
 * @typedef {object} Item
 * @property {number} id
 * @property {Wish} wish
 * @property {Sentence} label how it differs
 * @property {'waiting' | 'painting' | 'finished' | 'stopped' | 'failed'} state
 * @property {string | null} past its id among the past paintings
 * @property {HTMLCanvasElement | null} thumb
 */

/** @type {Item[]} */
let items = [];
let next = 1;
/** The one under way. @type {Item | null} */
let current = null;
let held = false;
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('run')) settle();
    if (changed.has('run') || changed.has('busy') || changed.has('network')) void advance();
  }, signal);
}

/** @param {() => void} listener called after every change @param {AbortSignal} signal ends it */
export function onQueue(listener, signal) {
  listeners.add(listener, signal);
}

/** @returns {{ items: readonly Item[], held: boolean, waiting: number }} */
export function queue() {
  return { items, held, waiting: items.filter(({ state }) => state === 'waiting').length };
}

/** @param {{ wish: Wish, label: Sentence }[]} wishes */
export function enqueue(wishes) {
  items = [...items, ...wishes.map((each) => {
    /** @type {Item} */
    const item = { ...each, id: next, state: 'waiting', past: null, thumb: null };
    next += 1;
    return item;
  })];
  held = false;
  tell();
  void advance();
}

/** Takes one that waits, or one that is over, off the list. @param {number} id */
export function drop(id) {
  items = items.filter((item) => item.id !== id || item === current);
  tell();
}

/** Takes all that wait off the list. */
export function dropWaiting() {
  items = items.filter(({ state }) => state !== 'waiting');
  held = false;
  tell();
}

export function goOnWithQueue() {
  held = false;
  tell();
  void advance();
}

function tell() {
  listeners.call();
}

/** What became of the one under way. */
function settle() {
  const { making, painting, run } = get();
  if (!current || run === 'painting' || run === 'paused' || run === null) return;
  current.state = run;
  if (run !== 'failed' && painting && making) {
    current.past = making.id;
    current.thumb = thumbnail(painting);
  }
  // Stop means: no more for now.
  if (run === 'stopped') held = true;
  current = null;
  tell();
}

let advancing = false;

async function advance() {
  if (advancing) return;
  advancing = true;
  // The last painting is being put among the past ones: it must not be overtaken.
  do await after(50); while (isWriting());
  advancing = false;
  const item = items.find(({ state }) => state === 'waiting');
  if (!item || held || current || !canPaint() || phase() === 'loading') return;
  current = item;
  item.state = 'painting';
  tell();
  await paint(item.wish);
  // Refused before it was begun, and nothing else said so.
  if (current === item && get().run !== 'painting' && get().run !== 'paused') settle();
}

/** @param {{ width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }} painting */
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
