// What is left of a picture when it is turned and cut.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cropPixels, isSameCrop, keptRectangle, WHOLE } from "../../web/input/crop-pixels.js";

/** A picture whose pixels are numbered, row by row. @param {number} width @param {number} height */
function numbered(width, height) {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i += 1) rgba.set([i, 1, 2, 128], 4 * i);
  return { width, height, rgba };
}
/** @param {ReturnType<typeof numbered>} picture */
const rows = ({ width, height, rgba }) => Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => rgba[4 * (y * width + x)]));

describe("a cropped picture", () => {
  for (const [turns, expected] of /** @type {[number, number[][]][]} */ ([
    [0, [[0, 1, 2], [3, 4, 5]]],
    [1, [[3, 0], [4, 1], [5, 2]]],
    [2, [[5, 4, 3], [2, 1, 0]]],
    [3, [[2, 5], [1, 4], [0, 3]]],
  ])) {
    test(`turned by ${turns} quarters`, () => {
      const turned = cropPixels(numbered(3, 2), { ...WHOLE, turns });
      assert.deepEqual(rows(turned), expected);
      assert.deepEqual([...turned.rgba.subarray(1, 4)], [1, 2, 128]);
    });
  }

  test("turned, then cut at edges of the turned one", () => {
    assert.deepEqual(rows(cropPixels(numbered(4, 3), { turns: 1, left: 1 / 3, top: 0.25, right: 1, bottom: 0.75 })), [[5, 1], [6, 2]]);
  });

  test("keeps a pixel at least, and never reaches beyond an edge", () => {
    for (const side of [1, 2, 3, 7, 101]) {
      for (const [left, right] of [[0, 0.05], [0.5, 1], [0.95, 1], [0.999, 1], [0.333, 0.667]]) {
        const { x, width } = keptRectangle({ width: side, height: side }, { ...WHOLE, left: left ?? 0, right: right ?? 1 });
        assert.ok(width >= 1 && x >= 0 && x + width <= side, `${left} to ${right} of ${side}: ${x}, ${width}`);
      }
    }
  });

  test("two that cut nothing are the same", () => {
    assert.ok(isSameCrop(null, undefined) && isSameCrop(WHOLE, null));
    assert.ok(!isSameCrop({ ...WHOLE, turns: 2 }, null) && !isSameCrop({ ...WHOLE, left: 0.1 }, { ...WHOLE, left: 0.2 }));
  });
});
