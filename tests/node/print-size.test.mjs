// How large a picture is on paper, and how that is said.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

import { printSize } from "../../web/export/print-size.js";

globalThis.navigator ??= /** @type {any} */ ({ onLine: true, languages: ["en"] });
const { centimetres, locale } = await import("../../web/i18n/numbers.js");

describe("the size in print", () => {
  test("is an inch for as many pixels as there are dots to one", () => {
    assert.deepEqual(printSize(300, 600), [2.54, 5.08]);
    assert.deepEqual(printSize(150, 75, 150), [2.54, 1.27]);
    assert.deepEqual(printSize(2480, 3508).map((cm) => Math.round(10 * cm) / 10), [21, 29.7]);
  });

  test("is said in the language of the page", () => {
    const [size, before] = [printSize(1024, 768), locale.tag];
    locale.tag = "en";
    assert.equal(centimetres(size), "8.7 × 6.5 cm");
    locale.tag = "de";
    assert.equal(centimetres(size), "8,7 × 6,5 cm");
    locale.tag = before;
  });
});
