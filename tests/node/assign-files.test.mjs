// Which of several files goes where.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { assignFiles } from "../../web/input/assign-files.js";

/** @import { Role } from "../../web/types" */

const TYPES = { jpg: "image/jpeg", png: "image/png", txt: "text/plain", raw: "" };
/** @param {string} name */
const file = (name) => ({ name, type: TYPES[/** @type {keyof typeof TYPES} */ (name.split(".")[1])] });

describe("dropped files", () => {
  for (const [names, onto, likely, used, unused] of /** @type {[string[], Role | null, Role, string[], string[]][]} */ ([
    [["a.jpg"], null, "content", ["content a.jpg"], []],
    [["a.jpg"], null, "style", ["style a.jpg"], []],
    [["a.jpg"], "start", "style", ["start a.jpg"], []],
    [["a.jpg", "b.png"], null, "style", ["content a.jpg", "style b.png"], []],
    [["a.jpg", "b.png"], "style", "content", ["style a.jpg", "content b.png"], []],
    [["a.jpg", "b.png"], "start", "content", ["start a.jpg"], ["b.png"]],
    [["a.jpg", "b.png", "c.png", "d.jpg"], null, "content", ["content a.jpg", "style b.png"], ["c.png", "d.jpg"]],
    // A text beside pictures is passed by; alone it is tried, and the browser says what it is.
    [["notes.txt", "a.jpg", "b.png"], null, "content", ["content a.jpg", "style b.png"], ["notes.txt"]],
    [["notes.txt"], null, "content", ["content notes.txt"], []],
    [["notes.txt", "more.txt"], null, "style", ["style notes.txt"], ["more.txt"]],
    [["x.raw", "a.jpg"], null, "content", ["content x.raw", "style a.jpg"], []],
    [[], null, "content", [], []],
  ])) {
    test(`${names.join(", ") || "none"} ${onto ? `on the slot ${onto}` : "on the page"}`, () => {
      const assigned = assignFiles(names.map(file), onto, likely);
      assert.deepEqual(assigned.used.map(({ role, file: { name } }) => `${role} ${name}`), used);
      assert.deepEqual(assigned.unused.map(({ name }) => name), unused);
    });
  }
});
