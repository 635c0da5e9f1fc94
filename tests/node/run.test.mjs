// What a run keeps of its way, and how long it will still take.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { addFrame, beginFrames, recordedFrames } from "../../web/export/frames.js";
import { isCheckpointDue } from "../../web/run/checkpoint-due.js";
import { firstSpacing, thin } from "../../web/run/thin-checkpoints.js";
import { addToSeries, beginSeries, endSeries, isSeriesComplete, rewindSeries, seriesPictures } from "../../web/run/series-frames.js";
import { timeLeft, withMark } from "../../web/run/time-left.js";

/** @param {number} evaluation @param {number} [size] */
const checkpoint = (evaluation, size = 1000) => ({ evaluation, picture: { size: size / 4 }, snapshot: { size: (3 * size) / 4 } });

/** A run of so many evaluations that keeps checkpoints as the page does. @param {number} evaluations @param {number} [size] of each, in bytes */
function keepAll(evaluations, size) {
  let every = firstSpacing(evaluations);
  /** @type {readonly ReturnType<typeof checkpoint>[]} */
  let kept = [];
  for (let n = 0; n <= evaluations; n += 1) {
    if (n % every === 0 || n === evaluations) ({ kept, every } = thin([...kept, checkpoint(n, size)], every));
  }
  return kept.map(({ evaluation }) => evaluation);
}

describe("checkpoints", () => {
  test("of a short run are all kept", () => {
    assert.deepEqual(keepAll(12), Array.from({ length: 13 }, (_, n) => n));
  });

  test("are at most 49, the first and the newest among them, however long the run is", () => {
    for (const evaluations of [48, 49, 300, 4001, 100_000]) {
      const kept = keepAll(evaluations);
      assert.ok(kept.length <= 49 && kept.length >= 24, `${kept.length} of ${evaluations}`);
      assert.deepEqual([kept[0], kept[kept.length - 1]], [0, evaluations]);
    }
  });

  test("are evenly apart, but for the newest", () => {
    const kept = keepAll(4001).slice(0, -1);
    const gaps = new Set(kept.slice(1).map((evaluation, n) => evaluation - (kept[n] ?? 0)));
    assert.equal(gaps.size, 1);
  });

  test("that are large are fewer, and never less than the first and the newest", () => {
    const large = keepAll(300, 20e6);
    assert.ok(large.length * 20e6 <= 256e6 && large.length > 4, String(large.length));
    const huge = keepAll(300, 1e9);
    assert.ok(huge.length <= 3);
    assert.deepEqual([huge[0], huge[huge.length - 1]], [0, 300]);
  });
});

/**
 * The evaluations after which a run keeps checkpoints, as its worker does.
 * @param {number} evaluations @param {(n: number) => number} step milliseconds of the n-th @param {number} every
 */
function kept(evaluations, step, every) {
  const all = [];
  let since = 0;
  for (let issued = 1; issued <= evaluations; issued += 1) {
    since += step(issued);
    if (!isCheckpointDue({ issued, every, marks: [], since, step: step(issued) })) continue;
    all.push(issued);
    since = 0;
  }
  return all;
}

describe("a checkpoint", () => {
  test("of quick steps is kept every so many evaluations, and where it is asked for", () => {
    assert.deepEqual(kept(40, () => 10, 10), [10, 20, 30, 40]);
    assert.ok(isCheckpointDue({ issued: 7, every: 10, marks: [7], since: 0, step: 1 }));
    assert.ok(!isCheckpointDue({ issued: 7, every: 10, marks: [8], since: 0, step: 1 }));
  });

  test("is at most ten seconds of painting after the one before, or one step", () => {
    for (const step of [900, 1700, 3000, 9000, 11_000, 60_000]) {
      const all = [0, ...kept(60, () => step, 20)];
      for (const [n, issued] of all.slice(1).entries()) {
        const apart = issued - (all[n] ?? 0);
        assert.ok(apart === 1 || apart * step <= 10_000, `${apart} steps of ${step} ms`);
      }
      assert.ok(60 - (all.at(-1) ?? 0) <= Math.max(1, 10_000 / step));
    }
  });

  test("is not kept for a run that keeps none", () => {
    assert.deepEqual(kept(10, () => 20_000, 0), []);
  });

  test("that was kept because steps are slow is the first to go", () => {
    const every = 10;
    const all = Array.from({ length: 60 }, (_, n) => checkpoint(5 * n));
    const { kept: rest, every: spacing } = thin(all, every);
    assert.equal(spacing, every);
    assert.deepEqual(rest.map(({ evaluation }) => evaluation), [...all.map(({ evaluation }) => evaluation).filter((n) => n % every === 0), 295]);
    // As long as there is room, they stay.
    assert.equal(thin(all.slice(0, 20), every).kept.length, 20);
  });
});

