// What a page and its engine hold: the JavaScript of both, WebAssembly's memory, and the graphics device's buffers.

import { readFileSync } from "node:fs";
import path from "node:path";

import { DIST } from "./server.mjs";

/** @typedef {import("playwright-core").Page} Page */
/**
 * Bytes, but for the counts.
 * @typedef {object} Held
 * @property {number} page JavaScript of the page: its objects, strings and closures, without compiled code, of which each question of a test adds some,
 *   and without the browser's own objects, such as entries of its performance timeline
 * @property {number} worker JavaScript of the engine's worker
 * @property {number} wasm WebAssembly's memory, which never shrinks: the most that was ever in use, and what lay in between
 * @property {number} inUse of it now
 * @property {string} grownBy the worker's last request with which it grew
 * @property {number} buffers graphics buffers that have been neither destroyed nor collected
 * @property {number} deviceBytes of those
 */

const HOST = "web/engine/host-worker.js";

/** Has the engine's workers to come count. @param {import("playwright-core").BrowserContext} context @param {string} url */
export async function watchWorkers(context, url) {
  await context.route((address) => address.href.startsWith(url) && address.pathname.endsWith(HOST), (route) =>
    route.fulfill({ contentType: "text/javascript", body: `(${watch})();\n${readFileSync(path.join(DIST, HOST), "utf8")}` }));
}

/** In the worker. */
function watch() {
  const scope = /** @type {any} */ (globalThis);
  const held = { memories: /** @type {WebAssembly.Memory[]} */ ([]), inUse: () => 0, buffers: 0, bytes: 0, grownBy: "" };
  let [asked, size] = ["", 0];
  const noteGrowth = () => {
    const now = held.memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    if (now > size) [held.grownBy, size] = [asked, now];
  };
  scope.addEventListener("message", (/** @type {MessageEvent} */ { data: { type = "", side, job, bytes } }) => {
    noteGrowth();
    if (type !== "ping") asked = [type, side ?? job?.settings.size, bytes && `of ${bytes.byteLength} bytes`].filter(Boolean).join(" ");
  });
  const { postMessage } = scope;
  scope.postMessage = (/** @type {any[]} */ ...args) => {
    noteGrowth();
    return postMessage.apply(scope, args);
  };
  scope.held = held;
  const { instantiate } = WebAssembly;
  scope.WebAssembly.instantiate = async (/** @type {any[]} */ ...args) => {
    const made = /** @type {any} */ (await /** @type {any} */ (instantiate)(...args));
    const { memory, memory_in_use: inUse } = (made.instance ?? made).exports;
    if (memory) held.memories.push(memory);
    if (inUse) held.inUse = inUse;
    return made;
  };
  if (!scope.GPUDevice) return;
  /** @type {WeakMap<object, { size: number, isAlive: boolean }>} */
  const known = new WeakMap();
  const end = (/** @type {{ size: number, isAlive: boolean } | undefined} */ entry) => {
    if (!entry?.isAlive) return;
    entry.isAlive = false;
    held.buffers -= 1;
    held.bytes -= entry.size;
  };
  const collected = new FinalizationRegistry(end);
  const { createBuffer } = scope.GPUDevice.prototype;
  scope.GPUDevice.prototype.createBuffer = function (/** @type {{ size: number }} */ wish) {
    const buffer = createBuffer.call(this, wish);
    const entry = { size: wish.size, isAlive: true };
    known.set(buffer, entry);
    collected.register(buffer, entry);
    held.buffers += 1;
    held.bytes += wish.size;
    return buffer;
  };
  const { destroy } = scope.GPUBuffer.prototype;
  scope.GPUBuffer.prototype.destroy = function () {
    end(known.get(this));
    return destroy.call(this);
  };
}

/** @param {Page} page with a watched worker @returns {Promise<Held>} after all that can be collected has been */
export async function measure(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Map<string, { name: string, answer: (message: any) => void }>} */
  const workers = new Map();
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => workers.set(sessionId, { name: targetInfo.title, answer: () => {} }));
  session.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => workers.get(sessionId)?.answer(JSON.parse(message)));
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const ask = (/** @type {string} */ sessionId, /** @type {string} */ method, /** @type {object} */ params = {}) =>
    new Promise((resolve) => {
      const worker = workers.get(sessionId);
      if (!worker) return resolve(null);
      worker.answer = ({ id, result }) => { if (id === 1) resolve(result); };
      void session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: 1, method, params }) });
    });
  try {
    // What one collection leaves for finalizers goes with the next.
    for (let round = 0; round < 2; round++) {
      await session.send("HeapProfiler.collectGarbage");
      for (const id of workers.keys()) await ask(id, "HeapProfiler.collectGarbage");
      await page.waitForTimeout(50);
    }
    const sum = { page: await objectBytes(session), worker: 0, wasm: 0, inUse: 0, grownBy: "", buffers: 0, deviceBytes: 0 };
    for (const id of workers.keys()) {
      const expression = "JSON.stringify(globalThis.held ? [held.memories.reduce((all, { buffer }) => all + buffer.byteLength, 0), held.buffers, held.bytes, held.inUse(), held.grownBy] : null)";
      const counted = JSON.parse((await ask(id, "Runtime.evaluate", { expression }))?.result?.value ?? "null");
      if (!counted) continue;
      sum.worker += (await ask(id, "Runtime.getHeapUsage"))?.usedSize ?? 0;
      sum.wasm += counted[0];
      sum.buffers += counted[1];
      sum.deviceBytes += counted[2];
      sum.inUse += counted[3];
      sum.grownBy = counted[4];
    }
    return sum;
  } finally {
    await session.detach();
  }
}

/** Kinds of a heap snapshot's nodes that are not the page's own objects. */
const OTHERS = new Set(["code", "native", "hidden", "synthetic"]);

/** @param {import("playwright-core").CDPSession} session @returns {Promise<number>} */
async function objectBytes(session) {
  /** @type {string[]} */
  const chunks = [];
  const add = (/** @type {{ chunk: string }} */ { chunk }) => chunks.push(chunk);
  session.on("HeapProfiler.addHeapSnapshotChunk", add);
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  session.off("HeapProfiler.addHeapSnapshotChunk", add);
  const { snapshot: { meta }, nodes } = JSON.parse(chunks.join(""));
  const fields = meta.node_fields.length;
  const [type, size] = ["type", "self_size"].map((name) => meta.node_fields.indexOf(name));
  let sum = 0;
  for (let node = 0; node < nodes.length; node += fields) if (!OTHERS.has(meta.node_types[type][nodes[node + type]])) sum += nodes[node + size];
  return sum;
}
