// Which messages are shown, and which give way.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { shownOf, withoutToast, withToast } from "../../web/ui/toast-list.js";

/** @typedef {import("../../web/ui/toast-list.js").Toast} Toast */

/** @param {Toast["kind"]} kind @param {string} topic @param {string} sentence @param {boolean} [offers] @returns {Toast} */
const toast = (kind, topic, sentence, offers = false) => ({ kind, topic, sentence, action: offers ? { label: "Do it", act: () => {} } : null, stays: offers, onDismiss: null });
const sentences = (/** @type {readonly Toast[]} */ toasts) => toasts.map(({ sentence }) => sentence);

describe("messages", () => {
  const offer = toast("notice", "update", "a new version", true);
  const remark = toast("notice", "", "scaled");
  const error = toast("error", "network", "no network", true);

  test("a new one replaces only its own topic and kind", () => {
    let all = withToast(withToast(withToast([], offer), remark), error);
    all = withToast(all, toast("notice", "", "a first frame"));
    all = withToast(all, toast("error", "update", "about the update"));
    assert.deepEqual(sentences(all), ["a new version", "no network", "a first frame", "about the update"]);
    // What is said anew about an offer leaves it where it is.
    assert.deepEqual(sentences(withToast(all, toast("notice", "update", "a newer version", true))), ["a newer version", "no network", "a first frame", "about the update"]);
  });

  test("what is mended takes its own error away; whoever goes on, what offers nothing", () => {
    const all = [offer, error, toast("error", "picture", "cut short"), remark];
    assert.deepEqual(sentences(withoutToast(all, "error", "picture")), ["a new version", "no network", "scaled"]);
    assert.deepEqual(sentences(withoutToast(all, "error")), ["a new version", "no network", "scaled"]);
    assert.deepEqual(sentences(withoutToast(all, "notice", "")), ["a new version", "no network", "cut short"]);
  });

  test("three are shown: errors, what was just done, then offers in their order; the others wait", () => {
    const offers = ["one", "two", "three", "four"].map((topic) => toast("notice", topic, topic, true));
    assert.deepEqual(sentences(shownOf(offers)), ["one", "two", "three"]);
    assert.deepEqual(sentences(shownOf(offers.slice(1))), ["two", "three", "four"]);
    assert.deepEqual(sentences(shownOf([...offers, error, remark])), ["one", "no network", "scaled"]);
    const errors = ["a", "b", "c", "d"].map((topic) => toast("error", topic, topic));
    assert.deepEqual(sentences(shownOf([...errors, offer])), ["b", "c", "d"]);
  });
});