describe("time left", () => {
  test("is unknown before the second step", () => {
    assert.equal(timeLeft([], 100, 3), null);
    assert.equal(timeLeft([{ done: 1, at: 2 }], 99, 3), null);
    assert.equal(timeLeft([{ done: 1, at: 2 }, { done: 1, at: 4 }], 99, 4), null);
  });

  test("goes on at the pace of the newest steps, less what has passed since the last", () => {
    const marks = [{ done: 10, at: 5 }, { done: 20, at: 10 }];
    assert.equal(timeLeft(marks, 80, 10), 40);
    assert.equal(timeLeft(marks, 80, 12), 38);
    assert.equal(timeLeft(marks, 0, 10), 0);
  });

  test("forgets how slow the first steps were", () => {
    /** @type {readonly import("../../web/run/time-left.js").Mark[]} */
    let marks = [];
    for (let n = 1; n <= 5; n += 1) marks = withMark(marks, { done: n, at: 100 * n });
    for (let n = 6; n <= 40; n += 1) marks = withMark(marks, { done: n, at: 500 + (n - 5) });
    assert.equal(marks.length, 20);
    assert.equal(timeLeft(marks, 60, 535), 60);
  });
});

describe("frames of a video", () => {
  const frame = (/** @type {number} */ iteration, size = 4) => addFrame({ width: 1, height: 1, iteration, rgba: new Uint8Array(size) });
  const kept = () => recordedFrames().map(({ iteration }) => iteration);

  test("are at most 97, in order", () => {
    beginFrames(0, 5000);
    for (let n = 0; n <= 5000; n += 1) frame(n);
    assert.ok(kept().length <= 97 && kept().length > 40, String(kept().length));
    assert.deepEqual(kept(), kept().toSorted((a, b) => a - b));
    assert.equal(kept()[0], 0);
  });

  test("after the point from which a run goes on are given up", () => {
    beginFrames(0, 10);
    for (let n = 0; n <= 10; n += 1) frame(n);
    beginFrames(4, 10);
    assert.deepEqual(kept(), [0, 1, 2, 3, 4]);
    beginFrames(0, 10);
    assert.deepEqual(kept(), []);
  });
});

describe("a strength series", () => {
  const event = (/** @type {number} */ evaluation) => ({ event: /** @type {const} */ ("kept"), run: 1, evaluation, iteration: evaluation, width: 1, height: 1, rgba: new Uint8Array(4), snapshot: new Uint8Array(1) });

  test("takes the checkpoints at its changes, each once, and is complete with the last", () => {
    beginSeries([10, 20]);
    for (const evaluation of [0, 5, 10, 10, 15]) addToSeries(event(evaluation));
    assert.equal(isSeriesComplete(), false);
    addToSeries(event(20));
    assert.equal(isSeriesComplete(), true);
    assert.deepEqual(seriesPictures().map(({ iteration }) => iteration), [10, 20]);
  });

  test("that continues from a checkpoint takes again what came after it", () => {
    beginSeries([10, 20, 30]);
    for (const evaluation of [10, 20]) addToSeries(event(evaluation));
    rewindSeries(15);
    assert.equal(seriesPictures().length, 1);
    for (const evaluation of [20, 30]) addToSeries(event(evaluation));
    assert.ok(isSeriesComplete());
  });

  test("that ended takes no more", () => {
    beginSeries([10]);
    endSeries();
    addToSeries(event(10));
    assert.deepEqual([isSeriesComplete(), seriesPictures().length], [false, 0]);
  });
});
