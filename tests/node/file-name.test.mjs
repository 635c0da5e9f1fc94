// Names of saved files.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { fileName } from "../../web/export/file-name.js";

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
