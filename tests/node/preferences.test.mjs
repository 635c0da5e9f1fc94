// What the page remembers of choices, in storage that anybody may have written to, or that is not there.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

const { preferencesIn } = await import("../../web/app/preferences.js");

const CARRIED = { recipe: true, names: true, masks: true, device: false };

/** @param {Record<string, string>} [content] */
function storage(content = {}) {
  const all = new Map(Object.entries(content));
  return /** @type {Storage} */ (/** @type {unknown} */ ({
    all,
    getItem: (/** @type {string} */ key) => all.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => all.set(key, value),
    removeItem: (/** @type {string} */ key) => all.delete(key),
  }));
}

describe("preferences", () => {
  test("hold what they should where nothing is stored", () => {
    const { get } = preferencesIn(() => storage());
    assert.deepEqual([get("theme"), get("language"), get("network"), get("singleKeys"), get("carried")], [null, null, null, "on", CARRIED]);
  });

  test("come back on the next visit, and can be forgotten", () => {
    const kept = storage();
    const { set } = preferencesIn(() => kept);
    set("theme", "dark");
    set("singleKeys", "off");
    set("carried", { ...CARRIED, names: false });
    const next = preferencesIn(() => kept);
    assert.deepEqual([next.get("theme"), next.get("singleKeys"), next.get("carried")], ["dark", "off", { ...CARRIED, names: false }]);
    next.set("theme", null);
    assert.deepEqual([next.get("theme"), preferencesIn(() => kept).get("theme")], [null, null]);
  });

  test("are read as earlier versions wrote them", () => {
    const { get } = preferencesIn(() => storage({ "pastiche theme": "light", "pastiche language": "de", "pastiche network": "vgg19", "pastiche single keys": "off" }));
    assert.deepEqual([get("theme"), get("language"), get("network"), get("singleKeys")], ["light", "de", "vgg19", "off"]);
  });

  for (const [key, name, values] of /** @type {const} */ ([
    ["pastiche theme", "theme", ["", "Dark", "blue", "<b>"]],
    ["pastiche language", "language", ["", "german", "../de", "__proto__"]],
    ["pastiche network", "network", ["vgg19 ", "file", "{}"]],
    ["pastiche single keys", "singleKeys", ["", "true"]],
    ["pastiche product tile", "tile", ["", "{", "null", "[]", "{\"adapter\":\"x\"}", "{\"adapter\":\"x\",\"name\":7}", "{\"adapter\":\"x\",\"name\":\"y\",\"more\":1}"]],
    ["pastiche carried", "carried", ["", "{", "null", "[]", "7", '"all"']],
  ])) {
    for (const value of values) {
      test(`${name} is as if nothing were stored where it is ${JSON.stringify(value)}`, () => {
        assert.deepEqual(preferencesIn(() => storage({ [key]: value })).get(name), preferencesIn(() => storage()).get(name));
      });
    }
  }

  test("of several parts keep those that are whole", () => {
    const { get } = preferencesIn(() => storage({ "pastiche carried": '{"recipe": false, "names": "yes", "device": true, "more": 1}' }));
    assert.deepEqual(get("carried"), { recipe: false, names: true, masks: true, device: true });
  });

  test("hold for a visit where there is no storage", () => {
    const { get, set } = preferencesIn(() => { throw new DOMException("blocked", "SecurityError"); });
    assert.deepEqual(get("carried"), CARRIED);
    set("carried", { ...CARRIED, recipe: false });
    assert.equal(get("carried").recipe, false);
  });
});
