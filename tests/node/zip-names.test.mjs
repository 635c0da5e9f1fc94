// Names of results in a ZIP archive.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { zipNames } from "../../web/export/zip-names.js";

describe("files in an archive", () => {
  for (const [names, expected] of /** @type {[string[], string[]][]} */ ([
    [["a.jpg", "b.png"], ["a.png", "b.png"]],
    [["a.jpg", "a.png", "A.webp"], ["a.png", "a (2).png", "A (3).png"]],
    [["a.jpg", "a (2).jpg", "a.png"], ["a.png", "a (2).png", "a (3).png"]],
    [["IMG_0001.HEIC", "scan.v2.tiff"], ["IMG_0001.png", "scan.v2.png"]],
    [["../up.jpg", "con.jpg", "???"], ["up.png", "con_.png", "result.png"]],
    [["photo-swirl-pastiche, Style 0.6"], ["photo-swirl-pastiche, Style 0.6.png"]],
    [[], []],
  ])) {
    test(`${names.join(", ") || "none"}: one name each, as file systems take it`, () => assert.deepEqual(zipNames(names, ".png"), expected));
  }
});
