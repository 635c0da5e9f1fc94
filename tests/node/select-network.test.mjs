// Choosing a network: the newest choice wins, a person's over the page's, and is carried out once there is an engine.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { due, next, NONE } from "../../web/network/select-network.js";

/** @typedef {import("../../web/network/select-network.js").Selection} Selection */
/** @typedef {import("../../web/network/select-network.js").SelectionEvent} SelectionEvent */

/** @param {Selection} from @param {...SelectionEvent} events */
const after = (from, ...events) => events.reduce(next, from);
/** @param {import("../../web/types").NetworkId} id @returns {SelectionEvent} */
const chosen = (id, byPerson = true, agreed = id !== "vgg19") => ({ type: "choose", id, byPerson, agreed });
/** @param {"agreed" | "begun" | "loaded" | "ended"} type @param {number} number @returns {SelectionEvent} */
const of = (type, number) => ({ type, number });
/** @type {SelectionEvent} */
const READY = { type: "engine", ready: true };

describe("a choice of a network", () => {
  test("is carried out at once where there is an engine", () => {
    const waiting = after(NONE, READY, chosen("sketch"));
    assert.equal(due(waiting)?.id, "sketch");
    const loaded = after(waiting, of("begun", 1), of("loaded", 1));
    assert.deepEqual([loaded.network, loaded.choice], ["sketch", null]);
  });

  test("made while the engine loads waits for it, and the page's own does not take its place", () => {
    const early = after(NONE, chosen("vgg19"), of("agreed", 1));
    assert.equal(due(early), null);
    const ready = after(early, READY, chosen("sketch", false));
    assert.equal(due(ready)?.id, "vgg19");
    assert.equal(after(ready, of("begun", 1), of("loaded", 1)).network, "vgg19");
  });

  test("is not carried out before it is agreed to, and then only once", () => {
    const asking = after(NONE, READY, chosen("vgg19"));
    assert.equal(due(asking), null);
    assert.equal(next(asking, of("begun", 1)), asking);
    const loading = after(asking, of("agreed", 1), of("begun", 1));
    assert.equal(due(loading), null);
    assert.equal(next(loading, of("begun", 1)), loading);
    assert.equal(next(loading, of("agreed", 1)), loading);
  });

  test("that was refused leaves what was in use, and room for the page's own", () => {
    const used = after(NONE, READY, chosen("sketch", false), of("begun", 1), of("loaded", 1));
    const refused = after(used, chosen("vgg19"), of("ended", 2));
    assert.deepEqual([refused.network, refused.choice], ["sketch", null]);
    assert.equal(after(NONE, READY, chosen("vgg19"), of("ended", 1), chosen("sketch", false)).choice?.id, "sketch");
  });

  test("that is newer wins, whatever still comes of the older one", () => {
    const first = after(NONE, READY, chosen("sketch"), of("begun", 1));
    const second = next(first, chosen("vgg19", true, true));
    for (const type of /** @type {const} */ (["agreed", "begun", "loaded", "ended"])) assert.equal(next(second, of(type, 1)), second, type);
    assert.equal(due(second)?.number, 2);
    const done = after(second, of("begun", 2), of("loaded", 2));
    assert.equal(done.network, "vgg19");
    for (const type of /** @type {const} */ (["agreed", "begun", "loaded", "ended"])) for (const number of [1, 2]) assert.equal(next(done, of(type, number)), done, type);
  });

  test("by the page gives way to another of the page's, as when the engine is changed", () => {
    assert.equal(after(NONE, chosen("sketch", false), chosen("vgg19", false)).choice?.id, "vgg19");
  });

  test("whose engine has gone is carried out on the next", () => {
    const gone = after(NONE, READY, chosen("sketch"), of("begun", 1), { type: "engine", ready: false });
    assert.equal(due(gone), null);
    assert.equal(next(gone, of("loaded", 1)), gone, "what the old worker still says");
    assert.equal(due(next(gone, READY))?.id, "sketch");
    assert.equal(next(NONE, { type: "engine", ready: false }), NONE);
  });
});
