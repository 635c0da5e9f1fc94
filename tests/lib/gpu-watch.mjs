// What the engine's worker asks of WebGPU: its pipelines, its submissions, and its answers, counted and timed from outside. The worker's script is
// served with a few lines before it, so that any build can be watched, an earlier one as well.

import { readFileSync } from "node:fs";
import path from "node:path";

const SCRIPT = "web/engine/host-worker.js";

/**
 * @typedef {object} Watched times in milliseconds of the worker's clock
 * @property {number} origin when that clock began, in milliseconds since 1970
 * @property {{ at: number, code: number }[]} pipelines when each was asked for, and the length of its shader
 * @property {{ at: number, done: number, dispatches: number, pipelines: number }[]} submissions when each was made and finished, and how many
 *   pipelines had been asked for by then
 * @property {{ at: number, done: number }[]} answers when each `mapAsync` was asked for and resolved
 * @property {number} empty submissions without a command buffer
 */

/**
 * Runs in the worker, as text.
 *
 * @param {{ delay: number, tick: number, firefox: boolean }} wish
 */
function watch({ delay, tick, firefox }) {
  const scope = /** @type {any} */ (globalThis);
  if (firefox) Object.defineProperty(scope.navigator, "userAgent", { value: "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0" });
  if (!scope.GPUDevice) return;
  /** @type {Watched} */
  const seen = { origin: performance.timeOrigin, pipelines: [], submissions: [], answers: [], empty: 0 };
  scope.gpuWatch = seen;
  const wrap = (/** @type {any} */ type, /** @type {string} */ name, /** @type {(original: any) => any} */ make) => { type.prototype[name] = make(type.prototype[name]); };
  /** Dispatches of a command buffer. @type {WeakMap<object, number>} */
  const counts = new WeakMap();
  const lengths = new WeakMap();
  wrap(scope.GPUDevice, "createShaderModule", (original) => /** @this {any} */ function (/** @type {any} */ descriptor) {
    const module = original.call(this, descriptor);
    lengths.set(module, descriptor.code.length);
    return module;
  });
  wrap(scope.GPUDevice, "createComputePipeline", (original) => /** @this {any} */ function (/** @type {any} */ descriptor) {
    seen.pipelines.push({ at: performance.now(), code: lengths.get(descriptor.compute.module) ?? 0 });
    return original.call(this, descriptor);
  });
  wrap(scope.GPUCommandEncoder, "beginComputePass", (original) => /** @this {any} */ function (/** @type {any[]} */ ...rest) {
    const pass = original.apply(this, rest);
    counts.set(pass, this);
    return pass;
  });
  for (const name of ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"]) {
    wrap(scope.GPUComputePassEncoder, name, (original) => /** @this {any} */ function (/** @type {any[]} */ ...rest) {
      const encoder = /** @type {any} */ (counts.get(this));
      if (encoder) counts.set(encoder, (counts.get(encoder) ?? 0) + 1);
      return original.apply(this, rest);
    });
  }
  wrap(scope.GPUCommandEncoder, "finish", (original) => /** @this {any} */ function (/** @type {any[]} */ ...rest) {
    const buffer = original.apply(this, rest);
    counts.set(buffer, counts.get(this) ?? 0);
    return buffer;
  });
  /** What waits for the browser to look at the queue, as Firefox does every `tick` milliseconds and at every submission. @type {Set<() => void>} */
  const waiting = new Set();
  const look = () => { for (const go of waiting) go(); waiting.clear(); };
  wrap(scope.GPUQueue, "submit", (original) => /** @this {any} */ function (/** @type {any[]} */ buffers) {
    original.call(this, buffers);
    look();
    const dispatches = buffers.reduce((sum, buffer) => sum + (counts.get(buffer) ?? 0), 0);
    if (buffers.length === 0) seen.empty += 1;
    else {
      const row = { at: performance.now(), done: Infinity, dispatches, pipelines: seen.pipelines.length };
      seen.submissions.push(row);
      void this.onSubmittedWorkDone().then(() => { row.done = performance.now(); });
    }
  });
  if (tick > 0) setInterval(look, tick);
  wrap(scope.GPUBuffer, "mapAsync", (original) => /** @this {any} */ async function (/** @type {any[]} */ ...rest) {
    const row = { at: performance.now(), done: Infinity };
    seen.answers.push(row);
    await original.apply(this, rest);
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    if (tick > 0) await new Promise((resolve) => waiting.add(() => resolve(undefined)));
    row.done = performance.now();
  });
}

/**
 * For `serve`'s `instead`: the worker's script with the watch before it.
 *
 * @param {string} folder of the site
 * @param {{ delay?: number, tick?: number, firefox?: boolean }} [wish] delay: every `mapAsync` resolves so much later; tick: it resolves when the
 *   browser next looks, which is that often and at every submission; firefox: the worker calls itself Firefox
 */
export function watching(folder, { delay = 0, tick = 0, firefox = false } = {}) {
  const body = `(${watch})(${JSON.stringify({ delay, tick, firefox })});\n${readFileSync(path.join(folder, SCRIPT), "utf8")}`;
  return (/** @type {string} */ name) => (name === SCRIPT ? body : undefined);
}

/** @param {import("playwright-core").Page} page @returns {Promise<Watched>} of the worker with the most records */
export async function watched(page) {
  const all = await Promise.all(page.workers().map((worker) => worker.evaluate(() => /** @type {any} */ (globalThis).gpuWatch).catch(() => undefined)));
  const found = all.filter(Boolean).sort((a, b) => b.submissions.length - a.submissions.length)[0];
  if (!found) throw new Error("No worker was watched.");
  return found;
}

/** How long the device worked on each submission that it has done: from when it was made, or the one before was done. @param {Watched} seen */
export function busy({ submissions }) {
  let before = 0;
  // What was not done yet came as null.
  return submissions.filter(({ done }) => Number.isFinite(done)).map(({ at, done, dispatches, pipelines }) => {
    const ms = done - Math.max(at, before);
    before = Math.max(before, done);
    return { at, done, ms, dispatches, pipelines };
  });
}
