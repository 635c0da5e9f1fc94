// The history's pure parts: parsing its records, which entries make room, and what counts as written.

import "../lib/packages.mjs";

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { beyond, freeing } from "../../web/history/make-room.js";
import { NOTHING_WRITTEN, afterFailure, afterWriting, dueIn, isKept } from "../../web/history/written.js";
import { record } from "../fuzz/seeds.mjs";

const { parseEntry } = await import("../../web/history/entry-schema.js");

describe("a record of the history", () => {
  test("is read as it was written", () => {
    assert.deepEqual(parseEntry(record()), record());
    assert.equal(parseEntry({ ...record(), snapshot: new Blob(["s"]) })?.snapshot?.size, 1);
  });

  test("of an earlier version of the page is read as well", () => {
    const { manners: _manners, start: _start, ...old } = record();
    const { changes: _changes, start: _from, ...job } = old.job;
    const { mask: _mask, sha256: _sha256, ...style } = job.styles[0];
    const entry = parseEntry({ ...old, job: { ...job, styles: [style] } });
    assert.ok(entry);
    assert.equal(entry.manners, undefined);
    assert.equal(entry.start, null);
    assert.deepEqual(entry.job.changes, []);
  });

  test("whose report is nested without end is read without the report", () => {
    let deep = /** @type {unknown} */ (1);
    for (let n = 0; n < 100_000; n += 1) deep = [deep];
    const entry = parseEntry({ ...record(), report: { ...record().report, more: deep } });
    assert.deepEqual(entry, { ...record(), report: null });
  });

  test("loses the fields that nobody knows", () => {
    const entry = parseEntry({ ...record(), more: 1, content: { ...record().content, path: "/home" } });
    assert.deepEqual(entry, record());
  });

  /** @type {Record<string, (record: any) => void>} */
  const damages = {
    "no object": (it) => { for (const key of Object.keys(it)) delete it[key]; },
    "another schema": (it) => { it.schema = 2; },
    "no id": (it) => { it.id = ""; },
    "a time that is no number": (it) => { it.time = "yesterday"; },
    "an endless time": (it) => { it.time = Infinity; },
    "a side that is no number": (it) => { it.width = NaN; },
    "a side of nothing": (it) => { it.height = 0; },
    "half an evaluation": (it) => { it.evaluation = 2.5; },
    "a negative iteration": (it) => { it.iteration = -1; },
    "text for a picture": (it) => { it.painting = "data:image/png;base64,"; },
    "no thumbnail": (it) => { it.thumb = null; },
    "no file of the photo": (it) => { delete it.content.source; },
    "a style without a file": (it) => { it.manners[0].picture.source = {}; },
    "no style": (it) => { it.manners = []; it.job.styles = []; },
    "a network that has never been": (it) => { it.network = "vgg19 "; },
    "an engine that has never been": (it) => { it.job.engine = "tpu"; },
    "no settings": (it) => { it.job.settings = null; },
    "a list for settings": (it) => { it.job.settings = [1]; },
    "a setting that is no number": (it) => { it.job.settings.style.weight = NaN; },
    "a setting that JSON cannot hold": (it) => { it.job.settings.when = new Date(); },
    "a function for settings of a change": (it) => { it.job.changes[0].settings = undefined; },
    "text for bytes": (it) => { it.bytes = "5"; },
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`with ${name} is damaged`, () => {
      const damaged = record();
      damage(damaged);
      assert.equal(parseEntry(damaged), null);
    });
  }

  test("that is none at all is damaged", () => {
    for (const none of [undefined, null, 1, "record", [], new Blob()]) assert.equal(parseEntry(none), null);
  });

  test("whose losses or report are damaged keeps its picture", () => {
    const whole = record();
    const entry = parseEntry({ ...whole, losses: [...whole.losses, { ...whole.losses[0], total: NaN }, null], report: { schema: 1 } });
    assert.deepEqual(entry?.losses, whole.losses);
    assert.equal(entry?.report, null);
  });
});

