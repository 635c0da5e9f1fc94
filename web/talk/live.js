/** What the talk is about, live: the run in progress; the talk begins one where there is none. */

/** @import { Losses, Picture, Preview } from '../types' */
/** @import { Result } from '../run/shown-result.js' */
import { sentenceOf } from '../app/errors.js';
import { chosenNow } from '../run/chosen.js';
import { sendSetting } from '../run/live-settings.js';
import { withSettings } from '../run/run-spec.js';
import { restoreResult, resultNow } from '../run/restore-result.js';
import { isRunning } from '../run/run-state.js';
import { goOn, paint, pause, stop } from '../run/session.js';
import { replaceSettings, chosenSettings, onSettings, preset, settings } from '../app/settings.js';
import { canPaint, get, phase, subscribe } from '../app/store.js';
import { closeEngines } from './engine.js';
import { alone, asked, closeInspector, inspect, inspected, recalled } from './inspect.js';

/** The result of few steps that the talk shows beside that of thousands. */
export const EARLY = 50;
/** Of the talk's own run: as many as a talk lasts. */
const EVALUATIONS = 4000;
/** Longest side of the talk's own run, in pixels; on the processor a step of Sketch then takes about a tenth of a second. */
const SIZE = { cpu: 256, gpu: 384 };

/** @type {Preview | null} */
let early = null;
/** What the page showed when the talk's own run began. @type {Preview | null} */
let before = null;
/** The settings when the talk was opened. @type {ReturnType<typeof chosenSettings> | null} */
let chosen = null;
/** What the talk's own run has replaced on the page. @type {Result | null} */
let replaced = null;
/** Settles once the talk's own run has ended. @type {Promise<unknown>} */
let own = Promise.resolve();
/** @type {{ content: Picture, style: Picture } | null} */
let pair = null;
let open = false;
/** Of this opening: what listens on the page ends with it. */
let lifetime = new AbortController();

/** @type {import('./source.js').Source & { signal: AbortSignal, running: boolean, own: { content: Picture, style: Picture } | null, size: { width: number, height: number }, trouble: (sentence: string) => void }} */
export const live = {
  kind: 'live',
  get signal() { return lifetime.signal; },
  /** The run's content and style. */
  get pair() { return pair; },
  /** The same, with their files. */
  get own() { return pair; },
  /** The newest result; null before the first. */
  get result() { const { result } = get(); return result === before ? null : result; },
  get early() { return early; },
  get late() { return live.result; },
  get losses() { const { losses } = get(); return /** @type {Losses | null} */ (losses[losses.length - 1] ?? null); },
  get running() { return get().run === 'painting'; },
  get size() { return inspected.size; },
  get layers() { return inspected.ready ? inspected.layers : []; },
  ...asked,
  painted: () => { throw new Error('Nothing is painted beforehand of a live run.'); },
  /** Says what goes wrong, and with an empty sentence that it is over. */
  trouble: () => {},
};

/** The same, as it was last computed. @type {import('./source.js').Source} */
export const kept = {
  kind: 'kept',
  get pair() { return live.pair; },
  get result() { return live.result; },
  get early() { return live.early; },
  get late() { return live.late; },
  get losses() { return live.losses; },
  get layers() { return inspected.layers; },
  ...recalled,
  painted: live.painted,
};

/** The talk or the article opens: whatever listened for an earlier opening has ended. @returns {AbortSignal} */
export function beginLifetime() {
  lifetime.abort();
  lifetime = new AbortController();
  return lifetime.signal;
}

export function endLifetime() {
  lifetime.abort();
}

/** Resolves once both pictures, an engine and a network are there. @returns {Promise<void>} */
function page() {
  return new Promise((resolve) => {
    const once = new AbortController();
    lifetime.signal.addEventListener('abort', () => once.abort(), { once: true });
    const look = () => {
      const { pictures, engine, network, inputs, run } = get();
      const there = engine && network && ((inputs && run !== null) || (pictures.content && pictures.style && phase() !== 'loading' && preset() !== ''));
      if (there && !once.signal.aborted) {
        once.abort();
        resolve();
      }
    };
    subscribe(look, once.signal);
    onSettings(look, once.signal);
    look();
  });
}

/**
 * Waits for the page, for a run (the talk begins one where there is none and it may), and for an engine that looks.
 * @param {{ mayBegin: () => boolean, refresh: () => void }} talk
 */
