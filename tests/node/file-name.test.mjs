// Names of saved files.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cleanFileName, fileName } from "../../web/export/file-name.js";

describe("the name of a saved file", () => {
  for (const [content, style, name] of /** @type {const} */ ([
    ["Canal at dusk", "Wind over wheat", "canal-at-dusk-wind-over-wheat-pastiche"],
    ["photo.JPG", "style.png", "photo-style-pastiche"],
    ["猫の写真.jpg", "星月夜", "猫の写真-星月夜-pastiche"],
    ["Größe.jpeg", "Αθήνα.png", "größe-αθήνα-pastiche"],
    // A dakuten that stands apart, and vowel signs that are marks.
    ["か\u3099.png", "हिन्दी", "が-हिन्दी-pastiche"],
    ["../../etc/passwd", "a:b*c?\"<d>|", "etc-passwd-a-b-c-d-pastiche"],
    ["😀.png", "!!!", "pastiche"],
    ["", "", "pastiche"],
  ])) {
    test(`of "${content}" and "${style}" is ${name}`, () => assert.equal(fileName(content, style), name));
  }

  test("is cut between two letters, never within one", () => {
    const name = fileName("𠮷".repeat(60), "x");
    assert.equal(name, `${"𠮷".repeat(40)}-x-pastiche`);
    assert.ok(!fileName(`${"a".repeat(39)} b`, "c").includes("--"));
  });
});

describe("a name that somebody typed", () => {
  for (const [typed, name] of /** @type {const} */ ([
    ["My cat, after Klee", "My cat, after Klee"],
    ["猫の写真 (2)", "猫の写真 (2)"],
    ["Größe – ½ 😀", "Größe – ½ 😀"],
    ["か\u3099", "が"],
    ["../../etc/passwd", "etc passwd"],
    ['a:b*c?"<d>|e\\f', "a b c d e f"],
    ["tab\tand\nline\0", "tab and line"],
    ["  .hidden. . ", "hidden"],
    ["photo\u202egpj.exe", "photo gpj.exe"],
    ["zero\u200bwidth\ufeff", "zero width"],
    ["half \ud83d of a pair", "half of a pair"],
    ["CON", "CON_"],
    ["com1.tar", "com1_.tar"],
    ["console", "console"],
    ["cat.png", "cat"],
    ["cat.JPG", "cat"],
    ["cat.jpeg ", "cat"],
    ["cat.webp.png", "cat"],
    ["cat .png. .png", "cat"],
    ["cat.v2", "cat.v2"],
    ["notes on png", "notes on png"],
    ["nul.png", "nul_"],
    ["png", "png"],
    ["...", ""],
    ["", ""],
  ])) {
    test(`${JSON.stringify(typed)} becomes ${JSON.stringify(name)}`, () => assert.equal(cleanFileName(typed), name));
  }

  test("is cut where file systems would, and never within a letter", () => {
    const bytes = (/** @type {string} */ name) => new TextEncoder().encode(name).length;
    assert.equal(cleanFileName("a".repeat(300)), "a".repeat(200));
    const [family, japanese] = ["👨‍👩‍👧", "写"];
    for (const letter of [family, japanese]) {
      const name = cleanFileName(letter.repeat(100));
      assert.ok(bytes(name) <= 200 && bytes(name) > 170, `${bytes(name)}`);
      assert.equal(name, letter.repeat(name.length / letter.length));
    }
  });

  test("cleaned twice is the same as once", () => {
    for (const typed of ["CON .", "a.png .jpg", `${"x".repeat(196)}.png.png`, "a. .b", " \u202e x", "x".repeat(250) + "."]) assert.equal(cleanFileName(cleanFileName(typed)), cleanFileName(typed));
  });
});
