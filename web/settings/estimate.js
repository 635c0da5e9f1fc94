/**
 * What a run will cost on this machine, said before it is begun. Sizes and memory the engine plans (settings/plan.js); how long a step
 * takes is measured by a probe (engine/benchmark.js) at two small sizes while the page is idle, once for every engine, network and kind of
 * settings, and corrected by what finished runs took. Where a probe takes more memory than was planned for it, plans are raised.
 */

/** @import { RunInputs, Picture, Plan, Probed, Settings } from '../types' */
/** @import { PlannedRun } from './plan.js' */
import { byId } from '../app/dom.js';
import { Listeners } from '../app/listeners.js';
import { planRun } from './plan.js';
import { onSettings, preset, settings, valueAt } from '../app/settings.js';
import { get, phase, styleImages, subscribe } from '../app/store.js';
import { estimate as say } from '../i18n/en.js';
import { engine } from '../engine/setup.js';

/** The page has been idle for this long, in milliseconds: whoever is about to press Paint is not made to wait. */
const IDLE = 1500;
/** Sides of the probes, in pixels: the first, and bounds for the second, which is to take about `TARGET` milliseconds a step. */
const FIRST = 64;
const [LEAST, MOST] = [96, 512];
const TARGET = 60;
/** Where a step of the first takes longer, in milliseconds, there is no second: whoever presses Paint would wait for one of its steps. */
const SLOW = 500;
/** Changes of settings come in bursts: they are answered once. In milliseconds. */
const SETTLE = 40;
/** Runs shorter than this are not measured. In evaluations. */
const FEWEST_EVALUATIONS = 8;

/** @typedef {{ points: { pixels: number, step: number }[], opened: number, correction: number }} Measured */

/** What the graphics device's kernels have been compiled for, by the same key. @type {Set<string>} */
const warm = new Set();
/** By what was measured. @type {Map<string, Measured>} */
const known = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let settling;
/** Questions so far: an answer to an earlier one comes too late. */
let asked = 0;
/** The plan of what is chosen now, and what it costs once that has been measured. @type {{ plan: Plan, cost: Estimate | null } | null} */
let now = null;
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {() => void} listener called whenever what a run will cost may have changed @param {AbortSignal} signal ends it */
export function onEstimate(listener, signal) {
  listeners.add(listener, signal);
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('run') && get().run === 'finished') void learn();
    if (changed.has('network') || changed.has('engine')) void warmUp();
    if (['run', 'busy', 'network', 'engine', 'pictures', 'others', 'mask'].some((name) => changed.has(/** @type {any} */ (name)))) refresh();
  }, signal);
  onSettings(refresh, signal);
  signal.addEventListener('abort', () => {
    clearTimeout(waiting);
    clearTimeout(settling);
  });
  refresh();
}

/** What makes a step cost what it costs, besides the size. @param {Settings} [from] @returns {string} */
function key(from = settings()) {
  const { engine: info, network } = get();
  const { content, style, optimiser, network: sees } = /** @type {Record<string, any>} */ (from);
  const names = (/** @type {{ layer: string }[] | undefined} */ layers) => layers?.map(({ layer }) => layer);
  return JSON.stringify([info?.engine, info?.threads, network?.info.sha256, names(content?.layers), content?.kind, names(style?.layers), style?.kind, Number(style?.nearest) > 0, style?.scale, style?.resize, optimiser?.kind, optimiser?.history, Number(optimiser?.preconditioner) > 0, sees]);
}

/** The plan of what is chosen now; null until there is one. @returns {Plan | null} */
export function currentPlan() {
  return now?.plan ?? null;
}

/** What is chosen now will cost this much; null until that has been measured. @returns {Estimate | null} */
export function currentEstimate() {
  return now?.cost ?? null;
}

/** Asks again, as something may have changed. */
function refresh() {
  clearTimeout(waiting);
  if (quiet() && !known.has(key())) waiting = setTimeout(() => void measure(), IDLE);
  clearTimeout(settling);
  settling = setTimeout(() => void ask(), SETTLE);
  asked += 1;
  // Without a photo, an engine or a network there is nothing to say, and that at once.
  if (!chosen()) show(null);
}

/** What is chosen now; null while it cannot be planned. @returns {PlannedRun | null} */
function chosen() {
  const { engine: info, network, pictures } = get();
  const state = phase();
  if (!pictures.content || !info || !network || state === 'loading' || state === 'painting' || state === 'paused' || valueAt('size') === undefined) return null;
  return { content: pictures.content, styles: styleImages(), start: valueAt('start') === 'picture' ? pictures.start : null, settings: settings(), preset: preset() };
}

async function ask() {
  const mine = asked;
  const run = chosen();
  // Settings that contradict each other have no plan; Paint says why.
  const answer = run && await costOf(run).catch(() => null);
  if (mine === asked) show(answer);
}

/** @param {PlannedRun} run */
async function costOf(run) {
  const measured = known.get(key(run.settings));
  const plan = await planRun(run, measured?.correction);
  return { plan, cost: measured ? cost(plan, measured) : null };
}

/** Nothing is going on that a probe would disturb, or be disturbed by. */
function quiet() {
  const state = phase();
  return state !== 'loading' && state !== 'painting' && state !== 'paused' && get().network !== null && get().engine !== null && valueAt('size') !== undefined && !document.hidden;
}

