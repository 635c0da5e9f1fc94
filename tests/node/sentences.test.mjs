// Whatever is said to a person was written for people: sentences are thrown as such, and the text of any other error goes to the console.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = fileURLToPath(new URL("../../web/", import.meta.url));
/** They explain their errors before they send them (app/errors.js), and know no SentenceError. */
const WORKERS = ["engine/load-engine.js"];

/** @type {{ file: string, text: string }[]} */
const modules = readdirSync(WEB, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".js"))
  .map((file) => ({ file: file.split(path.sep).join("/"), text: readFileSync(path.join(WEB, file), "utf8") }));

/** @param {RegExp} pattern @param {string[]} [but] */
const found = (pattern, but = []) => modules.filter(({ file }) => !but.includes(file)).flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([match]) => `${file}: ${match}`));

describe("what is said of an error", () => {
  test("is thrown as a sentence where it is one", () => {
    assert.deepEqual(found(/new (?:Type|Range)?Error\((?:say|words|nets|status)\b[^)]*/g, WORKERS), []);
  });

  test("is never an error's own text", () => {
    const shown = /(?:showError|notice|showStatus|showTrouble|trouble)\((?:[^()]|\([^()]*\))*(?:String\(error\)|(?:error|reason)\.message)(?:[^()]|\([^()]*\))*/g;
    // A PictureError is a sentence.
    assert.deepEqual(found(shown).filter((each) => !each.includes("instanceof PictureError")), []);
    assert.deepEqual(found(/\$\{(?:error|reason)(?:\.message)?\}/g), []);
  });
});
