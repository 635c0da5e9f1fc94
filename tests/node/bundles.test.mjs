// Which bundles of the engine are tried, the fastest first.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bundlesOf, isThreaded } from "../../web/engine/bundles.js";

test("with one thread the bundle without threads comes first, and the others where memory may be shared", () => {
  const page = /** @type {{ crossOriginIsolated?: boolean }} */ (globalThis);
  try {
    page.crossOriginIsolated = false;
    assert.deepEqual(bundlesOf("cpu", 1), ["cpu"]);
    page.crossOriginIsolated = true;
    const [first, ...others] = bundlesOf("cpu", 1);
    assert.equal(first, "cpu");
    assert.ok(others.includes("cpu-threads") && others.every(isThreaded));
    assert.equal(bundlesOf("cpu", 4).at(-1), "cpu");
    assert.deepEqual(bundlesOf("gpu", 4), ["gpu"]);
  } finally {
    delete page.crossOriginIsolated;
  }
});
