// The recipe in a PNG: known fields and values only, within limits, all of it or nothing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

import { recipe as whole, SHA } from "../fuzz/seeds.mjs";

const { changedPaths, parseRecipe, withChange } = await import("../../web/export/recipe.js");

/** The same with one entry set to something else, or taken out where it is undefined. @param {string} path dotted @param {unknown} value */
function changed(path, value) {
  const recipe = whole();
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const at = keys.reduce((/** @type {any} */ inside, key) => inside[key], recipe);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return JSON.stringify(recipe);
}

/** Nested objects. @param {number} depth */
const nested = (depth) => JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);

describe("a recipe", () => {
  test("comes back as it was written", () => assert.deepEqual(parseRecipe(JSON.stringify(whole())), whole()));

  test("of an earlier version, without what came later, is read", () => {
    const recipe = whole();
    const { crop, ...content } = recipe.content;
    assert.ok(crop);
    assert.deepEqual(parseRecipe(JSON.stringify({ ...recipe, content })).content, content);
  });

  test("without what the person left out is read", () => {
    const { engine, adapter, threads, browser, ...recipe } = whole();
    assert.ok(engine && adapter && threads && browser);
    const bare = {
      ...recipe,
      content: { name: "", sha256: SHA },
      styles: [{ name: "", sha256: SHA, mask: { name: "", sha256: "", png: null } }],
    };
    assert.deepEqual(parseRecipe(JSON.stringify(bare)), bare);
  });

  test("loses what it does not know, and nothing of it becomes anybody's prototype", () => {
    const source = JSON.stringify({ ...whole(), extra: 1 }).replace('"settings":{', '"settings":{"__proto__":{"polluted":1},').replace('"content":{', '"content":{"__proto__":{"polluted":1},"more":true,');
    const read = parseRecipe(source);
    assert.deepEqual(Object.keys(read).sort(), Object.keys(whole()).sort());
    assert.deepEqual(Object.keys(read.content).sort(), ["crop", "example", "name", "sha256"]);
    assert.equal(/** @type {any} */ (read.settings).polluted, undefined);
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
  });

  for (const [path, value] of /** @type {[string, unknown][]} */ ([
    ["network.id", "vgg19 "],
    ["network.id", "VGG19"],
    ["network.id", "https://example.org/network.safetensors"],
    ["network.id", ["vgg19"]],
    ["network.id", undefined],
    ["network", null],
    ["network.sha256", "0123"],
    ["content.sha256", SHA.toUpperCase()],
    ["content.name", 7],
    ["content.name", "x".repeat(501)],
    ["content.crop.turns", 4],
    ["content.crop.turns", 0.5],
    ["content.crop.left", -0.1],
    ["content.crop.right", 1.5],
    ["content.crop.right", 0.25],
    ["content.crop", { turns: 1 }],
    ["content.crop", "all"],
    ["styles", []],
    ["styles", {}],
    ["styles", Array(17).fill({ name: "a", sha256: SHA, mask: null })],
    ["styles.0", null],
    ["styles.1.mask.png", "https://example.org/mask.png"],
    ["styles.1.mask.png", "data:image/svg+xml;base64,PHN2Zz4="],
    ["styles.1.mask.png", "data:image/png,raw"],
    ["styles.1.mask.png", `data:image/png;base64,${"A".repeat(2e7)}`],
    ["start", "nothing"],
    ["settings", []],
    ["settings", null],
    ["settings", nested(7)],
    ["settings.style.blend", Array(201).fill(1)],
    ["settings", Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`a${n}`, n]))],
    ["settings.preset", "x".repeat(201)],
    ["settings", { "a b": 1 }],
    ["changes", {}],
    ["changes", [{ evaluation: -1, settings: {} }]],
    ["changes", [{ evaluation: 1.5, settings: {} }]],
    ["changes", [{ evaluation: 5, settings: {} }, { evaluation: 4, settings: {} }]],
    ["changes", Array(10_001).fill({ evaluation: 1, settings: {} })],
    ["evaluation", -1],
    ["evaluation", "500"],
    ["evaluation", 2 ** 60],
    ["engine", "quantum"],
    ["preset", ["painting"]],
    ["preset", undefined],
  ])) {
    const text = JSON.stringify(value) ?? "nothing";
    test(`whose ${path} is ${text.length > 60 ? `${text.slice(0, 60)}…` : text} is refused with a sentence`, () => {
      assert.throws(() => parseRecipe(changed(path, value)), /^Error: Its entry “\w+(?:\.[\w ]+)*” has a wrong type or value\.$/);
    });
  }

  for (const [what, source, says] of /** @type {[string, string, RegExp][]} */ ([
    ["that is no JSON", "{", /not JSON/],
    ["that is nothing", "null", /another version/],
    ["that is a list", "[]", /another version/],
    ["of another version", changed("schema", 9), /another version/],
    ["with a number beyond all numbers", JSON.stringify(whole()).replace('"size":512', '"size":1e999'), /“settings/],
    ["of 100,000 brackets", "[".repeat(100_000) + "]".repeat(100_000), /another version|not JSON/],
    ["of settings without a bottom", changed("settings", 7).replace('"settings":7', `"settings":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`), /“settings\.a/],
  ])) {
    test(`${what} is refused with a sentence`, () => assert.throws(() => parseRecipe(source), says));
  }

  test("that is too long is refused with a sentence", () => assert.throws(() => parseRecipe(`"${"x".repeat(65e6)}"`), /too long/));
});

describe("changes of settings", () => {
  test("name what they change", () => {
    assert.deepEqual(changedPaths({ strength: 1, style: { weight: 2, layers: [{ layer: "a" }] }, tv: { weight: null } }), ["strength", "style.weight", "style.layers", "tv.weight"]);
  });

  test("lie over what was before", () => {
    const before = { size: 1, style: { weight: 1, blend: [1, 2] } };
    assert.deepEqual(withChange(before, { style: { blend: [3] }, seed: 4 }), { size: 1, style: { weight: 1, blend: [3] }, seed: 4 });
    assert.deepEqual(before, { size: 1, style: { weight: 1, blend: [1, 2] } });
  });
});
