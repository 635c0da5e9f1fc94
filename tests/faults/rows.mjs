// The faults that are injected, and what must come of each. docs/RELIABILITY.md has a line for each name.

/** @import { Moment, WorkerFault } from "./inject.mjs" */
/** @import { Fault as StorageFault } from "../browser/faults.mjs" */

/**
 * What must come of a fault: the run goes on by itself; it ends, and one click goes on; nothing can be painted until one click after the
 * cause is gone; or the run does not notice.
 * @typedef {"continues" | "click" | "starts" | "unaffected"} End
 */
/** @typedef {"engine start" | "warm-up" | "session" | "step" | "preview" | "checkpoint" | "finish" | "keeping"} Phase */
/**
 * @typedef {object} Row
 * @property {string} name
 * @property {"cpu" | "gpu"} engine
 * @property {Phase} phase
 * @property {End} end
 * @property {RegExp | null} said on the page; null: nothing need be said
 * @property {boolean} [isQuick] whether `./dev test` injects it as well
 * @property {WorkerFault} [worker] in the engine's worker
 * @property {WorkerFault} [page] in the page itself, before the engine is chosen
 * @property {number} [workers] in how many workers, one after the other; 1
 * @property {WorkerFault} [then] in the worker that takes its place
 * @property {number} [wait] milliseconds of the page's clock, which passes quickly after the fault, until the page must have noticed it
 * @property {number} [budget] bytes by which the engine's memory may grow
 * @property {"crash"} [browser] the graphics process of the browser ends
 * @property {{ file: string, how: "missing" | "cut" | "damaged" | "dead" | "stalled", atRestart?: boolean }} [site] atRestart: once the engine has been
 *   started, and its worker dies
 * @property {StorageFault | "deleted"} [storage]
 * @property {"refused" | "missing" | "silent"} [cache]
 * @property {true} [every] the call of `worker` fails at every n that there is, one run each; `end` and `said` are those of a run (`expectedOf`)
 */

/**
 * A worker is given up after 30 s of silence, 60 s while it opens the device, 3 minutes while it compiles, 2 without progress, twenty times its longest
 * step where that takes longer, and 10 minutes where nothing has been measured yet.
 */
const [SILENCE, OPENING, COMPILING, UNMEASURED] = [40_000, 70_000, 190_000, 620_000];

const AGAIN = /continues from step \d|begins again/;
const ON_CPU = /processor continues/;
/** Of an engine that broke while it started, where the processor is one click away. */
const START = /graphics engine does not start/;

/** @type {Row[]} */
const CPU = [
  { name: "cpu: engine cannot be compiled", engine: "cpu", phase: "engine start", worker: { call: "WebAssembly.compileStreaming", at: 1, how: "reject" }, end: "click", said: /could not be fetched/ },
  { name: "cpu: compiling never ends", engine: "cpu", phase: "engine start", worker: { call: "WebAssembly.compileStreaming", at: 1, how: "never" }, wait: COMPILING, end: "continues", said: AGAIN },
  { name: "cpu: worker ends while the session is created", engine: "cpu", phase: "session", worker: { message: "paint", at: 1, how: "close" }, end: "continues", said: AGAIN },
  { name: "cpu: worker computes without end while the session is created", engine: "cpu", phase: "session", worker: { message: "paint", at: 1, how: "busy" }, wait: UNMEASURED, end: "continues", said: AGAIN },
  { name: "cpu: error while the session is created", engine: "cpu", phase: "session", worker: { message: "paint", at: 1, how: "trap" }, end: "continues", said: AGAIN },
  ...[1, 2, 5, 11].map((n) => /** @type {Row} */ ({
    name: `cpu: worker ends without an error event at step ${n}`, engine: "cpu", phase: "step", worker: { message: "progress", at: n, how: "close" }, end: "continues", said: AGAIN, isQuick: n === 5,
  })),
  ...[1, 2, 5, 12].map((n) => /** @type {Row} */ ({
    name: `cpu: error at step ${n}`, engine: "cpu", phase: "step", worker: { message: "progress", at: n, how: "trap" }, end: "continues", said: AGAIN, isQuick: n === 2,
  })),
  { name: "cpu: worker computes without end", engine: "cpu", phase: "step", worker: { message: "progress", at: 4, how: "busy" }, wait: SILENCE, end: "continues", said: AGAIN, isQuick: true },
  { name: "cpu: message that cannot be posted", engine: "cpu", phase: "step", worker: { message: "progress", at: 3, how: "throw" }, end: "continues", said: AGAIN },
  { name: "cpu: error twice in one run", engine: "cpu", phase: "step", worker: { message: "progress", at: 3, how: "trap" }, workers: 2, end: "click", said: /stopped unexpectedly/, isQuick: true },
  { name: "cpu: worker ends with a preview", engine: "cpu", phase: "preview", worker: { message: "preview", at: 1, how: "close" }, end: "continues", said: AGAIN },
  { name: "cpu: error with a preview", engine: "cpu", phase: "preview", worker: { message: "preview", at: 1, how: "trap" }, end: "continues", said: AGAIN },
  { name: "cpu: worker ends with a checkpoint", engine: "cpu", phase: "checkpoint", worker: { message: "kept", at: 5, how: "close" }, end: "continues", said: AGAIN },
  { name: "cpu: error with a checkpoint", engine: "cpu", phase: "checkpoint", worker: { message: "kept", at: 5, how: "trap" }, end: "continues", said: AGAIN },
  { name: "cpu: worker ends with the result", engine: "cpu", phase: "finish", worker: { message: "finished", at: 1, how: "close" }, end: "continues", said: AGAIN },
  { name: "cpu: error with the result", engine: "cpu", phase: "finish", worker: { message: "finished", at: 1, how: "trap" }, end: "continues", said: AGAIN },
  ...[16, 24, 32, 48, 64].map((megabytes) => /** @type {Row} */ ({
    name: `cpu: memory grows by ${megabytes} MB and no more`, engine: "cpu", phase: "session", budget: megabytes * 2 ** 20, end: "click", said: /memory/, isQuick: megabytes === 64,
  })),
];