describe("entries that make room", () => {
  const all = [
    { key: "b", time: 2, open: false, bytes: 10 },
    { key: "a", time: 1, open: false, bytes: 10 },
    { key: "lost", time: 0, open: true, bytes: 10 },
    { key: "c", time: 3, open: false, bytes: 100 },
    { key: "now", time: 4, open: true, bytes: 10 },
  ];

  test("beyond a number: the oldest, closed before open, and never what is in use", () => {
    assert.deepEqual(beyond(all, 5, new Set()), []);
    assert.deepEqual(beyond(all, 9, new Set()), []);
    assert.deepEqual(beyond(all, 3, new Set()), ["a", "b"]);
    assert.deepEqual(beyond(all, 1, new Set(["now"])), ["a", "b", "c", "lost"]);
    assert.deepEqual(beyond(all, 0, new Set(["now", "a"])), ["b", "c", "lost"]);
  });

  test("for so many bytes: as few of the oldest closed ones as are enough, none that is open", () => {
    assert.deepEqual(freeing(all, 0, new Set()), []);
    assert.deepEqual(freeing(all, 10, new Set()), ["a"]);
    assert.deepEqual(freeing(all, 11, new Set()), ["a", "b"]);
    assert.deepEqual(freeing(all, 1e9, new Set()), ["a", "b", "c"]);
    assert.deepEqual(freeing(all, 10, new Set(["a"])), ["b"]);
    assert.deepEqual(freeing([], 10, new Set()), []);
  });
});

describe("what of a run is written", () => {
  const mark = (/** @type {number} */ evaluation, state = "painting", id = "one") => ({ id, evaluation, state });

  test("at first everything is due; while it paints every ten seconds", () => {
    assert.equal(dueIn(NOTHING_WRITTEN, mark(1), 1e12), 0);
    const log = afterWriting(mark(1), 50_000);
    assert.equal(dueIn(log, mark(1), 50_000), Infinity);
    assert.equal(dueIn(log, mark(2), 51_000), 9_000);
    assert.equal(dueIn(log, mark(3), 60_000), 0);
  });

  test("a pause, a stop and an end are written at once", () => {
    const log = afterWriting(mark(1), 50_000);
    for (const state of ["paused", "stopped", "finished", "failed"]) assert.equal(dueIn(log, mark(2, state), 50_001), 0);
    assert.equal(dueIn(log, mark(1, "stopped"), 50_001), 0);
  });

  test("what could not be written is not in the history, and is tried again, at growing distances", () => {
    let log = afterFailure(NOTHING_WRITTEN, mark(9, "finished"), 0);
    assert.equal(isKept(log, mark(9, "finished")), false);
    /** @type {number[]} */
    const waits = [];
    for (let n = 0; n < 6; n++) {
      waits.push(dueIn(log, mark(9, "finished"), 0));
      log = afterFailure(log, mark(9, "finished"), 0);
    }
    assert.deepEqual(waits, [10_000, 20_000, 40_000, 80_000, 80_000, 80_000]);
    assert.equal(dueIn(log, mark(9, "finished"), 80_000), 0);
    log = afterWriting(mark(9, "finished"), 80_000);
    assert.ok(isKept(log, mark(9, "finished")));
    assert.equal(dueIn(log, mark(9, "finished"), 1e9), Infinity);
  });

  test("another state, or another run, is tried without waiting for what failed", () => {
    const log = [1, 2, 3].reduce((so) => afterFailure(so, mark(4), 50_000), NOTHING_WRITTEN);
    assert.equal(dueIn(log, mark(5), 50_000), 40_000);
    assert.equal(dueIn(log, mark(5, "finished"), 50_000), 0);
    assert.equal(dueIn(log, mark(1, "painting", "two"), 50_000), 10_000);
  });

  test("a failure does not undo what was written before", () => {
    const log = afterFailure(afterWriting(mark(4), 0), mark(8, "finished"), 1);
    assert.ok(isKept(log, mark(4, "stopped")));
    assert.equal(isKept(log, mark(8, "finished")), false);
  });
});
