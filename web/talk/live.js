/**
 * What the talk is about, live: the run in progress (the talk begins one where there is none), its pictures, and what the network sees in
 * them. Figures on stage are refreshed whenever there is a new painting, one round at a time.
 */

/** @import { Losses, Picture, Preview, Seen, Settings } from '../types' */
import { sentenceOf } from '../app/errors.js';
import { chosenNow } from '../run/chosen.js';
import { sendSetting } from '../run/live-settings.js';
import { withSettings } from '../run/run-spec.js';
import { goOn, paint, pause } from '../run/session.js';
import { onSettings, preset, settings } from '../app/settings.js';
import { canPaint, get, phase, subscribe } from '../app/store.js';
import { TalkEngine, closeEasels, jobOf } from './engine.js';

/** The picture of few steps that the talk shows beside that of thousands. */
export const EARLY = 50;
/** Of the talk's own run: as many as a talk lasts. */
const EVALUATIONS = 4000;
/** Longest side of the talk's own run, in pixels; on the processor a step of Sketch then takes about a tenth of a second. */
const SIZE = { cpu: 256, gpu: 384 };
/** Longest side at which the network looks, however large the run. */
const LOOK = { sketch: 256, other: 160, gpu: 256 };
/** Looking may take half of the time, and is not done more often than this. In milliseconds. */
const AT_MOST_EVERY = 200;

/** @typedef {{ looks?: boolean, refresh?: () => void | Promise<void> }} Refreshed `looks`: not before there is an engine that looks */
/** @typedef {{ width: number, height: number, values: Float32Array<ArrayBuffer> }} Maps */

const looker = new TalkEngine();
/** @type {Set<Refreshed>} */
const onStage = new Set();
/** @type {Map<string, Promise<any>>} */
const known = new Map();
/** @type {Preview | null} */
let early = null;
/** @type {Preview | null} */
let shown = null;
/** What hung on the wall when the talk's own run began. @type {Preview | null} */
let before = null;
/** @type {{ content: Picture, style: Picture } | null} */
let pair = null;
let open = false;
let rounding = false;
let again = false;
/** Of this opening: what listens on the page ends with it. */
let lifetime = new AbortController();