/** @type {Row[]} */
const GPU = [
  { name: "gpu: no adapter for the page", engine: "gpu", phase: "engine start", page: { call: "GPU.requestAdapter", at: 1, how: "null" }, end: "click", said: /No graphics adapter/ },
  { name: "gpu: adapter for the page is refused", engine: "gpu", phase: "engine start", page: { call: "GPU.requestAdapter", at: 1, how: "reject" }, end: "click", said: /No graphics adapter/ },
  { name: "gpu: adapter never answers the page", engine: "gpu", phase: "engine start", page: { call: "GPU.requestAdapter", at: 1, how: "never" }, end: "click", said: /No graphics adapter/ },
  // The engine asks for it twice: for its description, without which it can do, and for its device.
  { name: "gpu: no adapter", engine: "gpu", phase: "engine start", worker: { call: "GPU.requestAdapter", at: 1, onward: true, how: "null" }, end: "click", said: START },
  { name: "gpu: adapter is refused", engine: "gpu", phase: "engine start", worker: { call: "GPU.requestAdapter", at: 1, onward: true, how: "reject" }, end: "click", said: START },
  { name: "gpu: no adapter for its description", engine: "gpu", phase: "engine start", worker: { call: "GPU.requestAdapter", at: 1, how: "null" }, end: "unaffected", said: null },
  { name: "gpu: adapter never answers", engine: "gpu", phase: "engine start", worker: { call: "GPU.requestAdapter", at: 1, how: "never" }, wait: OPENING, end: "click", said: START },
  { name: "gpu: device is refused", engine: "gpu", phase: "engine start", worker: { call: "GPUAdapter.requestDevice", at: 1, how: "reject" }, end: "click", said: START, isQuick: true },
  { name: "gpu: device never answers", engine: "gpu", phase: "engine start", worker: { call: "GPUAdapter.requestDevice", at: 1, how: "never" }, wait: OPENING, end: "click", said: START },
  { name: "gpu: worker ends while the device is opened", engine: "gpu", phase: "engine start", worker: { message: "opening", at: 1, how: "close" }, end: "click", said: START },
  { name: "gpu: self-check never answers", engine: "gpu", phase: "engine start", worker: { call: "GPUBuffer.mapAsync", at: 1, how: "never" }, wait: OPENING, end: "click", said: START },
  ...(/** @type {[string, WorkerFault][]} */ ([
    ["shader is refused", { call: "GPUDevice.createShaderModule", at: 10, after: "warmUp", how: "invalid" }],
    ["shader cannot be created", { call: "GPUDevice.createShaderModule", at: 10, after: "warmUp", how: "throw" }],
    ["work cannot be submitted", { call: "GPUQueue.submit", at: 10, after: "warmUp", how: "throw" }],
    ["a buffer cannot be read", { call: "GPUBuffer.mapAsync", at: 1, after: "warmUp", how: "reject" }],
    ["device is destroyed", { message: "warmUp", at: 1, how: "destroy" }],
  ])).map(([what, worker]) => /** @type {Row} */ ({
    name: `gpu: ${what} in the warm-up`, engine: "gpu", phase: "warm-up", worker,
    end: "unaffected", said: null, isQuick: what === "shader cannot be created",
  })),
  // Paint asks the worker for a plan before there is a run: with a new worker it begins, and nothing was lost that could be spoken of.
  { name: "gpu: worker ends in the warm-up", engine: "gpu", phase: "warm-up", worker: { message: "warmUp", at: 1, how: "close" }, end: "unaffected", said: null },
  // Given up before the run begins or after: that depends on the machine.
  { name: "gpu: a buffer is never read in the warm-up", engine: "gpu", phase: "warm-up", worker: { call: "GPUBuffer.mapAsync", at: 1, after: "warmUp", how: "never" }, wait: 4 * UNMEASURED, end: "continues", said: null },
  { name: "gpu: shader is refused", engine: "gpu", phase: "session", worker: { call: "GPUDevice.createShaderModule", at: 30, after: "paint", how: "invalid" }, end: "continues", said: AGAIN },
  { name: "gpu: shader cannot be created", engine: "gpu", phase: "session", worker: { call: "GPUDevice.createShaderModule", at: 30, after: "paint", how: "throw" }, end: "continues", said: AGAIN },
  { name: "gpu: pipeline is refused", engine: "gpu", phase: "session", worker: { call: "GPUDevice.createComputePipeline", at: 40, after: "paint", how: "invalid" }, end: "continues", said: AGAIN, isQuick: true },
  { name: "gpu: pipeline cannot be created", engine: "gpu", phase: "session", worker: { call: "GPUDevice.createComputePipeline", at: 40, after: "paint", how: "throw" }, end: "continues", said: AGAIN },
  ...Array.from({ length: 20 }, (_, index) => /** @type {Row} */ ({
    name: `gpu: device is destroyed at step ${index + 1}`, engine: "gpu", phase: "step", worker: { message: "progress", at: index + 1, how: "destroy" }, end: "continues", said: AGAIN, isQuick: index === 2,
  })),
  { name: "gpu: device is destroyed twice", engine: "gpu", phase: "step", worker: { message: "progress", at: 2, how: "destroy" }, workers: 2, end: "continues", said: ON_CPU, isQuick: true },
  { name: "gpu: device is destroyed, and no other answers", engine: "gpu", phase: "step", worker: { message: "progress", at: 2, how: "destroy" }, then: { call: "GPUAdapter.requestDevice", at: 1, how: "never" }, wait: OPENING, end: "continues", said: ON_CPU },
  { name: "gpu: device is destroyed, and no other is given", engine: "gpu", phase: "step", worker: { message: "progress", at: 2, how: "destroy" }, then: { call: "GPUAdapter.requestDevice", at: 1, how: "reject" }, end: "continues", said: ON_CPU },
  { name: "gpu: graphics process crashes", engine: "gpu", phase: "step", browser: "crash", end: "continues", said: AGAIN, isQuick: true },
  { name: "gpu: work is refused", engine: "gpu", phase: "step", worker: { call: "GPUQueue.submit", at: 200, after: "paint", how: "invalid" }, end: "continues", said: AGAIN },
  { name: "gpu: work cannot be submitted", engine: "gpu", phase: "step", worker: { call: "GPUQueue.submit", at: 200, after: "paint", how: "throw" }, end: "continues", said: AGAIN },
  { name: "gpu: a buffer cannot be read", engine: "gpu", phase: "step", worker: { call: "GPUBuffer.mapAsync", at: 20, after: "paint", how: "reject" }, end: "continues", said: AGAIN },
  { name: "gpu: a buffer is never read", engine: "gpu", phase: "step", worker: { call: "GPUBuffer.mapAsync", at: 20, after: "paint", how: "never" }, wait: 4 * UNMEASURED, end: "continues", said: AGAIN },
  { name: "gpu: no memory for a buffer", engine: "gpu", phase: "step", worker: { call: "GPUDevice.createBuffer", at: 100, after: "paint", how: "memory" }, end: "click", said: /memory/ },
  { name: "gpu: worker ends without an error event at step 3", engine: "gpu", phase: "step", worker: { message: "progress", at: 3, how: "close" }, end: "continues", said: AGAIN },
  { name: "gpu: error with a checkpoint", engine: "gpu", phase: "checkpoint", worker: { message: "kept", at: 3, how: "trap" }, end: "continues", said: AGAIN },
  { name: "gpu: device is destroyed with a checkpoint", engine: "gpu", phase: "checkpoint", worker: { message: "kept", at: 3, how: "destroy" }, end: "continues", said: AGAIN },
  { name: "gpu: device is destroyed with a preview", engine: "gpu", phase: "preview", worker: { message: "preview", at: 2, how: "destroy" }, end: "continues", said: AGAIN },
  { name: "gpu: error with the result", engine: "gpu", phase: "finish", worker: { message: "finished", at: 1, how: "trap" }, end: "continues", said: AGAIN },
  { name: "gpu: every creation of a buffer fails", engine: "gpu", phase: "step", worker: { call: "GPUDevice.createBuffer", at: 0, how: "throw" }, every: true, end: "continues", said: AGAIN },
  { name: "gpu: every read of a buffer fails", engine: "gpu", phase: "step", worker: { call: "GPUBuffer.mapAsync", at: 0, how: "reject" }, every: true, end: "continues", said: AGAIN },
];

