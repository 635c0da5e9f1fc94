/**
 * Which figures are shown, and from what. A figure that comes shows at once what is kept of it, or else the recorded demonstration, until
 * its live numbers are there; then it is refreshed whenever there is a new result, one round at a time. What comes next is computed ahead.
 */

import { sentenceOf } from '../app/errors.js';
import { inspectResult } from './inspect.js';
import { kept, live, updateInspector } from './live.js';
import { recorded } from './recorded.js';
import { Missing } from './source.js';
import { show as say } from './en.js';

/** @typedef {import('./parts.js').Figure} Figure */
/** @typedef {import('./source.js').Source} Source */

/** Looking may take half of the time, and is not done more often than this. In milliseconds. */
const AT_MOST_EVERY = 200;
/** What is computed ahead may take this share of it besides. */
const AHEAD = 1 / 4;

/** What each figure that is shown was last drawn from. @type {Map<Figure, Source['kind'] | null>} */
const shown = new Map();
/** @type {Figure | null} */
let next = null;
/** The result for which `next` was computed. @type {unknown} */
let nextAbout = null;
let nextDue = 0;
/** Whether everything comes from the recorded demonstration. */
let replaying = false;
let open = false;
let rounding = false;
let again = false;
/** Ends the pause between two rounds. */
let wake = () => {};

export const stage = {
  get replaying() { return replaying; },
  /** Called when `replaying` changes. @type {() => void} */
  onReplay: () => {},
};

export function openStage() {
  open = true;
}

export function closeStage() {
  open = false;
  shown.clear();
  next = null;
  stage.onReplay = () => {};
  wake();
}

/** Shows everything from the recorded demonstration, or live again. @param {boolean} [whether] */
export function replay(whether = !replaying) {
  if (whether === replaying) return;
  for (const figure of shown.keys()) figure.leave?.();
  replaying = whether;
  stage.onReplay();
  for (const figure of shown.keys()) {
    shown.set(figure, null);
    figure.enter?.();
    void quick(figure);
  }
  if (!replaying) refreshNow();
}

/** @param {Figure} figure is refreshed until it leaves */
export function enter(figure) {
  shown.set(figure, null);
  if (figure === next) next = null;
  figure.enter?.();
  void quick(figure).catch((error) => live.trouble(sentenceOf(error)));
  refreshNow(false);
}

/** @param {Figure} figure */
export function leave(figure) {
  if (!shown.delete(figure)) return;
  figure.leave?.();
}

/** @param {Figure | null} figure is computed ahead, in the time that the others leave */
export function ahead(figure) {
  next = figure;
  nextAbout = undefined;
}

/** Asks for another round; whoever turned something does not wait for it, and sees at once what is known. @param {boolean} [quickly] */
export function refreshNow(quickly = true) {
  if (quickly || replaying) for (const figure of shown.keys()) void quick(figure).catch(() => {});
  again = true;
  if (rounding) wake();
  else void round();
}

/** Asks for another round when it is time. */
export function refresh() {
  again = true;
  if (!rounding) void round();
}

/** Draws figures that nobody looks at yet from the recorded demonstration. @param {Figure[]} figures */
export async function preview(figures) {
  const demonstration = await recorded().catch(() => null);
  for (const figure of figures) {
    if (!open || !demonstration) return;
    if (!shown.has(figure)) await draw(figure, demonstration).catch(() => false);
    // Whoever reads meanwhile is not kept waiting.
    await new Promise((resolve) => { setTimeout(resolve); });
  }
}

/** Draws a figure from what is at hand. @param {Figure} figure */
async function quick(figure) {
  for (const from of replaying ? [] : [kept]) {
    if (await draw(figure, from)) return;
  }
  const demonstration = await recorded().catch(() => null);
  // Meanwhile it may have left, or have come from the run.
  if (!shown.has(figure) || (!replaying && shown.get(figure) !== null)) return;
  if (!demonstration || !await draw(figure, demonstration)) live.trouble(say.noRecording);
}

/** @param {Figure} figure @param {Source} source @returns {Promise<boolean>} whether the source had what it needs */
async function draw(figure, source) {
  try {
    await figure.refresh?.(source);
  } catch (error) {
    if (error instanceof Missing) return false;
    throw error;
  }
  if (shown.has(figure)) shown.set(figure, source.kind);
  const kind = figure.drawnFrom?.() ?? source.kind;
  figure.node.closest('.figure-area')?.setAttribute('data-source', kind);
  return true;
}

async function round() {
  rounding = true;
  while (open && !replaying && (again || mayLookAhead())) {
    const began = performance.now();
    const wanted = again;
    again = false;
    let drawn = false;
    try {
      if (wanted) {
        await inspectResult(live.result);
        for (const figure of [...shown.keys()]) if (!replaying && shown.has(figure)) drawn = await draw(figure, live) || drawn;
      }
      if (!again && open && !replaying) await prefetch();
      if (drawn && live.pair) live.trouble('');
    } catch (error) {
      if (!open) break;
      live.trouble(sentenceOf(error));
      // What is shown stays.
      await updateInspector();
    }
    const cost = performance.now() - began;
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(wake, Math.max(AT_MOST_EVERY - cost, Math.min(cost, 2000)));
    });
  }
  rounding = false;
}

const mayLookAhead = () => next !== null && next.ahead !== false && nextAbout !== live.result && live.layers.length > 0;

async function prefetch() {
  if (!next || !mayLookAhead() || performance.now() < nextDue) return;
  const about = live.result;
  const figure = next;
  const began = performance.now();
  await draw(figure, live);
  if (figure === next) nextAbout = about;
  const cost = performance.now() - began;
  nextDue = performance.now() + cost / AHEAD - cost;
}
