// The run's states: every event in every state, late ones and those that come twice.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { IDLE, isUnderWay, next } from "../../web/run/machine.js";

/** @typedef {import("../../web/run/machine.js").Machine} Machine */
/** @typedef {import("../../web/run/machine.js").Name} Name */
/** @typedef {import("../../web/run/machine.js").RunEvent} RunEvent */

const RUN = 3;
const STATES = /** @type {const} */ (["idle", "loading", "ready", "starting", "running", "pausing", "paused", "stopping", "stopped", "finished", "failed"]);
/** @param {Name} name @returns {Machine} */
const at = (name, held = false) => (name === "idle" ? IDLE : { name, run: RUN, held });

/** Where an event of the run itself leads from a state; what is missing leads nowhere. @type {Record<string, Partial<Record<Name, Name>>>} */
const TABLE = {
  loaded: { loading: "ready" },
  resolved: { ready: "starting" },
  started: { starting: "running" },
  pause: { running: "pausing" },
  pauseAnswered: { pausing: "paused" },
  paused: { starting: "paused", running: "paused", pausing: "paused" },
  resume: { pausing: "running", paused: "running" },
  stop: { loading: "stopping", ready: "stopping", starting: "stopping", running: "stopping", pausing: "stopping", paused: "stopping" },
  stopped: { stopping: "stopped" },
  finished: { starting: "finished", running: "finished", pausing: "finished", paused: "finished", stopping: "finished" },
  failed: { loading: "failed", ready: "failed", starting: "failed", running: "failed", pausing: "failed", paused: "failed", stopping: "failed" },
};
/** @param {string} type @returns {RunEvent} */
const event = (type, run = RUN) => /** @type {RunEvent} */ ({ type, run });

/** @param {Machine} from @param {...RunEvent} events */
const after = (from, ...events) => events.reduce(next, from);

describe("an event of the run", () => {
  for (const [type, row] of Object.entries(TABLE)) {
    test(`${type} leads where it should from every state, and nowhere else`, () => {
      for (const name of STATES) {
        const before = at(name);
        const then = next(before, event(type, before.run));
        if (type === "pause" && ["loading", "ready", "starting"].includes(name)) assert.deepEqual(then, { name, run: RUN, held: true }, name);
        else if (row[name]) assert.deepEqual(then, { name: row[name], run: RUN, held: false }, name);
        else assert.equal(then, before, name);
      }
    });

    test(`${type} of another run changes nothing`, () => {
      for (const name of STATES.filter((each) => each !== "idle")) {
        const before = at(name);
        for (const run of [0, RUN - 1, RUN + 1]) assert.equal(next(before, event(type, run)), before, name);
      }
    });

    test(`${type} twice is ${type} once`, () => {
      for (const name of STATES) {
        const once = next(at(name), event(type));
        assert.equal(next(once, event(type)), once, name);
      }
    });
  }
});

