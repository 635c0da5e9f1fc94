/** The losses as curves, on a logarithmic scale, by uPlot. The legend follows the pointer and else says the newest values. */

/** @import { Losses } from '../types' */
import { asset } from '../app/asset.js';
import { onRestored } from '../app/canvas-restore.js';
import { byId } from '../app/dom.js';
import { onSettings, valueAt } from '../app/settings.js';
import { get, subscribe } from '../app/store.js';
import { chart as say } from '../i18n/en.js';
import { loss, powerOfTen } from '../i18n/numbers.js';

/** @typedef {{ setData(data: (number | null)[][]): void, setSize(size: { width: number, height: number }): void, destroy(): void, cursor: { idx: number | null } }} Plot */
/** @typedef {{ new (options: object, data: (number | null)[][], target: HTMLElement): Plot }} PlotKind */

const SERIES = /** @type {const} */ (['content', 'style', 'tv']);
const HEIGHT = 148;

/** @type {PlotKind | null} */
let kind = null;
/** @type {Plot | null} */
let plot = null;
let loading = false;
let due = false;
/** The last losses the plot was given, to distinguish a new run from a longer one. */
let shown = 0;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const target = byId('chart', HTMLElement);
  subscribe((changed) => { if (changed.has('losses') || changed.has('at')) plan(); }, signal);
  onSettings((path) => { if (path === null || path === 'loss.normalisation') showLossScale(); }, signal);
  const resized = new ResizeObserver(() => plot?.setSize({ width: target.clientWidth, height: HEIGHT }));
  resized.observe(target);
  signal.addEventListener('abort', () => resized.disconnect(), { once: true });
  document.addEventListener('themechange', renew, { signal });
  plan();
}

function renew() {
  plot?.destroy();
  plot = null;
  plan();
}

/** Once there is something to plot. */
async function load() {
  if (loading) return;
  loading = true;
  try {
    ({ default: kind } = await import(asset('vendor/uplot/uPlot.esm.js')));
    plan();
  } catch {
    // The curves are an extra: the page paints without them.
    byId('chart', HTMLElement).hidden = true;
  }
}

/** At most once a frame, however fast the engine is. */
function plan() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
}

function draw() {
  const { losses } = get();
  const section = byId('losses', HTMLElement);
  section.classList.toggle('bare', losses.length === 0);
  legend(newest());
  if (losses.length === 0 && !plot) return;
  if (!kind) return void load();
  const data = table(losses);
  if (!plot || losses.length < shown) {
    plot?.destroy();
    const target = byId('chart', HTMLElement);
    plot = new kind(options(target.clientWidth), data, target);
    const canvas = target.querySelector('canvas');
    // It remembers its pens, which are gone: only a new one draws the same.
    if (canvas) onRestored(canvas, renew);
  } else {
    plot.setData(data);
  }
  shown = losses.length;
}

/** Which row belongs to the picture that is shown. */
function newest() {
  const { at, losses, checkpoints } = get();
  const stop = at === null ? undefined : checkpoints[at];
  return stop ? losses.findLastIndex(({ evaluation }) => evaluation <= stop.evaluation) : losses.length - 1;
}

/** @param {readonly Losses[]} losses @returns {(number | null)[][]} a logarithmic scale has no place for zero */
function table(losses) {
  return [losses.map((row) => row.evaluation), ...SERIES.map((name) => losses.map((row) => (row[name] > 0 ? row[name] : null)))];
}

/** @param {number} width */
function options(width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--faint'), font: '11px system-ui, sans-serif', ticks: { show: false }, grid: { stroke: colour('--hairline'), width: 1 } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    padding: [6, 14, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { distr: 3 } },
    axes: [
      { ...axis, size: 24, space: 60, grid: { show: false } },
      { ...axis, size: 40, space: 22, filter: decades, grid: { ...axis.grid, filter: decades }, values: (/** @type {unknown} */ _, /** @type {(number | null)[]} */ ticks) => ticks.map((tick) => (tick === null ? '' : powerOfTen(tick))) },
    ],
    series: [
      {},
      ...SERIES.map((name) => ({ label: say[name], stroke: colour(`--curve-${name}`), width: 1.6, dash: name === 'tv' ? [2, 3] : [], points: { show: false } })),
    ],
    hooks: { setCursor: [(/** @type {Plot} */ self) => legend(self.cursor.idx ?? newest())] },
  };
}

/** Only powers of ten are ruled and named. @param {unknown} _ @param {number[]} ticks */
function decades(_, ticks) {
  return ticks.map((tick) => (Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-6 ? tick : null));
}

/** @param {number} index */
function legend(index) {
  const row = get().losses[index];
  for (const name of SERIES) {
    byId(`loss-${name}`, HTMLElement).textContent = row ? loss(row[name]) : '';
  }
}

function showLossScale() {
  const relative = valueAt('loss.normalisation') === 'relative';
  byId('losses-relative', HTMLElement).hidden = !relative;
  byId('losses-raw', HTMLElement).hidden = relative;
}
