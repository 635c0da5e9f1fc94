// A mask follows its photo where that is cropped or turned otherwise.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cropPixels, WHOLE } from "../../web/input/crop-pixels.js";
import { recroppedMask } from "../../web/input/mask-crop.js";

/** @typedef {import("../../web/input/crop-pixels.js").Pixels} Pixels */
/** @typedef {import("../../web/types").Crop} Crop */

/** Every pixel another. @param {number} width @param {number} height @returns {Pixels} */
function numbered(width, height) {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let n = 0; n < width * height; n++) rgba.set([n % 256, Math.floor(n / 256), 7, 255], 4 * n);
  return { width, height, rgba };
}

describe("a mask of a photo that is cropped otherwise", () => {
  const photo = numbered(24, 12);
  /** @type {Crop[]} */
  const crops = [
    WHOLE, { ...WHOLE, turns: 1 }, { ...WHOLE, turns: 2 }, { ...WHOLE, turns: 3 },
    { turns: 0, left: 0.25, top: 0.25, right: 0.75, bottom: 1 }, { turns: 1, left: 0.25, top: 0, right: 1, bottom: 0.5 }, { turns: 3, left: 0, top: 0.25, right: 0.5, bottom: 0.75 },
  ];

  test("is what the same crop makes of the photo", () => {
    // A mask as large as its photo, which lies over it pixel by pixel.
    for (const after of crops) assert.deepEqual(recroppedMask(photo, photo, WHOLE, after), cropPixels(photo, after), JSON.stringify(after));
    for (const before of crops) {
      for (const after of crops) {
        const [mask, wanted] = [recroppedMask(cropPixels(photo, before), photo, before, after), cropPixels(photo, after)];
        assert.deepEqual([mask.width, mask.height], [wanted.width, wanted.height]);
        let same = 0;
        for (let n = 0; n < wanted.rgba.length; n += 4) {
          const [found, there] = [mask.rgba, wanted.rgba].map((rgba) => [...rgba.subarray(n, n + 4)].join());
          if (found === there) same += 1;
          else assert.equal(found, "0,0,0,255", `${JSON.stringify([before, after])}: black where nothing was kept`);
        }
        assert.equal(same, photo.width * photo.height * overlap(before, after), JSON.stringify([before, after]));
      }
    }
  });

  test("is no larger than masks are", () => {
    const large = { width: 4000, height: 3000 };
    const { width, height } = recroppedMask(numbered(8, 6), large, WHOLE, { ...WHOLE, turns: 1 });
    assert.deepEqual([width, height], [576, 768]);
  });
});

/** The share of the photo that both keep. @param {Crop} a @param {Crop} b */
function overlap(a, b) {
  const [p, q] = [a, b].map(({ turns, left, top, right, bottom }) => {
    let box = { left, top, right, bottom };
    for (let n = turns; n % 4 !== 0; n++) box = { left: 1 - box.bottom, right: 1 - box.top, top: box.left, bottom: box.right };
    return box;
  });
  const common = (/** @type {number} */ from, /** @type {number} */ to) => Math.max(0, to - from);
  return p && q ? common(Math.max(p.left, q.left), Math.min(p.right, q.right)) * common(Math.max(p.top, q.top), Math.min(p.bottom, q.bottom)) : 0;
}
