// Shortcuts on the keyboards that people have, which of two commands acts, and listeners that come and go.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { allCommands, commandOf, register } from "../../web/app/commands.js";
import { Listeners } from "../../web/app/listeners.js";
import { isPressed, isSingleKey, written } from "../../web/app/shortcut.js";

/** A key press. @param {string} key @param {Partial<KeyboardEvent> & { altGraph?: boolean }} [with_] @returns {any} */
function press(key, { altGraph = false, ...with_ } = {}) {
  return { key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, getModifierState: () => altGraph, ...with_ };
}

describe("shortcuts", () => {
  /** @type {[string, import("../../web/app/shortcut.js").Shortcut, any, boolean][]} */
  const cases = [
    ["a letter", { key: "s" }, press("s"), true],
    ["caps lock", { key: "s" }, press("S"), true],
    ["another letter", { key: "s" }, press("b"), false],
    ["Ctrl and the letter is another shortcut", { key: "s" }, press("s", { ctrlKey: true }), false],
    ["Command on a Mac", { key: "Enter", ctrl: true }, press("Enter", { metaKey: true }), true],
    ["Ctrl is missing", { key: "Enter", ctrl: true }, press("Enter"), false],
    ["Alt belongs to the browser", { key: "s" }, press("s", { altKey: true }), false],
    ["a German bracket: AltGr, which comes as Ctrl and Alt", { key: "[" }, press("[", { code: "Digit8", ctrlKey: true, altKey: true, altGraph: true }), true],
    ["AltGr is not Ctrl", { key: "s", ctrl: true }, press("s", { ctrlKey: true, altKey: true, altGraph: true }), false],
    ["a Greek keyboard", { key: "s" }, press("σ", { code: "KeyS" }), true],
    ["a Cyrillic one", { key: "b" }, press("и", { code: "KeyB" }), true],
    ["a German Y stands where Z does: its own letter counts", { key: "z" }, press("y", { code: "KeyZ" }), false],
    ["Shift is asked for", { key: "ArrowLeft", shift: true }, press("ArrowLeft"), false],
    ["Shift is pressed", { key: "ArrowLeft", shift: true }, press("ArrowLeft", { shiftKey: true }), true],
    ["Shift types the character", { key: "?" }, press("?", { shiftKey: true }), true],
  ];
  for (const [name, shortcut, event, expected] of cases) test(name, () => assert.equal(isPressed(shortcut, event), expected));

  test("how they are written", () => {
    assert.deepEqual(written({ key: "Enter", ctrl: true }), ["Ctrl", "Enter"]);
    assert.deepEqual(written({ key: "Enter", ctrl: true }, true), ["⌘", "Enter"]);
    assert.deepEqual(written({ key: "Escape" }), ["Esc"]);
    assert.deepEqual(written({ key: "ArrowLeft", shift: true }), ["Shift", "←"]);
    assert.ok(isSingleKey({ key: "s" }) && !isSingleKey({ key: "Escape" }) && !isSingleKey({ key: "s", ctrl: true }));
  });
});

describe("commands", () => {
  test("of two on one key the enabled one with the higher priority acts, and none after its lifetime", () => {
    const lifetime = new AbortController();
    /** @type {string[]} */
    const done = [];
    let focus = true;
    register({ id: "stop", shortcuts: [{ key: "Escape" }], run: () => done.push("stop") }, lifetime.signal);
    register({ id: "leave", shortcuts: [{ key: "Escape" }], priority: 1, enabled: () => focus, run: () => done.push("leave") }, lifetime.signal);
    const act = () => commandOf(press("Escape"), () => true)?.run();
    act();
    focus = false;
    act();
    assert.deepEqual(done, ["leave", "stop"]);
    assert.equal(commandOf(press("Escape"), () => false), null);
    assert.throws(() => register({ id: "stop", run: () => {} }, lifetime.signal), /two commands/);
    lifetime.abort();
    assert.equal(act(), undefined);
    assert.equal(allCommands().length, 0);
    register({ id: "stop", run: () => {} }, new AbortController().signal);
  });
});

describe("listeners", () => {
  test("one that throws does not stop the others, and is reported", () => {
    /** @type {unknown[]} */
    const reported = [];
    const before = globalThis.reportError;
    globalThis.reportError = (error) => { reported.push(error); };
    try {
      /** @type {Listeners<[number]>} */
      const listeners = new Listeners();
      /** @type {number[]} */
      const called = [];
      const lifetime = new AbortController();
      listeners.add(() => { throw new Error("mine"); });
      listeners.add((value) => called.push(value), lifetime.signal);
      listeners.call(1);
      lifetime.abort();
      listeners.call(2);
      listeners.add((value) => called.push(value), lifetime.signal);
      listeners.call(3);
      assert.deepEqual(called, [1]);
      assert.equal(reported.length, 3);
      assert.equal(listeners.size, 1);
    } finally {
      globalThis.reportError = before;
    }
  });

  test("one that ends another while they are called spares it", () => {
    /** @type {Listeners<[]>} */
    const listeners = new Listeners();
    const lifetime = new AbortController();
    let calls = 0;
    listeners.add(() => lifetime.abort());
    listeners.add(() => { calls += 1; }, lifetime.signal);
    listeners.call();
    assert.equal(calls, 0);
  });
});
