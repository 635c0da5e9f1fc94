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
    // All that is given to the photo's place is photos.
    [["a.jpg", "b.png"], "content", "content", ["content a.jpg"], []],
    [["notes.txt", "a.jpg", "b.png", "c.jpg"], "content", "style", ["content a.jpg"], ["notes.txt"]],
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

describe("photos for one style", () => {
  for (const [names, onto, photos] of /** @type {[string[], Role | null, string[]][]} */ ([
    [["a.jpg"], "content", []],
    [["a.jpg", "b.png"], "content", ["a.jpg", "b.png"]],
    [["a.jpg", "notes.txt", "b.png"], "content", ["a.jpg", "b.png"]],
    // A photo and its style.
    [["a.jpg", "b.png"], null, []],
    [["a.jpg", "b.png", "c.png"], null, ["a.jpg", "b.png", "c.png"]],
    [["a.jpg", "b.png", "notes.txt"], null, []],
    [["a.jpg", "b.png", "c.png"], "style", []],
    [["a.jpg", "b.png", "c.png"], "start", []],
  ])) {
    test(`${names.join(", ")} ${onto ? `on the slot ${onto}` : "on the page"}: ${photos.length || "none"}`, () => {
      assert.deepEqual(assignFiles(names.map(file), onto, "content").photos.map(({ name }) => name), photos);
    });
  }
});