const WASM = "engine/cpu/browser_bg.wasm";
const SKETCH = "weights/sketch.safetensors";

/** @type {Row[]} */
const SITE = [
  ...["web/engine/host-worker.js", "engine/cpu/browser.js", WASM].map((file) => /** @type {Row} */ ({
    name: `site: ${file} is missing`, engine: "cpu", phase: "engine start", site: { file, how: "missing" }, end: "starts", said: /could not be fetched/,
  })),
  { name: "site: the engine is cut short", engine: "cpu", phase: "engine start", site: { file: WASM, how: "cut" }, end: "starts", said: /damaged/ },
  { name: "site: a byte of the engine is wrong", engine: "cpu", phase: "engine start", site: { file: WASM, how: "damaged" }, end: "starts", said: /damaged/, isQuick: true },
  { name: "site: the engine does not arrive", engine: "cpu", phase: "engine start", site: { file: WASM, how: "stalled" }, wait: SILENCE, end: "starts", said: /does not arrive/ },
  { name: "site: the network is missing", engine: "cpu", phase: "engine start", site: { file: SKETCH, how: "missing" }, end: "starts", said: /could not be fetched/ },
  { name: "site: the network is cut short", engine: "cpu", phase: "engine start", site: { file: SKETCH, how: "cut" }, end: "starts", said: /damaged/ },
  { name: "site: a byte of the network is wrong", engine: "cpu", phase: "engine start", site: { file: SKETCH, how: "damaged" }, end: "starts", said: /damaged/, isQuick: true },
  { name: "site: the network does not arrive", engine: "cpu", phase: "engine start", site: { file: SKETCH, how: "stalled" }, wait: SILENCE, end: "starts", said: /could not be fetched/ },
  { name: "site: the server is gone when the engine has to start again", engine: "cpu", phase: "step", site: { file: "", how: "dead", atRestart: true }, worker: { message: "progress", at: 3, how: "trap" }, end: "click", said: /could not be fetched/, isQuick: true },
];

