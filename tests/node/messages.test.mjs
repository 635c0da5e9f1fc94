// Messages of the engine's worker: those that there are, and no other.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { isWorkerMessage } from "../../web/engine/messages.js";

const picture = { width: 2, height: 1, rgba: new Uint8Array(8) };
const memory = new WebAssembly.Memory({ initial: 1 });
const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));

describe("a message of the worker", () => {
  for (const message of [
    { id: 1 },
    { id: 1, value: { anything: true } },
    { id: 2, error: "A sentence.", code: "missing", fatal: false },
    { event: "loading", loaded: 5, total: null },
    { event: "threads", count: 3, script: "browser.js", module, memory },
    { event: "progress", run: 1, step: { work: 2.5, latest: null }, milliseconds: 40 },
    { event: "progress", run: 1, step: { work: 2.5, latest: { evaluation: 2 } }, milliseconds: 40 },
    { event: "preview", run: 1, ...picture, iteration: 3, evaluation: 4 },
    { event: "kept", run: 1, evaluation: 4, iteration: 4, ...picture, snapshot: new Uint8Array(3) },
    { event: "paused", run: 1, report: "{}" },
    { event: "finished", run: 1, report: "{}" },
    { event: "failed", message: "A sentence.", code: "", report: null },
  ]) {
    test(`${JSON.stringify(message).slice(0, 60)} is one`, () => assert.ok(isWorkerMessage(message)));
  }

  for (const message of [
    null, undefined, 7, "paused", [],
    {},
    { id: "1" },
    { id: 1, error: { html: "<b>" } },
    { event: "hello" },
    { event: "toString" },
    { event: "__proto__" },
    { event: ["paused"] },
    { event: "paused", run: "1", report: "{}" },
    { event: "loading", loaded: "5", total: null },
    { event: "progress", step: null },
    { event: "progress", step: { work: NaN, latest: null }, milliseconds: 40 },
    { event: "preview", ...picture, width: 3, iteration: 3, evaluation: 4 },
    { event: "preview", ...picture, rgba: [1, 2, 3, 4], iteration: 3, evaluation: 4 },
    { event: "preview", ...picture, iteration: 3, evaluation: "4" },
    { event: "kept", evaluation: 4, iteration: 4, ...picture, snapshot: new Uint8Array(3) },
    { event: "finished" },
    { event: "failed", message: new Error("no"), code: "", report: null },
  ]) {
    test(`${(JSON.stringify(message) ?? "undefined").slice(0, 60)} is none`, () => assert.ok(!isWorkerMessage(message)));
  }
});
