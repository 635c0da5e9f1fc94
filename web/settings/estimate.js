/**
 * What a painting will cost on this machine, said before it is begun: time and memory for the chosen size, and the largest size that fits.
 * Measured by a probe (engine/benchmark.js) at two small sizes while the page is idle, once for every engine, network and kind of settings, and
 * corrected by what finished paintings took. Both grow with the number of pixels.
 */

/** @import { Picture, Probed, Settings } from '../types' */
import { byId } from '../app/dom.js';
import { Listeners } from '../app/listeners.js';
import { choices, chosen, counted, mostPixels, spared } from './memory.js';
import { resultSize } from './result-size.js';
import { onSettings, settings, valueAt } from '../app/settings.js';
import { get, phase, subscribe } from '../app/store.js';
import { estimate as say } from '../i18n/en.js';
import { requestAdapter } from '../engine/select-engine.js';
import { engine } from '../engine/setup.js';

/** The page has been idle for this long, in milliseconds: whoever is about to press Paint is not made to wait. */
const IDLE = 1500;
/** Sides of the probes, in pixels: the first, and bounds for the second, which is to take about `TARGET` milliseconds a step. */
const FIRST = 64;
const [LEAST, MOST] = [96, 512];
const TARGET = 60;
/** wasm32's 4 GiB, less what the allocator wastes between tensors of many sizes. */
const ROOM = 3.7e9;
/** A picture is never painted larger than this, in pixels: the engine's own bound. */
const LONGEST = 4096;
/** How much longer a step takes where so many blocks are recomputed: measured with VGG-19 on the CPU, at 640 x 480 and 1024 x 768. @type {Record<number, number | undefined>} */
const RECOMPUTING = { 2: 1.15, 3: 1.4 };
/** Runs shorter than this say little. In evaluations. */
const TELLING = 8;

/** @typedef {{ points: { pixels: number, step: number }[], opened: number, memory: { before: number, fixed: number, perPixel: number } | null }} Measured */

/** By what was measured. @type {Map<string, Measured>} */
const known = new Map();
/** Of the adapter's largest buffer, in bytes; null on the processor or before it is known. @type {number | null} */
let buffer = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {() => void} listener called whenever what a painting will cost may have changed @param {AbortSignal} signal ends it */
export function onEstimate(listener, signal) {
  listeners.add(listener, signal);
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('run') && get().run === 'finished') learn();
    if (changed.has('run') || changed.has('busy') || changed.has('network') || changed.has('engine') || changed.has('pictures')) plan();
  }, signal);
  onSettings(plan, signal);
  plan();
}

/** What makes a step cost what it costs, besides the size. @param {Settings} [from] @returns {string} */
function key(from = settings()) {
  const { engine: info, network } = get();
  const { content, style, optimiser, network: sees } = /** @type {Record<string, any>} */ (from);
  const names = (/** @type {{ layer: string }[] | undefined} */ layers) => layers?.map(({ layer }) => layer);
  return JSON.stringify([info?.engine, info?.threads, network?.info.sha256, names(content?.layers), names(style?.layers), style?.kind, style?.scale, style?.resize, optimiser?.kind, optimiser?.history, sees]);
}

function plan() {
  tell();
  clearTimeout(waiting);
  if (quiet() && !known.has(key())) waiting = setTimeout(() => void measure(), IDLE);
}

/** Nothing is going on that a probe would disturb, or be disturbed by. */
function quiet() {
  const now = phase();
  return now !== 'loading' && now !== 'painting' && now !== 'paused' && get().network !== null && get().engine !== null && valueAt('size') !== undefined && !document.hidden;
}

async function measure() {
  if (!quiet()) return;
  const mine = key();
  const wish = settings();
  const ask = (/** @type {number} */ side) => /** @type {Promise<Probed | null>} */ (engine.request('probe', { settings: wish, side }));
  try {
    buffer = get().engine?.engine === 'gpu' ? await largestBuffer() : null;
    const first = await ask(FIRST);
    const second = first && await ask(32 * Math.round(Math.max(LEAST, Math.min(MOST, FIRST * Math.sqrt(TARGET / Math.max(first.step, 0.1)))) / 32));
    if (!first || !second) return;
    // What the first leaves behind for all that follow is in use before the second.
    const peak = (/** @type {Probed} */ each) => each.before + each.needed;
    const perPixel = (peak(second) - peak(first)) / (second.pixels - first.pixels);
    known.set(mine, {
      points: [first, second],
      opened: second.opened / second.pixels,
      // Tensors on a graphics adapter are not where it was measured.
      memory: get().engine?.engine === 'cpu' ? { before: second.before, perPixel, fixed: Math.max(0, second.needed - perPixel * second.pixels) } : null,
    });
    tell();
  } catch {
    // These settings, this network or this engine will not do: whoever presses Paint is told why.
  }
}

