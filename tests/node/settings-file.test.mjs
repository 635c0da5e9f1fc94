// A settings file by its form: JSON within limits, whatever wrote it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

const { parseSettingsFile } = await import("../../web/settings/settings-file.js");

describe("a settings file", () => {
  test("gives its preset and its settings, without the pictures of whoever wrote it", () => {
    const source = '{"schema": 1, "preset": "painting", "size": 256, "style": {"layers": [{"layer": "conv1_1", "weight": 0.5}]}, "pictures": {"content": "/home/me/a.jpg"}}';
    assert.deepEqual(parseSettingsFile("a.json", source), { preset: "painting", partial: { schema: 1, size: 256, style: { layers: [{ layer: "conv1_1", weight: 0.5 }] } } });
    assert.deepEqual(parseSettingsFile("a.json", '{"size": 64}'), { preset: null, partial: { size: 64 } });
  });

  for (const [what, source, says] of /** @type {[string, string | null, RegExp][]} */ ([
    ["no JSON", "size = 3", /not JSON/],
    ["no object", "[1]", /one JSON object/],
    ["nothing", "{}", /no settings/],
    ["a preset that is no name", '{"preset": 7}', /“preset”/],
    ["a number beyond all numbers", '{"size": 1e999}', /“size”/],
    ["nesting without end", `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`, /“a/],
    ["too many entries", JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`a${n}`, n]))), /too many/],
    ["a megabyte", `{"a": "${"x".repeat(1e6)}"}`, /too long/],
    ["more than is read", null, /too long/],
  ])) {
    test(`of ${what} is refused with a sentence`, () => assert.throws(() => parseSettingsFile("a.json", source), says));
  }
});
