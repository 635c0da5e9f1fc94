// What follows from a run follows from its own request: the same again, its continuation, another on its pictures.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { again, continued, followed, runSpecOf, requestOf, settingsAt, withSettings } from "../../web/run/run-spec.js";

/** @typedef {import("../../web/types").RunSpec} RunSpec */
/** @typedef {import("../../web/types").RunInputs} Making */
/** @typedef {import("../../web/types").Report} Report */
/** @typedef {import("../../web/types").RunRequest} RunRequest */

/** @param {string} name @returns {any} */
const picture = (name) => ({ name, sha256: `sha of ${name}`, width: 4, height: 3, rgba: new Uint8ClampedArray(48) });
/** @returns {RunRequest} */
const request = () => ({
  content: picture("photo"), style: picture("swirl"), start: picture("draft"), styles: [{ picture: picture("swirl"), mask: picture("mask") }],
  settings: { size: 48, strength: 1, start: "content", style: { weight: 2, scale: 1 } }, preset: "painting", network: "sketch", changes: [], marks: [], until: 0, chosen: true,
});
/** @param {Partial<RunSpec>} [of] @returns {RunSpec} */
const job = (of = {}) => ({ ...runSpecOf(request(), request().settings, { engine: "cpu", adapter: "test", downloaded_bytes: 0 }), ...of });
/** @param {Partial<RunSpec>} [of] @returns {Making} */
const making = (of) => {
  const { chosen: _, changes: __, marks: ___, until: ____, settings: _____, ...rest } = request();
  return { ...rest, network: "sketch", id: "run", job: job(of) };
};
/** @param {Partial<Report>} of @returns {Report} */
const report = (of) => /** @type {Report} */ (/** @type {unknown} */ (of));

describe("a run again", () => {
  test("has its own settings, pictures, masks, network and preset, whatever is chosen now", () => {
    const first = request();
    const repeated = again(first, making({ settings: { size: 48, strength: 0.5 } }));
    assert.deepEqual({ ...repeated, settings: null }, { ...first, settings: null, chosen: false });
    assert.deepEqual(repeated.settings, { size: 48, strength: 0.5 });
    assert.equal(again(first, null), first, "before anything came of it");
  });

  test("changes on the way what was changed on the way", () => {
    const live = followed(job(), report({
      settings: /** @type {any} */ ({ size: 48, strength: 0.5 }), evaluations: 9,
      changes: [{ evaluation: 0, settings: { strength: 1 } }, { evaluation: 9, settings: { strength: 0.5 } }],
    }));
    const { settings, changes } = again(request(), { ...making(), job: live });
    assert.equal(settings["strength"], 0.5);
    assert.deepEqual(changes.map(({ evaluation }) => evaluation), [0, 9]);
    assert.equal(settingsAt(live, 1)["strength"], 1);
    assert.equal(settingsAt(live, 10)["strength"], 0.5);
  });

  test("with a setting that differs is not what the controls say any more, and leaves the first alone", () => {
    const first = request();
    const smaller = withSettings(first, { size: 32 });
    assert.deepEqual([smaller.settings["size"], smaller.chosen, first.settings["size"]], [32, false, 48]);
  });

  test("larger, has its settings at its end", () => {
    const finished = requestOf(making({ changes: [{ evaluation: 5, settings: { strength: 0.3 } }] }), null);
    assert.equal(finished.settings["strength"], 0.3);
    assert.deepEqual([finished.changes, finished.network, finished.styles.length], [[], "sketch", 1]);
    assert.deepEqual(requestOf(making(), report({ settings: /** @type {any} */ ({ size: 20 }) })).settings, { size: 20 });
  });
});

describe("a run that continues from a checkpoint", () => {
  const scheduled = [0.4, 0.6, 0.8].map((strength, n) => ({ evaluation: 10 * (n + 1), settings: { strength } }));
  const none = new Set(/** @type {string[]} */ ([]));

  test("has the settings that held there, and changes by itself as it would have", () => {
    const on = continued(job({ settings: { size: 48, strength: 0.2 }, changes: scheduled }), 20, none);
    // The change at 20 is the next step's.
    assert.equal(on.settings["strength"], 0.4);
    assert.deepEqual(on.changes, scheduled.slice(1));
  });

  test("keeps what the person has changed since, and not what is recorded of it", () => {
    const changes = [{ evaluation: 0, settings: { style: { weight: 2 } } }, { evaluation: 30, settings: { style: { weight: 7, scale: 2 } } }];
    const on = continued(job({ settings: { size: 48, style: { weight: 7, scale: 2 } }, changes }), 12, new Set(["style.weight"]));
    assert.deepEqual(on.settings["style"], { weight: 7, scale: 2 });
    assert.deepEqual(on.changes, [{ evaluation: 30, settings: { style: { scale: 2 } } }]);
    assert.deepEqual(continued(job({ settings: { strength: 1 }, changes: [{ evaluation: 30, settings: { strength: 1 } }] }), 12, new Set(["strength"])).changes, []);
  });

  test("leaves the run that it continues as it was", () => {
    const before = job({ settings: { size: 48, strength: 0.2 }, changes: scheduled });
    const copy = structuredClone(before);
    continued(before, 20, new Set(["strength"]));
    assert.deepEqual(before, copy);
  });

  test("still has its changes to come after the report was asked for", () => {
    const after = followed(job({ changes: scheduled }), report({ settings: /** @type {any} */ ({ size: 48, strength: 0.4 }), evaluations: 15, changes: [{ evaluation: 10, settings: { strength: 0.4 } }] }));
    assert.deepEqual(after.changes.map(({ evaluation }) => evaluation), [10, 20, 30]);
  });
});

describe("a job", () => {
  test("names its pictures, and the one to start from only where it starts from one", () => {
    const from = runSpecOf(request(), { start: "picture" }, { engine: "cpu", adapter: "test", downloaded_bytes: 3 });
    assert.deepEqual([from.content.name, from.styles[0]?.mask?.name, from.start?.name, from.downloaded_bytes], ["photo", "mask", "draft", 3]);
    assert.equal(job().start, null);
  });
});