/** A finished painting is the best measurement of the next one. */
function learn() {
  const { making, report, painting } = get();
  const of = making && /** @type {Record<string, any>} */ (making.job.settings);
  let step = Number(report?.['ms_per_iteration_median']);
  if (!of || !painting || of.scales?.on || of.optimiser?.kind !== 'adam' || Number(of.evaluations) < TELLING || !(step > 0)) return;
  const measured = known.get(key(making.job.settings));
  if (!measured) return;
  const pixels = painting.width * painting.height;
  const { network } = get();
  const blocks = (network && chosen(choices(network.info, making.job.settings, buffer), pixels)?.blocks) ?? 0;
  step /= RECOMPUTING[blocks] ?? 1;
  // Whatever was measured at this size or near it gives way.
  measured.points = [...measured.points.filter((each) => Math.abs(Math.log(each.pixels / pixels)) > 0.3), { pixels, step }].sort((a, b) => a.pixels - b.pixels);
}

/**
 * Milliseconds a step, on the line through the two nearest measurements; longer where blocks are recomputed.
 * @param {Measured} measured @param {number} pixels @param {number} blocks
 */
function stepTime({ points }, pixels, blocks) {
  return (RECOMPUTING[blocks] ?? 1) * keptTime(points, pixels);
}

/** @param {Measured['points']} points @param {number} pixels */
function keptTime(points, pixels) {
  const above = points.findIndex((each) => each.pixels >= pixels);
  const last = Math.max(1, above === -1 ? points.length - 1 : above);
  const [from, to] = [points[last - 1], points[last]];
  if (!from || !to) return 0;
  const slope = (to.step - from.step) / (to.pixels - from.pixels);
  // A machine that was busy for a moment: in proportion, then.
  if (slope <= 0 || to.step - slope * to.pixels < 0) return (to.step * pixels) / to.pixels;
  return to.step + slope * (pixels - to.pixels);
}

/**
 * @typedef {object} Estimate
 * @property {number} seconds
 * @property {number} bytes at the worst moment
 * @property {number} largest longest side that fits, in pixels
 * @property {number} step milliseconds, at this size
 */

/** @param {Picture} content @param {Settings} [wish] @returns {Estimate | null} null before it has been measured */
export function estimate(content, wish = settings()) {
  const { network } = get();
  const measured = known.get(key(wish));
  const size = Number(wish['size']);
  if (!measured || !network || !(size > 0)) return null;
  const [width, height] = resultSize(content, size);
  const pixels = width * height;
  const { before, fixed, perPixel } = measured.memory ?? { before: 0, fixed: 0, perPixel: counted(network.info) };
  const room = measured.memory ? Math.min(ROOM, deviceRoom()) - before - fixed : Infinity;
  const all = choices(network.info, wish, buffer);
  const most = mostPixels(network.info, all, { room, perPixel, buffer });
  const kept = chosen(all, pixels);
  const step = stepTime(measured, pixels, kept?.blocks ?? 0);
  return {
    seconds: (Number(wish['evaluations']) * step + measured.opened * pixels) / 1000,
    bytes: before + fixed + perPixel * pixels - (kept ? spared(network.info, kept, pixels) : 0),
    largest: Math.min(LONGEST, Math.floor((size * Math.sqrt(most / pixels)) / 16) * 16),
    step,
  };
}

/** Some browsers say roughly how much memory there is, 8 GiB at most: from there on they say nothing. */
function deviceRoom() {
  const gigabytes = /** @type {Navigator & { deviceMemory?: number }} */ (navigator).deviceMemory ?? 8;
  return gigabytes < 8 ? gigabytes * 2 ** 30 * 0.7 : Infinity;
}

/** @returns {Promise<number | null>} bytes */
async function largestBuffer() {
  const adapter = await requestAdapter();
  return adapter?.limits?.maxStorageBufferBindingSize ?? null;
}

function tell() {
  const line = byId('estimate', HTMLElement);
  const { content } = get().pictures;
  const now = phase();
  const cost = content && now !== 'painting' && now !== 'paused' ? estimate(content) : null;
  const size = Number(valueAt('size'));
  line.classList.toggle('over', cost !== null && size > cost.largest);
  line.textContent = cost === null ? '' : size > cost.largest ? say.over(cost.bytes, cost.largest) : say.cost(cost.seconds, cost.bytes);
  line.title = cost === null ? '' : say.measured(cost.step, cost.largest);
  listeners.call();
}