describe("a run begins", () => {
  const ended = ["idle", "stopped", "finished", "failed"];

  test("only where none is under way, and with a number of its own", () => {
    for (const name of STATES) {
      const before = at(name);
      const begun = next(before, event("start", RUN + 1));
      if (ended.includes(name)) assert.deepEqual(begun, { name: "loading", run: RUN + 1, held: false }, name);
      else assert.equal(begun, before, name);
      if (name !== "idle") assert.equal(next(before, event("start", RUN)), before, name);
    }
  });

  test("once, however often Paint is clicked", () => {
    const once = after(IDLE, event("start", 1));
    assert.equal(next(once, event("start", 2)), once);
  });

  test("anew from a checkpoint of one that is being stopped or has ended", () => {
    for (const name of STATES.filter((each) => each !== "idle")) {
      const before = at(name);
      const begun = next(before, { type: "restart", run: RUN, next: RUN + 1 });
      if (name === "stopping" || ended.includes(name)) assert.deepEqual(begun, { name: "loading", run: RUN + 1, held: false }, name);
      else assert.equal(begun, before, name);
      assert.equal(next(before, { type: "restart", run: RUN - 1, next: RUN + 1 }), before);
    }
  });

  test("anew where the engine broke in the middle, and pauses again if it was paused", () => {
    for (const name of STATES) {
      const before = at(name);
      const begun = next(before, { type: "recover", run: before.run, next: RUN + 1 });
      if (isUnderWay(before) && name !== "stopping") assert.deepEqual(begun, { name: "loading", run: RUN + 1, held: name === "pausing" || name === "paused" }, name);
      else assert.equal(begun, before, name);
      assert.equal(next(begun, { type: "recover", run: RUN, next: RUN + 1 }), begun, "twice");
      assert.equal(next(before, { type: "recover", run: RUN - 1, next: RUN + 1 }), before, "of another run");
    }
    assert.deepEqual(next(at("starting", true), { type: "recover", run: RUN, next: RUN + 1 }), { name: "loading", run: RUN + 1, held: true });
  });

  test("and what the broken engine still says of it changes nothing", () => {
    const again = next(at("running"), { type: "recover", run: RUN, next: RUN + 1 });
    for (const type of Object.keys(TABLE)) assert.equal(next(again, event(type)), again, type);
  });

  test("not where an earlier one is opened, which shows as it ended", () => {
    for (const outcome of /** @type {const} */ (["stopped", "finished"])) {
      assert.deepEqual(next(at("finished"), { type: "open", run: RUN + 1, outcome }), { name: outcome, run: RUN + 1, held: false });
      assert.equal(next(at("running"), { type: "open", run: RUN + 1, outcome }).name, "running");
    }
  });
});

describe("what was there before a run", () => {
  test("takes its place again once it has ended, and nothing of the run changes it any more", () => {
    for (const name of STATES) {
      const before = at(name);
      const back = next(before, { type: "restoreResult", run: before.run, next: RUN + 1, outcome: "finished" });
      if (isUnderWay(before)) assert.equal(back, before, name);
      else assert.deepEqual(back, { name: "finished", run: RUN + 1, held: false }, name);
    }
    const back = next(at("stopped"), { type: "restoreResult", run: RUN, next: RUN + 1, outcome: "idle" });
    for (const type of Object.keys(TABLE)) assert.equal(next(back, event(type)), back, type);
    assert.equal(next(back, event("start", RUN + 2)).name, "loading");
  });
});

describe("from beginning to end", () => {
  const begin = ["start", "loaded", "resolved", "started"].map((type) => event(type));

  test("a run that is paused, resumed and finished", () => {
    const paused = after(IDLE, ...begin, event("pause"), event("pauseAnswered"));
    assert.equal(paused.name, "paused");
    assert.equal(after(paused, event("resume"), event("finished")).name, "finished");
  });

  test("one that is paused before it has started stays paused", () => {
    for (let n = 1; n <= 3; n += 1) {
      const held = after(IDLE, ...begin.slice(0, n), event("pause"), ...begin.slice(n, 3));
      assert.deepEqual(held, { name: "starting", run: RUN, held: true });
      assert.deepEqual(next(held, event("started")), { name: "paused", run: RUN, held: false });
      assert.deepEqual(after(held, event("resume"), event("started")), { name: "running", run: RUN, held: false });
    }
  });

  test("the answer to a pause comes after it was resumed", () => {
    assert.equal(after(IDLE, ...begin, event("pause"), event("resume"), event("pauseAnswered")).name, "running");
  });

  test("one that finishes or fails while it is being stopped has finished or failed", () => {
    const stopping = after(IDLE, ...begin, event("stop"));
    assert.equal(after(stopping, event("finished"), event("stopped")).name, "finished");
    assert.equal(after(stopping, event("failed"), event("stopped")).name, "failed");
  });

  test("what the worker still says of a stopped run does not touch the next", () => {
    const second = after(IDLE, ...begin, event("stop"), event("stopped"), event("start", RUN + 1));
    for (const type of Object.keys(TABLE)) assert.equal(next(second, event(type)), second, type);
  });

  test("a run is under way from its start to its end", () => {
    assert.deepEqual(STATES.filter((name) => isUnderWay(at(name))), ["loading", "ready", "starting", "running", "pausing", "paused", "stopping"]);
  });
});
