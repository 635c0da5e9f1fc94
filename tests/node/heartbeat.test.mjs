// How long a worker may be silent: in every part of starting, before anything is known of its steps, and after.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { allowed, isSilent, next, STARTED, TICK } from "../../web/engine/heartbeat.js";

/** @typedef {import("../../web/engine/heartbeat.js").HeartbeatEvent} HeartbeatEvent */

const TICK_EVENT = /** @type {const} */ ({ type: "tick" });
/** @param {typeof STARTED} beat @param {number} milliseconds */
const wait = (beat, milliseconds) => Array.from({ length: Math.ceil(milliseconds / TICK) }, () => TICK_EVENT).reduce(next, beat);
/** @param {...HeartbeatEvent} events */
const after = (...events) => events.reduce(next, STARTED);
const up = after({ type: "stage", stage: "up" }, { type: "busy", busy: true, working: false });
const working = next(up, { type: "busy", busy: true, working: true });

describe("a worker counts as dead", () => {
  test("half a minute after the last byte of its engine", () => {
    assert.ok(!isSilent(wait(STARTED, 25_000)));
    assert.ok(isSilent(wait(STARTED, 30_000)));
    const more = next(wait(STARTED, 25_000), { type: "heard" });
    assert.ok(!isSilent(wait(more, 25_000)) && isSilent(wait(more, 30_000)));
  });

  test("later while it compiles, and a minute after it began to open the device", () => {
    assert.ok(!isSilent(wait(after({ type: "stage", stage: "compiling" }), 175_000)));
    assert.ok(isSilent(wait(after({ type: "stage", stage: "opening" }), 60_000)));
  });

  test("after twenty of its steps, and never before half a minute", () => {
    const quick = next(up, { type: "step", step: 20 });
    assert.ok(!isSilent(wait(quick, 25_000)) && isSilent(wait(quick, 30_000)));
    const slow = next(up, { type: "step", step: 60_000 });
    assert.equal(allowed(slow), 1_200_000);
    assert.ok(!isSilent(wait(slow, 1_195_000)) && isSilent(wait(slow, 1_200_000)));
    // The longest counts: at full size a step takes longer than at a small scale.
    assert.equal(allowed(next(slow, { type: "step", step: 10 })), 1_200_000);
  });

  test("after ten minutes where nothing is known of its steps, and sooner where something is expected", () => {
    assert.ok(!isSilent(wait(up, 595_000)) && isSilent(wait(up, 600_000)));
    assert.equal(allowed(next(up, { type: "expect", step: 4000 })), 80_000);
    // Another run begins with what is known of it, not with what was measured before.
    assert.equal(allowed(next(next(up, { type: "step", step: 100 }), { type: "expect", step: null })), 600_000);
  });

  test("after two minutes without progress, though it answers", () => {
    const answering = (/** @type {typeof STARTED} */ beat, /** @type {number} */ milliseconds) =>
      Array.from({ length: milliseconds / TICK }, () => /** @type {HeartbeatEvent[]} */ ([TICK_EVENT, { type: "heard" }])).flat().reduce(next, beat);
    const quick = next(working, { type: "step", step: 20 });
    assert.ok(!isSilent(answering(quick, 115_000)) && isSilent(answering(quick, 120_000)));
    assert.ok(!isSilent(answering(next(answering(quick, 115_000), { type: "moved" }), 115_000)));
    // A pause is no work, and where nothing is known of its steps it has as long as it may be silent.
    assert.ok(!isSilent(answering(next(quick, { type: "busy", busy: true, working: false }), 3_600_000)));
    assert.ok(!isSilent(answering(working, 595_000)) && isSilent(answering(working, 600_000)));
  });

  test("not while nothing is awaited, nor for what was silent then", () => {
    const idle = wait(next(up, { type: "busy", busy: false, working: false }), 3_600_000);
    assert.ok(!isSilent(idle));
    assert.ok(!isSilent(wait(next(idle, { type: "busy", busy: true, working: false }), 25_000)));
  });
});
