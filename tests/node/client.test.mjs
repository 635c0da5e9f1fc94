// The page's side of the engine's worker: what cannot be fetched, does not start, dies or falls silent is said, and ends every open request.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

// First: what the page's modules find when they are loaded.
import { install, started } from "../lib/fake-worker.mjs";
import "../lib/packages.mjs";

const { Engine, EngineError } = await import("../../web/engine/client.js");
const { startThreads } = await import("../../web/engine/thread-pool.js");
const { engine: say } = await import("../../web/i18n/en.js");

/** @typedef {import("../lib/fake-worker.mjs").FakeWorker} FakeWorker */
/** @typedef {import("../../web/engine/client.js").EngineError} EngineError */

/** @type {EngineError[]} */
let crashes = [];
/** @type {string[]} */
let events = [];

beforeEach(() => {
  /** @type {any} */ (mock.timers).enable({ apis: ["setInterval", "setTimeout"] });
  mock.method(console, "error", () => {});
  install();
  crashes = [];
  events = [];
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** An engine whose worker has been started. @param {"cpu" | "gpu"} kind */
function start(kind = "cpu") {
  const engine = new Engine(({ event }) => { events.push(event); }, (error) => { crashes.push(error); });
  const starting = engine.start(kind);
  const worker = /** @type {FakeWorker} */ (started.at(-1));
  return { engine, starting, worker };
}

/** An engine that is up. */
async function up() {
  const { engine, starting, worker } = start();
  worker.answer("start", { value: "started" });
  assert.equal(await starting, "started");
  return { engine, worker };
}

/** How a promise was rejected. @param {Promise<unknown>} promise */
async function refused(promise) {
  const error = /** @type {EngineError} */ (await promise.then(() => assert.fail("it was answered"), (reason) => reason));
  return [error.code, error.message];
}

/** Time passes, and what waits for it has its turn. @param {number} milliseconds */
async function pass(milliseconds) {
  for (let at = 0; at < milliseconds; at += 5000) {
    mock.timers.tick(5000);
    await Promise.resolve();
  }
}

describe("an engine that is started", () => {
  test("whose worker cannot be fetched is said to be missing, whatever the browser says of it", async () => {
    for (const message of ["", "Uncaught TypeError: Failed to fetch dynamically imported module"]) {
      const { starting, worker } = start();
      worker.fail(message);
      assert.deepEqual(await refused(starting), ["missing", say.missing("cpu")]);
      assert.ok(worker.terminated);
    }
  });

  test("of which nothing comes for half a minute does not arrive", async () => {
    const { starting, worker } = start();
    const refusal = refused(starting);
    await pass(25_000);
    worker.say({ event: "loading", loaded: 10, total: 100 });
    await pass(25_000);
    assert.ok(!worker.terminated, "something came");
    await pass(5000);
    assert.deepEqual(await refusal, ["stalled", say.stalled]);
    assert.deepEqual(crashes.map(({ code }) => code), ["stalled"]);
  });

  test("that has arrived and does not start is given up", async () => {
    const { starting, worker } = start();
    const refusal = refused(starting);
    for (const stage of ["compiling", "opening"]) worker.say({ event: "stage", stage });
    await pass(60_000);
    assert.deepEqual(await refusal, ["silent", say.notStarted]);
  });

  for (const [kind, code, sentence] of /** @type {const} */ ([["cpu", "crash", say.notStarted], ["gpu", "crash", say.gpuNotStarted], ["gpu", "device", say.gpuNotStarted]])) {
    test(`that breaks meanwhile is said not to start, with its kind; no size and no result is spoken of (${kind}, ${code})`, async () => {
      const { starting, worker } = start(kind);
      const refusal = refused(starting);
      worker.say({ event: "stage", stage: "opening" });
      worker.answer("start", { error: say[code === "crash" ? "crashed" : "deviceLost"], code, fatal: true });
      assert.deepEqual(await refusal, [code, sentence]);
      assert.deepEqual(crashes.map(({ message }) => message), [sentence]);
    });
  }

  test("keeps its own sentence where it refuses or memory runs out", async () => {
    for (const [error, code] of [["The browser has no WebAssembly.", ""], [say.outOfMemory, "memory"]]) {
      const { starting, worker } = start("gpu");
      worker.answer("start", { error, code, fatal: false });
      assert.deepEqual(await refused(starting), [code, error]);
    }
  });

  test("can be cancelled as long as it is not up", async () => {
    const { engine, starting } = start();
    engine.cancelStart(new EngineError("The download was stopped.", "cancelled"));
    assert.deepEqual(await refused(starting), ["cancelled", "The download was stopped."]);
    const other = await up();
    other.engine.cancelStart(new EngineError("x"));
    assert.ok(!other.worker.terminated);
  });

  test("is started once, and afresh after its worker has gone", async () => {
    const { engine, worker } = await up();
    assert.equal(await engine.start("cpu"), "started");
    assert.equal(started.length, 1);
    worker.fail("Uncaught RuntimeError: unreachable");
    void engine.start("cpu").catch(() => {});
    assert.equal(started.length, 2);
  });
});

describe("a worker that is up", () => {
  test("and dies ends every open request with a sentence for people", async () => {
    const { engine, worker } = await up();
    const open = [engine.request("resolve"), engine.request("keep")];
    worker.fail("Uncaught RuntimeError: unreachable");
    for (const each of open) assert.deepEqual(await refused(each), ["crash", say.crashed]);
    assert.equal(crashes.length, 1);
  });

  test("that dies while nothing is open answers the next request at once", async () => {
    const { engine, worker } = await up();
    worker.say({ event: "failed", message: say.outOfMemory, code: "memory", fatal: true, report: null });
    assert.deepEqual(crashes.map(({ code }) => code), ["memory"]);
    assert.deepEqual(await refused(engine.request("resolve")), ["crash", say.crashed]);
  });

  test("and does not answer is asked, and given up after its bound", async () => {
    const { engine, worker } = await up();
    const refusal = refused(engine.request("paint", { expected: 2000 }));
    await pass(35_000);
    assert.ok(worker.received.filter(({ type }) => type === "ping").length >= 5);
    worker.say({ id: 0, value: null });
    await pass(35_000);
    assert.ok(!worker.terminated, "it answered");
    await pass(5000);
    assert.deepEqual(await refusal, ["silent", say.silent]);
    assert.deepEqual(crashes.map(({ code }) => code), ["silent"]);
  });

  test("and makes steps is awaited between them, as long as twenty of them take", async () => {
    const { engine, worker } = await up();
    const begun = engine.request("paint", { expected: null });
    worker.answer("paint", { value: {} });
    await begun;
    worker.say({ event: "progress", step: { work: 1, latest: null }, milliseconds: 4000 });
    await pass(75_000);
    assert.ok(!worker.terminated);
    await pass(5000);
    assert.ok(worker.terminated);
  });

  test("and has nothing to do is left alone", async () => {
    const { engine, worker } = await up();
    for (const end of ["finished", "stopped"]) {
      const begun = engine.request("paint", {});
      worker.answer("paint", { value: {} });
      await begun;
      if (end === "finished") worker.say({ event: "finished", report: "{}" });
      else {
        const stopped = engine.request("stop");
        worker.answer("stop", { value: null });
        await stopped;
      }
      const pings = worker.received.length;
      await pass(3_600_000);
      assert.ok(!worker.terminated, end);
      assert.equal(worker.received.length, pings);
    }
  });

  test("that was replaced is not listened to any more", async () => {
    const { engine, worker } = await up();
    engine.terminate(new EngineError("Stopped."));
    worker.say({ event: "progress", step: { work: 1, latest: null }, milliseconds: 1 });
    worker.fail("late");
    worker.answer("start", { error: "late", fatal: true });
    assert.deepEqual([events, crashes], [[], []]);
  });
});

describe("the engine's threads", () => {
  const begin = () => {
    /** @type {string[]} */
    const failed = [];
    const shared = /** @type {any} */ ({ script: "x", module: {}, memory: {}, count: 3 });
    return { failed, threads: startThreads(shared, (detail) => { failed.push(detail); }) };
  };

  test("that come are counted, and those that fail before are done without", async () => {
    const { failed, threads } = begin();
    started[0]?.say({ ready: true });
    started[1]?.say({ failed: "no memory" });
    started[2]?.fail();
    assert.equal(await threads.ready, 1);
    assert.deepEqual(failed, []);
  });

  test("that do not come within ten seconds are done without", async () => {
    const { threads } = begin();
    started[0]?.say({ ready: true });
    started[2]?.say({ ready: true });
    mock.timers.tick(10_000);
    assert.equal(await threads.ready, 2);
  });

  test("that fail while they work end the engine", async () => {
    const { failed } = begin();
    started[0]?.say({ ready: true });
    started[0]?.say({ failed: "unreachable" });
    assert.deepEqual(failed, ["unreachable"]);
  });
});
