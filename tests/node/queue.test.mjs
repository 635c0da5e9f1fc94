// The queue: one after the other, whatever becomes of each.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { EMPTY, next, nextWaiting } from "../../web/run/queue-state.js";

/** @typedef {{ label: string, past?: string | null }} Entry */
/** @typedef {import("../../web/run/queue-state.js").Queue<Entry>} Queue */
/** @typedef {import("../../web/run/queue-state.js").QueueEvent<Entry>} QueueEvent */

/** @param {Queue} from @param {...QueueEvent} events @returns {Queue} */
const after = (from, ...events) => events.reduce((queue, event) => next(queue, event), from);
/** @type {QueueEvent} */
const ADD = { type: "add", entries: [{ label: "a" }, { label: "b" }, { label: "c" }] };
/** @param {number} id @returns {QueueEvent} */
const begin = (id) => ({ type: "begin", id });
/** @param {number} id @param {import("../../web/types").Outcome["state"]} state @returns {QueueEvent} */
const settle = (id, state, sentence = "") => ({ type: "settle", id, outcome: { state, sentence }, result: { past: `run ${id}` } });
/** @param {Queue} queue */
const states = ({ items }) => items.map(({ state }) => state).join(" ");

describe("a queue", () => {
  test("takes one after the other", () => {
    let queue = after(EMPTY, ADD);
    for (const id of [1, 2, 3]) {
      assert.equal(nextWaiting(queue)?.id, id);
      queue = next(queue, begin(id));
      assert.equal(nextWaiting(queue), null, "one at a time");
      queue = next(queue, settle(id, "finished"));
    }
    assert.equal(states(queue), "finished finished finished");
    assert.deepEqual(queue.items.map(({ past }) => past), ["run 1", "run 2", "run 3"]);
    assert.equal(nextWaiting(queue), null);
  });

  test("goes on after one that failed or was refused before it began, with the reason", () => {
    for (const state of /** @type {const} */ (["failed", "refused"])) {
      const queue = after(EMPTY, ADD, begin(1), settle(1, state, "Choose the picture to start from."));
      assert.equal(states(queue), "failed waiting waiting");
      assert.equal(queue.items[0]?.reason, "Choose the picture to start from.");
      assert.equal(nextWaiting(queue)?.id, 2);
    }
  });

  test("is held by Stop until it is to continue", () => {
    const held = after(EMPTY, ADD, begin(1), settle(1, "stopped"));
    assert.deepEqual([held.held, nextWaiting(held), states(held)], [true, null, "stopped waiting waiting"]);
    assert.equal(nextWaiting(next(held, { type: "continue" }))?.id, 2);
    assert.equal(nextWaiting(next(held, ADD))?.id, 2, "whoever adds more wants them");
  });

  test("does not change by what comes late, twice or out of turn", () => {
    const queue = after(EMPTY, ADD);
    assert.equal(next(queue, begin(2)), queue, "out of turn");
    assert.equal(next(queue, settle(1, "finished")), queue, "not begun");
    const running = next(queue, begin(1));
    assert.equal(next(running, begin(1)), running);
    assert.equal(next(running, begin(2)), running);
    const done = next(running, settle(1, "finished"));
    assert.equal(next(done, settle(1, "stopped")), done, "settled twice");
    assert.equal(next(done, { type: "continue" }), done);
    assert.equal(next(done, { type: "drop", id: 9 }), done);
  });

  test("lets go of what waits or is over, never of what is being painted", () => {
    const queue = after(EMPTY, ADD, begin(1), settle(1, "finished"), begin(2));
    assert.equal(next(queue, { type: "drop", id: 2 }), queue);
    assert.equal(states(after(queue, { type: "drop", id: 1 }, { type: "drop", id: 3 })), "painting");
    assert.equal(states(next(queue, { type: "dropWaiting" })), "finished painting");
  });

  test("gives every item its own number", () => {
    const queue = after(EMPTY, ADD, { type: "drop", id: 3 }, ADD);
    assert.deepEqual(queue.items.map(({ id }) => id), [1, 2, 4, 5, 6]);
  });
});
