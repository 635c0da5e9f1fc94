// Another language over the English, and English again.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

const english = await import("../../web/i18n/en.js");
const { german } = await import("../../web/i18n/de.js");
const { putOver, speak, speakLanguage } = await import("../../web/i18n/overlay.js");
const talk = await import("../../web/talk/en.js");
const { german: germanTalk } = await import("../../web/talk/de.js");

/** What every sentence is, functions by identity. @param {object} module */
const contents = (module) => Object.fromEntries(Object.entries(module).map(([name, each]) => [name, each !== null && typeof each === "object" ? { ...each } : each]));

describe("a language over the English", () => {
  test("says every sentence, and English is as it was afterwards, time and again", () => {
    const before = contents(english);
    for (let round = 0; round < 2; round++) {
      speak(german);
      assert.equal(english.status.ready, german.status.ready);
      assert.equal(english.picture.change.style("x"), german.picture.change.style("x"));
      assert.deepEqual(Object.keys(english.markup), Object.keys(german.markup));
      speak(null);
      assert.deepEqual(contents(english), before);
      assert.deepEqual(english.markup, {});
    }
  });

  test("comes over the talk, and goes again", () => {
    const before = contents(talk);
    putOver(talk, germanTalk);
    assert.deepEqual(talk.words, germanTalk.words);
    putOver(talk, {});
    assert.deepEqual(contents(talk), before);
  });

  test("comes by its name in a worker; one that cannot be had is English", async () => {
    await speakLanguage("de");
    assert.equal(english.status.ready, german.status.ready);
    await speakLanguage("xx");
    assert.equal(english.status.ready, "Ready to paint.");
    const slow = speakLanguage("de");
    await speakLanguage("en");
    await slow;
    assert.equal(english.status.ready, "Ready to paint.", "the newest choice");
  });

  test("is replaced by another one wholly", () => {
    const module = { section: { a: "a", b: "b" }, words: {}, text: "x" };
    putOver(module, { section: { a: "1" }, words: { key: "1" } });
    putOver(module, { section: { b: "2" }, words: { other: "2" } });
    assert.deepEqual(module, { section: { a: "a", b: "2" }, words: { other: "2" }, text: "x" });
  });
});
