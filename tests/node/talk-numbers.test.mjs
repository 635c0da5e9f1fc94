// The talk's own arithmetic: one output of a convolution, a whole map, the Gram matrix of shuffled maps, the speaker's clock.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { channelMap, half, readFirstConvolution, trace } from "../../web/talk/convolution.js";
import { gramOf, largestDifference, permutation, permuted } from "../../web/talk/permute.js";
import { clock, dueOf } from "../../web/talk/speaker.js";

/** Numbers that look random, the same each time. @param {number} count */
function numbers(count, seed = 1) {
  let state = seed;
  return Array.from({ length: count }, () => (state = (state * 16807) % 2147483647) / 2147483647);
}

/** A safetensors file. @param {Record<string, {dtype: string, shape: number[], bytes: Uint8Array}>} tensors @param {Record<string, string>} [metadata] */
function file(tensors, metadata = {}) {
  /** @type {Record<string, object>} */
  const header = { __metadata__: metadata };
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array(Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]));
}
const f32 = (/** @type {number[]} */ values) => new Uint8Array(new Float32Array(values).buffer);
const near = (/** @type {number} */ a, /** @type {number} */ b, /** @type {string} */ what) => assert.ok(Math.abs(a - b) < 1e-4 * Math.max(1, Math.abs(b)), `${what}: ${a} for ${b}`);

const [WIDTH, HEIGHT, CHANNELS] = [7, 6, 3];
const picture = { width: WIDTH, height: HEIGHT, rgba: numbers(4 * WIDTH * HEIGHT, 7).map((value) => Math.floor(256 * value)) };
const weights = numbers(27 * CHANNELS, 3).map((value) => value - 0.5);
const bias = [0.1, -0.2, 0.05];
const mean = [0.48, 0.46, 0.41];

/** The textbook's sum, written apart from the page's. @param {number} channel @param {number} x @param {number} y */
function reference(channel, x, y) {
  let sum = bias[channel] ?? 0;
  for (let c = 0; c < 3; c++) for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
    const pixel = Number(picture.rgba[((y + dy) * WIDTH + (x + dx)) * 4 + c]) / 255 - Number(mean[c]);
    sum += pixel * Number(weights[((channel * 3 + c) * 3 + (dy + 1)) * 3 + (dx + 1)]);
  }
  return sum;
}