export async function openLive({ mayBegin, refresh }) {
  open = true;
  const { signal } = lifetime;
  await page();
  chosen ??= chosenSettings();
  const { run, inputs, superseded } = get();
  const theirs = inputs !== null && run !== null && run !== 'failed' && !superseded;
  if (signal.aborted || (!theirs && !mayBegin())) return;
  const look = async () => {
    const { inputs } = get();
    if (inputs) pair = { content: inputs.content, style: inputs.style };
    if (!pair) return;
    await inspect(pair, inputs?.job.settings ?? null);
    refresh();
  };
  subscribe((changed) => {
    if (!open) return;
    if (changed.has('result')) notePainting();
    if (changed.has('run') && holding && !held) hold();
    // Whoever leaves now ends the inspector, and what was asked of it.
    if (changed.has('inputs')) look().catch((error) => { if (open) live.trouble(sentenceOf(error)); });
    else if (changed.has('result') || changed.has('losses')) refresh();
  }, signal);
  if (theirs) pair = { content: inputs.content, style: inputs.style };
  else await begin();
  notePainting();
  refresh();
  await look();
}

/** The engine that looks has died: another is asked. */
export async function updateInspector() {
  if (pair && !inspected.alive) await inspect(pair, get().inputs?.job.settings ?? null).catch(() => {});
}

/** A fresh run of the talk's own on the pictures that are chosen. */
export async function begin() {
  const { engine } = get();
  const request = chosenNow();
  if (!request || !canPaint()) return;
  const { content, style } = request;
  replaced ??= resultNow();
  pair = { content, style };
  early = null;
  before = get().result;
  const start = settings()['start'] === 'picture' ? { start: 'content' } : {};
  const begun = new AbortController();
  const made = new Promise((resolve) => subscribe((changed) => { if (changed.has('inputs')) resolve(undefined); }, begun.signal));
  const over = paint({
    ...withSettings(request, { size: SIZE[engine?.engine ?? 'cpu'], evaluations: EVALUATIONS, ...start, ...alone(settings()) }),
    start: null, styles: [{ picture: style, mask: null }], temporary: true,
  });
  own = over;
  // Not to its end: the steps of the talk follow it.
  await Promise.race([made, over]);
  begun.abort();
}

/** Goes on with the run, or begins one. @param {string} path of a setting that was changed for it, perhaps before it went on */
export async function keepGoing(path) {
  const { run, checkpoints, superseded } = get();
  if (run === 'painting') return;
  if ((run === 'paused' || run === 'stopped') && !superseded && checkpoints.length > 0) {
    void goOn();
    sendSetting(path);
  }
  else await begin();
}

/** Whether a step wants the run to wait, and whether it does. */
let holding = false;
let held = false;

/** On the processor the run waits while a step paints beside it. */
export function hold() {
  holding = true;
  if (get().engine?.engine !== 'cpu' || get().run !== 'painting') return;
  held = true;
  void pause();
}

export function release() {
  holding = false;
  if (held && get().run === 'paused') void goOn();
  held = false;
}

/** The talk gives way to the article, or the other way round: its run goes on. */
export function closeLive() {
  open = false;
  release();
  closeInspector();
  closeEngines();
  pair = null;
}

/** After the last of them is closed: the talk's own run ends, and what it has replaced takes its place again, with the settings. */
export async function restorePage() {
  const [result, settings] = [replaced, chosen];
  replaced = chosen = null;
  if (!result) return;
  await Promise.race([own, underWay()]);
  await stop();
  restoreResult(result);
  if (settings) replaceSettings(settings.preset, settings.settings, settings.base);
}

/** Resolves once a run is under way: one that was asked for a moment ago is still being planned. @returns {Promise<void>} */
function underWay() {
  return new Promise((resolve) => {
    const once = new AbortController();
    const look = () => {
      if (!isRunning()) return;
      once.abort();
      resolve();
    };
    subscribe(look, once.signal);
    look();
    void own.then(() => once.abort());
  });
}

/** Keeps the result that is nearest to the early iterate. */
function notePainting() {
  const { checkpoints } = get();
  const { result } = live;
  const near = (/** @type {number} */ iteration) => Math.abs(iteration - EARLY);
  if (result && result.iteration > 0 && (!early || near(result.iteration) < near(early.iteration))) early = result;
  const found = checkpoints.find(({ iteration }) => iteration > 0 && (!early || near(iteration) < near(early.iteration)));
  if (found) {
    const { picture, width, height, iteration } = found;
    void picture.arrayBuffer().then((buffer) => { early = { width, height, iteration, rgba: new Uint8ClampedArray(buffer) }; });
  }
}