/**
 * Has a graphics device's kernels compiled as soon as there are an engine and a network, while pictures are still being decoded and chosen. A
 * painting that begins meanwhile waits for no more than what it needs itself.
 */
async function warmUp() {
  const { engine: info, network, run } = get();
  const mine = key();
  // What was started anew is given the network next, and that is when it can be warmed up.
  if (info?.engine !== 'gpu' || !network || engine.networkKey === null || run === 'painting' || run === 'paused' || warm.has(mine) || document.hidden) return;
  warm.add(mine);
  // Where it fails, Paint says why.
  await engine.request('warmUp', { settings: settings() }).catch(() => warm.delete(mine));
}

async function measure() {
  if (!quiet()) return;
  await measureFor(settings(), preset());
}

/** Measures what steps with these settings cost, unless that is known; whoever has the engine do something else meanwhile ends it. @param {Settings} wished @param {string} recipe */
async function measureFor(wished, recipe) {
  const mine = key(wished);
  if (known.has(mine)) return;
  const wish = { settings: wished, preset: recipe };
  const probe = (/** @type {number} */ side) => /** @type {Promise<Probed | null>} */ (engine.request('probe', { ...wish, side }));
  try {
    const first = await probe(FIRST);
    if (first && first.step > SLOW) {
      // In proportion to the pixels, as the first says.
      known.set(mine, { points: [{ pixels: 0, step: 0 }, first], opened: first.opened / first.pixels, correction: Math.max(1, first.correction) });
      refresh();
      return;
    }
    const second = first && await probe(32 * Math.round(Math.max(LEAST, Math.min(MOST, FIRST * Math.sqrt(TARGET / Math.max(first.step, 0.1)))) / 32));
    if (!first || !second) return;
    known.set(mine, { points: [first, second], opened: second.opened / second.pixels, correction: Math.max(1, second.correction) });
    refresh();
  } catch {
    // These settings, this network or this engine will not do: Paint says why.
  }
}

/** A finished run is the best measurement of the next one. */
async function learn() {
  const { inputs, report, result } = get();
  const of = inputs && /** @type {Record<string, any>} */ (inputs.job.settings);
  const took = Number(report?.['ms_per_iteration_median']);
  if (!inputs || !of || !result || of.scales?.on || of.optimiser?.kind !== 'adam' || Number(of.evaluations) < FEWEST_EVALUATIONS || !(took > 0)) return;
  const measured = known.get(key(inputs.job.settings));
  const plan = measured && await planRun(runOf(inputs)).catch(() => null);
  if (!plan) return;
  const pixels = result.width * result.height;
  // Whatever was measured at this size or near it gives way.
  measured.points = [...measured.points.filter((each) => Math.abs(Math.log(each.pixels / pixels)) > 0.3), { pixels, step: took / plan.slowdown }].sort((a, b) => a.pixels - b.pixels);
  refresh();
}

/** @param {RunInputs} making @returns {PlannedRun} what it was made from */
export function runOf({ content, styles, start, job, preset: recipe }) {
  return { content, styles, start, settings: job.settings, preset: recipe };
}

/** Milliseconds a step, on the line through the two nearest measurements. @param {Measured['points']} points @param {number} pixels */
function stepTime(points, pixels) {
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

/** @param {Plan} plan @param {Measured} measured @returns {Estimate} */
function cost({ width, height, work, slowdown, bytes, largest }, { points, opened }) {
  const pixels = width * height;
  const step = slowdown * stepTime(points, pixels);
  return { seconds: (work * step + opened * pixels) / 1000, bytes, largest, step };
}

/**
 * How long the rest of a run will take on the engine that is in use now, measured first where need be.
 * @param {RunInputs} inputs @param {number} left evaluations
 * @returns {Promise<number | null>} seconds; null where it cannot be measured
 */
export async function secondsFor(inputs, left) {
  await measureFor(inputs.job.settings, inputs.preset);
  const step = (await costOf(runOf(inputs)).catch(() => null))?.cost?.step;
  return step === undefined ? null : (step * left) / 1000;
}

/** @param {Picture} content @param {Settings} [wish] @returns {Promise<Estimate | null>} null before it has been measured */
export async function estimate(content, wish = settings()) {
  return (await costOf({ content, styles: styleImages(), settings: wish, preset: preset() })).cost;
}

/** The plan of a run, with what has been measured. @param {PlannedRun} run @returns {Promise<Plan>} */
export async function correctedPlan(run) {
  return (await costOf(run)).plan;
}

/** @param {{ plan: Plan, cost: Estimate | null } | null} answer */
function show(answer) {
  now = answer;
  const line = byId('estimate', HTMLElement);
  const over = answer !== null && !answer.plan.fits;
  line.classList.toggle('over', over);
  if (answer && over) line.textContent = say.over(answer.plan.bytes, answer.plan.largest);
  else line.textContent = answer?.cost ? say.cost(answer.cost.seconds, answer.cost.bytes) : '';
  line.title = answer?.cost ? say.measured(answer.cost.step, answer.cost.largest) : '';
  listeners.call();
}