export const live = {
  get signal() { return lifetime.signal; },
  /** The run's content and style. */
  get pair() { return pair; },
  /** The newest painting; null before the first. */
  get painting() { const { painting } = get(); return painting === before ? null : painting; },
  get losses() { const { losses } = get(); return /** @type {Losses | null} */ (losses[losses.length - 1] ?? null); },
  get running() { return get().run === 'painting'; },
  get early() { return early; },
  /** Width and height at which the network looks. */
  size: { width: 0, height: 0 },
  /** Layers that can be asked about. @type {string[]} */
  layers: [],
  /** Told what goes wrong, and with an empty sentence that it is over. @type {(sentence: string) => void} */
  trouble: () => {},
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
      const { pictures, engine, network, making, run } = get();
      const there = engine && network && ((making && run !== null) || (pictures.content && pictures.style && phase() !== 'loading' && preset() !== ''));
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

/** Begins: waits for the page, for a run, and for an engine that looks. @returns {Promise<void>} */
export async function openLive() {
  open = true;
  await page();
  const { signal } = lifetime;
  subscribe((changed) => {
    if (!open) return;
    if (changed.has('painting')) notePainting();
    if (changed.has('run') && holding && !held) hold();
    // Whoever leaves now ends the engine that looks, and what was asked of it.
    if (changed.has('making')) lookAgain().catch((error) => { if (open) live.trouble(sentenceOf(error)); });
    else if (changed.has('painting') || changed.has('losses')) refresh();
  }, signal);
  const { run, making, superseded } = get();
  if (making && run !== null && run !== 'failed' && !superseded) pair = { content: making.content, style: making.style };
  else await begin();
  notePainting();
  await lookAgain();
}

/** A fresh run of the talk's own on the pictures that are chosen. */
export async function begin() {
  const { engine } = get();
  const request = chosenNow();
  if (!request || !canPaint()) return;
  const { content, style } = request;
  pair = { content, style };
  early = null;
  before = get().painting;
  const start = settings()['start'] === 'picture' ? { start: 'content' } : {};
  const begun = new AbortController();
  const made = new Promise((resolve) => subscribe((changed) => { if (changed.has('making')) resolve(undefined); }, begun.signal));
  const over = paint({
    ...withSettings(request, { size: SIZE[engine?.engine ?? 'cpu'], evaluations: EVALUATIONS, ...start, ...alone(settings()) }),
    start: null, manners: [{ picture: style, mask: null }],
  });
  // Not to its end: the steps of the talk follow it.
  await Promise.race([made, over]);
  begun.abort();
}

/** Figures explain one style, whatever else the run has. @param {Settings} settings */
const alone = ({ style }) => ({ style: { .../** @type {object} */ (style), blend: [] } });

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

export function closeLive() {
  open = false;
  release();
  onStage.clear();
  known.clear();
  looker.close();
  closeEasels();
  pair = null;
  live.layers = [];
}

/** Keeps the painting that is nearest to the early iterate. */
function notePainting() {
  const { checkpoints } = get();
  const { painting } = live;
  const near = (/** @type {number} */ iteration) => Math.abs(iteration - EARLY);
  if (painting && painting.iteration > 0 && (!early || near(painting.iteration) < near(early.iteration))) early = painting;
  const kept = checkpoints.find(({ iteration }) => iteration > 0 && (!early || near(iteration) < near(early.iteration)));
  if (kept) {
    const { picture, width, height, iteration } = kept;
    void picture.arrayBuffer().then((buffer) => { early = { width, height, iteration, rgba: new Uint8ClampedArray(buffer) }; });
  }
}

/** Shows the engine that looks the run's pictures. */
async function lookAgain() {
  const { making, engine, network } = get();
  if (making) pair = { content: making.content, style: making.style };
  if (!pair || !engine || !network) return;
  const { content, style } = pair;
  await looker.ready();
  const most = engine.engine === 'gpu' ? LOOK.gpu : network.id === 'sketch' ? LOOK.sketch : LOOK.other;
  const own = /** @type {Settings} */ (making?.job.settings ?? settings());
  const size = Math.min(most, Number(own['size']));
  /** @type {Settings} */
  const wish = { ...own, size, scales: { .../** @type {object} */ (own['scales']), on: false }, ...alone(own) };
  const seen = await looker.engine.request('look', jobOf(wish, content, style));
  live.size = { width: seen.width, height: seen.height };
  live.layers = seen.layers;
  known.clear();
  shown = null;
  refresh();
}

/** What the network sees of content and style does not change during a run. @template T @param {string} key @param {() => Promise<T>} ask @returns {Promise<T>} */
function once(key, ask) {
  const before = known.get(key);
  if (before) return before;
  const answer = ask();
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}

/** @param {string} type @param {object} request @param {Seen} of @returns {Promise<any>} */
const ask = (type, request, of) => of === 'painting'
  ? looker.engine.request(type, request)
  : once(JSON.stringify([type, request]), () => looker.engine.request(type, request));

/** The channels of a layer that vary most over content and style, most first. @param {string} layer @returns {Promise<Uint32Array>} */
export const strongest = (layer) => once(`strongest ${layer}`, () => looker.engine.request('lookStrongest', { layer, count: 4096 }));

/** @param {Seen} of @param {string} layer @param {number[]} channels @returns {Promise<Maps>} */
export async function maps(of, layer, channels) {
  const [width, height, values] = await ask('lookMaps', { of, layer, channels }, of);
  return { width, height, values };
}

/** A layer's Gram matrix. @param {Seen} of @param {string} layer @returns {Promise<Float32Array<ArrayBuffer>>} */
export const gram = (of, layer) => ask('lookGram', { of, layer }, of);

/** The losses, and the gradient of each in the pixels, `[3, H, W]`. */
export async function gradients() {
  const [losses, content, style, tv] = /** @type {Float32Array<ArrayBuffer>[]} */ (await looker.engine.request('lookGradients'));
  return /** @type {{ losses: Float32Array<ArrayBuffer>, content: Float32Array<ArrayBuffer>, style: Float32Array<ArrayBuffer>, tv: Float32Array<ArrayBuffer> }} */ ({ losses, content, style, tv });
}

/** The layer of this name, or the nearest above it that the network has. @param {string} name @returns {string} */
export function layerNear(name) {
  const { layers } = live;
  if (layers.includes(name)) return name;
  return [...layers].reverse().find((each) => each <= name) ?? layers[0] ?? name;
}

/** @param {Refreshed} figure is refreshed until it leaves */
export function enter(figure) {
  onStage.add(figure);
  refreshNow();
}

/** @param {Refreshed} figure */
export function leave(figure) {
  onStage.delete(figure);
}

/** Asks for another round; whoever turned something does not wait for it. */
export function refreshNow() {
  again = true;
  if (rounding) wake();
  else void round();
}

/** Asks for another round when it is time. */
function refresh() {
  again = true;
  if (!rounding) void round();
}

/** Ends the pause between two rounds. */
let wake = () => {};

async function round() {
  rounding = true;
  while (again && open) {
    again = false;
    const before = performance.now();
    try {
      await see();
      for (const figure of onStage) if (!figure.looks || live.layers.length > 0) await figure.refresh?.();
      live.trouble('');
    } catch (error) {
      if (!open) break;
      live.trouble(sentenceOf(error));
      // The engine that looks has died: another is asked once, and what is shown stays.
      if (!looker.alive) await lookAgain().catch(() => {});
    }
    const cost = performance.now() - before;
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(wake, Math.max(AT_MOST_EVERY - cost, Math.min(cost, 2000)));
    });
  }
  rounding = false;
}

/** Shows the engine that looks the newest painting. */
async function see() {
  const { painting } = live;
  if (!painting || painting === shown || live.layers.length === 0) return;
  const { rgba, width, height } = painting;
  await looker.engine.request('lookPaint', { rgba: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), width, height });
  shown = painting;
}
