// What follows when the engine breaks in the middle of a run, and what the page says of an error.

import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";

import { codeOf, explain, isOutOfMemory, SentenceError, sentenceOf } from "../../web/app/errors.js";
import { engine as say, page } from "../../web/i18n/en.js";
import { recoveryFrom } from "../../web/run/recovery.js";

describe("a run whose engine breaks", () => {
  for (const code of /** @type {const} */ (["crash", "device", "silent"])) {
    test(`continues once on the processor, and ends the second time (${code})`, () => {
      assert.deepEqual([0, 1, 2].map((n) => recoveryFrom(code, "cpu", n)), ["again", "end", "end"]);
    });

    test(`continues once on a new device, then on the processor (${code})`, () => {
      assert.deepEqual([0, 1, 2].map((n) => recoveryFrom(code, "gpu", n)), ["again", "cpu", "end"]);
    });
  }

  test("for want of memory ends, and a smaller size is offered", () => {
    for (const engine of /** @type {const} */ (["cpu", "gpu"])) assert.equal(recoveryFrom("memory", engine, 0), "smaller");
  });

  test("because of what it was asked for, or of files that cannot be had, ends", () => {
    for (const code of /** @type {const} */ (["", "missing", "stalled", "cancelled"])) assert.equal(recoveryFrom(code, "gpu", 0), "end");
  });
});

const trap = (/** @type {string} */ text) => new WebAssembly.RuntimeError(text);
const PANIC = "panicked at crates/transfer/src/run.rs:1:1:\nindex out of bounds: the len is 3 but the index is 7";

describe("an error in the worker", () => {
  for (const [what, error, panic, code, sentence] of /** @type {const} */ ([
    ["a failed allocation, which ends in a trap without a panic", trap("unreachable"), "", "memory", say.outOfMemory],
    ["the same in Safari's words", trap("Unreachable code should not be executed"), "", "memory", say.outOfMemory],
    ["a panic", trap("unreachable"), PANIC, "crash", say.crashed],
    ["a panic that names memory", trap("unreachable"), "panicked at x:\nmemory allocation of 12 bytes failed", "memory", say.outOfMemory],
    ["no room for the memory itself", new RangeError("WebAssembly.Memory(): could not allocate memory"), "", "memory", say.outOfMemory],
    ["no room for a buffer", new RangeError("Array buffer allocation failed"), "", "memory", say.outOfMemory],
    ["another trap", trap("memory access out of bounds"), "", "crash", say.crashed],
    ["a lost device", new Error("The graphics device reported an error, so its results cannot be trusted (GPUDevice lost)."), "", "device", say.deviceLost],
    ["a device without memory", new Error("The graphics device reported an error (Out of memory)."), "", "memory", say.outOfMemory],
    ["a mistake of ours", new TypeError("Cannot read properties of undefined"), "", "crash", page.unexpected],
    ["an object of the module after it broke", new Error("null pointer passed to rust"), "", "crash", say.crashed],
    ["something that is no error", "oh", "", "crash", page.unexpected],
    ["a refusal with its reason", new Error("size must be at least 16."), "", "", "size must be at least 16."],
    ["files that cannot be had", Object.assign(new Error(say.missing("cpu")), { code: "missing" }), "", "missing", say.missing("cpu")],
  ])) {
    test(what, () => {
      const explained = explain(error, panic);
      assert.deepEqual([explained.code, explained.sentence], [code, sentence]);
      // The engine keeps a device's first error for good.
      assert.equal(explained.fatal, error instanceof WebAssembly.RuntimeError || panic !== "" || error instanceof RangeError || code === "device");
    });
  }
});

describe("an error in the page", () => {
  test("says its sentence where it has one, and otherwise one that is for people; the rest goes to the console", () => {
    const logged = mock.method(console, "error", () => {});
    assert.equal(sentenceOf(new SentenceError("Choose a photo first.", "missing")), "Choose a photo first.");
    assert.equal(logged.mock.callCount(), 0);
    for (const error of [new TypeError("x is not a function"), new DOMException("The operation failed.", "DataError"), trap("unreachable"), null]) assert.equal(sentenceOf(error), page.unexpected);
    assert.equal(logged.mock.callCount(), 4);
    assert.equal(sentenceOf(new RangeError("Array buffer allocation failed")), say.outOfMemory);
    logged.mock.restore();
    assert.ok(!isOutOfMemory(new Error("size must be at least 16.")));
    assert.deepEqual([codeOf(new SentenceError("x", "silent")), codeOf(new Error("x")), codeOf("x")], ["silent", "", ""]);
  });
});