/** @type {Row[]} */
const KEEPING = [
  ...(/** @type {[StorageFault, RegExp][]} */ ([
    ["refused", /does not let the page store/], ["silent", /does not answer/], ["rejected", /could not write/], ["aborted", /could not write/], ["full", /storage is full/],
  ])).map(([storage, said]) => /** @type {Row} */ ({ name: `storage: ${storage}`, engine: "cpu", phase: "keeping", storage, end: "unaffected", said })),
  { name: "storage: no room until the oldest go", engine: "cpu", phase: "keeping", storage: "cramped", end: "unaffected", said: null },
  { name: "storage: deleted in another tab", engine: "cpu", phase: "keeping", storage: "deleted", end: "unaffected", said: /history was deleted/ },
  ...(/** @type {const} */ (["refused", "missing", "silent"])).map((cache) => /** @type {Row} */ ({ name: `cache: ${cache}`, engine: "cpu", phase: "engine start", cache, end: "unaffected", said: null })),
];

/** @type {readonly Row[]} */
export const ROWS = [...CPU, ...GPU, ...SITE, ...KEEPING];

/**
 * What must come of a fault that happened at this moment. Where a call fails at every n, the first are those of the engine's start, and those
 * between it and the run those of the warm-up.
 * @param {Row} row @param {Moment | null} moment null: it has not happened @returns {Pick<Row, "end" | "said">}
 */
export function expectedOf({ every, end, said }, moment) {
  if (!every || moment === "run") return { end, said };
  return moment === "start" ? { end: "click", said: START } : { end: "unaffected", said: null };
}
