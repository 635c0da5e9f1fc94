// Links that carry a preset and settings.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

const { isLink, linkHash, LinkError, readLink } = await import("../../web/settings/link.js");

const described = {
  presets: [{ id: "painting" }, { id: "talk" }],
  controls: [
    { path: "size", kind: /** @type {const} */ ("integer") },
    { path: "style.weight", kind: /** @type {const} */ ("number") },
    { path: "scales.on", kind: /** @type {const} */ ("boolean") },
    { path: "start", kind: /** @type {const} */ ("choice"), choices: [{ value: "content" }, { value: "noise" }] },
    { path: "style.layers", kind: /** @type {const} */ ("layers") },
    { path: "style.blend", kind: /** @type {const} */ ("weights") },
  ],
};

describe("a link with settings", () => {
  test("says a preset and what differs from it, and is read back", () => {
    const layers = [{ layer: "conv1_1", weight: 1 }, { layer: "conv2_1", weight: 0.5 }];
    const hash = linkHash("talk", [["size", 640], ["style.weight", 1e-7], ["scales.on", false], ["start", "noise"], ["style.layers", layers], ["style.blend", [1, 2.5]]]);
    assert.match(hash, /^#preset=talk&size=640&style\.weight=1e-7&scales\.on=false&start=noise&/);
    assert.deepEqual(readLink(hash, described), { preset: "talk", partial: { size: 640, style: { weight: 1e-7, layers, blend: [1, 2.5] }, scales: { on: false }, start: "noise" } });
    assert.deepEqual(readLink(linkHash("painting", []), described), { preset: "painting", partial: {} });
    assert.deepEqual(readLink("#size=32", described), { preset: null, partial: { size: 32 } });
  });

  for (const [what, hash] of Object.entries({
    "an unknown setting": "#preset=talk&sise=640",
    "the prototype's name": "#__proto__=1",
    "an unknown preset": "#preset=vangogh",
    "a setting twice": "#size=32&size=64",
    "no number": "#size=large",
    "a number in hex": "#size=0x40",
    "an empty number": "#size=",
    "an infinite number": "#style.weight=Infinity",
    "no truth": "#scales.on=yes",
    "no choice": "#start=nowhere",
    "layers that are none": "#style.layers=[1]",
    "layers with more to them": '#style.layers=[{"layer":"conv1_1","weight":1,"x":2}]',
    "broken JSON": "#style.layers=[",
    "a word among weights": '#style.blend=[1,"2"]',
  })) {
    test(`${what} is refused in a sentence`, () => {
      assert.throws(() => readLink(hash, described), (/** @type {Error} */ error) => error instanceof LinkError && /^\S.{15,}\.$/.test(error.message));
    });
  }

  test("is distinguished from the name of a step of the talk", () => {
    assert.equal(isLink("#weights"), false);
    assert.equal(isLink(""), false);
    assert.equal(isLink("#size=3"), true);
  });
});
