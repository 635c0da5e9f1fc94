// Memory by counting: which blocks are recomputed, and what fits.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { choices, chosen, counted, mostPixels, spared, tooLarge } from "../../web/settings/memory.js";
import { resultSize } from "../../web/settings/result-size.js";

/** @typedef {import("../../web/types").NetworkInfo} NetworkInfo */

/** With VGG-19's proportions. @type {NetworkInfo} */
const NETWORK = {
  name: "VGG-19", sha256: "", layout: [2, 2, 4, 4, 4], input: "", layers: [], bytes: 15e6, strip: 50_000,
  recompute: [
    { blocks: 0, room: 1e9, kept: 1400, widest: 256 },
    { blocks: 2, room: 2e9, kept: 500, widest: 256 },
    { blocks: 3, room: null, kept: 300, widest: 256 },
  ],
};
/** @type {import("../../web/types").EngineInfo} */
const CPU = /** @type {any} */ ({ engine: "cpu" });
const asked = (/** @type {string} */ recompute) => ({ network: { recompute } });

describe("what is recomputed", () => {
  test("more of it, the larger the result", () => {
    const all = choices(NETWORK, {}, null);
    const blocks = [1e4, 1e6, 3e6, 1e7].map((pixels) => chosen(all, pixels)?.blocks);
    assert.deepEqual(blocks, [0, 2, 2, 3]);
  });

  test("a device with small buffers asks for it sooner", () => {
    assert.equal(chosen(choices(NETWORK, {}, null), 6e5)?.blocks, 0);
    assert.equal(chosen(choices(NETWORK, {}, 128e6), 6e5)?.blocks, 3);
  });

  test("as many blocks as the settings say, whatever the size", () => {
    for (const [setting, blocks] of /** @type {const} */ ([["none", 0], ["two", 2], ["three", 3]])) {
      for (const pixels of [1e4, 1e8]) assert.equal(chosen(choices(NETWORK, asked(setting), null), pixels)?.blocks, blocks);
    }
  });

  test("spares nothing of what fits into one strip, and nothing where all is kept", () => {
    const [none, two] = NETWORK.recompute;
    assert.ok(none && two);
    assert.equal(spared(NETWORK, two, NETWORK.strip), 0);
    assert.equal(spared(NETWORK, none, 1e7), 0);
    assert.ok(spared(NETWORK, two, 1e6) > 0);
  });
});

describe("the largest result", () => {
  test("needs no more than there is, and a hundredth more would not fit", () => {
    for (const setting of ["auto", "none", "two", "three"]) {
      for (const room of [2e7, 3e8, 3.4e9]) {
        const all = choices(NETWORK, asked(setting), null);
        const perPixel = counted(NETWORK);
        const needed = (/** @type {number} */ pixels) => {
          const kept = chosen(all, pixels);
          return perPixel * pixels - (kept ? spared(NETWORK, kept, pixels) : 0);
        };
        const most = mostPixels(NETWORK, all, { room, perPixel, buffer: null });
        assert.ok(needed(most) <= room * 1.000001, `${setting}, ${room}: ${needed(most)}`);
        assert.ok(needed(most * 1.01) > room, `${setting}, ${room}: more than ${most} pixels fit`);
      }
    }
  });

  test("is bounded by the device's largest buffer", () => {
    const all = choices(NETWORK, {}, 128e6);
    assert.equal(mostPixels(NETWORK, all, { room: Infinity, perPixel: counted(NETWORK), buffer: 128e6 }), 128e6 / 256);
  });

  test("a size that does not fit is given the factor that makes it fit; the graphics engine is not counted", () => {
    const size = /** @type {[number, number]} */ ([8000, 6000]);
    const factor = tooLarge(size, NETWORK, CPU, {});
    assert.ok(factor !== null && factor > 0 && factor < 1);
    assert.equal(tooLarge([Math.floor(size[0] * factor), Math.floor(size[1] * factor)], NETWORK, CPU, {}), null);
    assert.equal(tooLarge([64, 48], NETWORK, CPU, {}), null);
    assert.equal(tooLarge(size, NETWORK, null, {}), null);
    assert.equal(tooLarge(size, NETWORK, /** @type {any} */ ({ engine: "gpu" }), {}), null);
  });
});

describe("the size of a result", () => {
  for (const [content, size, result] of /** @type {[[number, number], number, [number, number]][]} */ ([
    [[960, 672], 384, [384, 269]],
    [[672, 960], 384, [269, 384]],
    [[100, 100], 512, [512, 512]],
    // Halves go to the even side.
    [[4, 1], 66, [66, 16]],
    [[4, 1], 70, [70, 18]],
    [[4, 1], 74, [74, 18]],
    [[20_000, 3], 512, [512, 16]],
  ])) {
    test(`${content.join(" x ")} at ${size} is ${result.join(" x ")}`, () => assert.deepEqual(resultSize({ width: content[0], height: content[1] }, size), result));
  }
});