describe("one number of a convolution", () => {
  const convolution = { channels: CHANNELS, weights, bias, mean };

  test("is the sum of 27 products and the bias, cut at 0, and so is every pixel of the map", () => {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const map = channelMap(convolution, picture, channel);
      assert.deepEqual([map.width, map.height], [WIDTH - 2, HEIGHT - 2]);
      for (let y = 1; y < HEIGHT - 1; y++) for (let x = 1; x < WIDTH - 1; x++) {
        const found = trace(convolution, picture, channel, x, y);
        const wanted = reference(channel, x, y);
        near(found.sum, wanted, `channel ${channel} at ${x}, ${y}`);
        near(found.output, Math.max(0, wanted), "after ReLU");
        near(found.inputs.reduce((sum, input, n) => sum + input * Number(found.weights[n]), found.bias), wanted, "of what is shown");
        near(found.sums.reduce((sum, each) => sum + each, found.bias), wanted, "by colour");
        near(Number(map.values[(y - 1) * map.width + x - 1]), Math.max(0, wanted), "in the map");
      }
    }
  });

  test("is read from every kind of file that the engine accepts", () => {
    const exact = readFirstConvolution(file({ "features.0.weight": { dtype: "F32", shape: [CHANNELS, 3, 3, 3], bytes: f32(weights) }, "features.0.bias": { dtype: "F32", shape: [CHANNELS], bytes: f32(bias) } }, { mean: mean.join(",") }), "rgb-mean");
    assert.equal(exact.channels, CHANNELS);
    assert.ok(largestDifference(exact.weights, weights) < 1e-6 && largestDifference(exact.mean, mean) < 1e-6);
    // Whole numbers with a step for each output channel.
    const steps = [0.01, 0.002, 0.03];
    const whole = numbers(27 * CHANNELS, 5).map((value) => Math.floor(255 * value) - 127);
    const stepped = readFirstConvolution(file({ "features.0.weight": { dtype: "I8", shape: [CHANNELS, 3, 3, 3], bytes: new Uint8Array(new Int8Array(whole).buffer) }, "features.0.step": { dtype: "F32", shape: [CHANNELS], bytes: f32(steps) }, "features.0.bias": { dtype: "F32", shape: [CHANNELS], bytes: f32(bias) } }, { mean: mean.join(",") }), "rgb-mean");
    assert.ok(largestDifference(stepped.weights, whole.map((value, n) => value * Number(steps[Math.floor(n / 27)]))) < 1e-6);
    // Indices into a palette, for blue, green and red of 0 to 255.
    const palette = numbers(256, 9);
    const indices = numbers(27 * CHANNELS, 11).map((value) => Math.floor(256 * value));
    const oxford = readFirstConvolution(file({ "features.0.weight": { dtype: "U8", shape: [CHANNELS, 3, 3, 3], bytes: new Uint8Array(indices) }, "features.0.palette": { dtype: "F32", shape: [256], bytes: f32(palette) }, "features.0.bias": { dtype: "F32", shape: [CHANNELS], bytes: f32(bias) } }), "bgr255-mean");
    for (const tap of [0, 4, 8]) near(Number(oxford.weights[27 + tap]), 255 * Number(palette[Number(indices[27 + 18 + tap])]), "red is the file's third colour");
  });

  test("of Sketch has 24 channels of plausible weights", () => {
    const sketch = new Uint8Array(readFileSync(new URL("../../weights/sketch.safetensors", import.meta.url)));
    const found = readFirstConvolution(sketch, "rgb-mean");
    assert.equal(found.channels, 24);
    assert.ok([...found.weights].every(Number.isFinite) && Math.max(...found.weights) > 1);
    assert.deepEqual(found.mean, [0.48502, 0.457957, 0.407604]);
  });

  test("half floats", () => {
    for (const [bits, value] of [[0, 0], [0x3c00, 1], [0xc000, -2], [0x3555, 0.333251953125], [0x0001, 2 ** -24], [0x7bff, 65504]]) assert.equal(half(Number(bits)), value);
  });
});

describe("shuffled maps", () => {
  const [channels, pixels] = [5, 240];
  const maps = new Float32Array(numbers(channels * pixels, 13));

  test("have other pixels in other places, the same ones in all, and the same Gram matrix", () => {
    for (const seed of [1, 2, 3]) {
      const order = permutation(pixels, seed);
      assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: pixels }, (_, n) => n), "a permutation");
      assert.ok([...order].filter((from, n) => from === n).length < pixels / 10);
      const mixed = permuted(maps, order);
      for (let c = 0; c < channels; c++) for (let k = 0; k < pixels; k++) assert.equal(mixed[c * pixels + k], maps[c * pixels + Number(order[k])]);
      assert.ok(largestDifference(gramOf(maps, channels), gramOf(mixed, channels)) < 1e-6);
    }
    assert.notDeepEqual(permutation(pixels, 1), permutation(pixels, 2));
  });

  test("the Gram matrix is that of the definition, and notices another order in one map alone", () => {
    const gram = gramOf(maps, channels);
    for (let i = 0; i < channels; i++) for (let j = 0; j < channels; j++) {
      let sum = 0;
      for (let k = 0; k < pixels; k++) sum += Number(maps[i * pixels + k]) * Number(maps[j * pixels + k]);
      near(Number(gram[i * channels + j]), sum / pixels, `${i}, ${j}`);
    }
    const one = Float32Array.from(maps);
    one.set(permuted(maps.subarray(0, pixels), permutation(pixels, 1)));
    assert.ok(largestDifference(gram, gramOf(one, channels)) > 1e-3);
  });
});

describe("the speaker's clock", () => {
  test("says minutes and seconds, and when a step should be over", () => {
    assert.deepEqual([0, 59_999, 60_000, 754_000, -5].map(clock), ["0:00", "0:59", "1:00", "12:34", "0:00"]);
    assert.equal(clock(dueOf({ at: 0, of: 10, minutes: 5 })), "0:30");
    assert.equal(clock(dueOf({ at: 9, of: 10, minutes: 5 })), "5:00");
  });
});
