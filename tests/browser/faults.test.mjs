// A selection of the faults that `./dev faults` injects: one of each kind, on both engines.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { inject } from "../faults/drive.mjs";
import { ROWS } from "../faults/rows.mjs";
import { notBuilt, setUp } from "./support.mjs";

for (const engine of /** @type {const} */ (["cpu", "gpu"])) {
  describe(`faults on the ${engine} engine`, { skip: notBuilt("cpu") || notBuilt(engine) }, () => {
    const at = setUp({ webgpu: engine === "gpu" ? "software" : "none" });
    for (const row of ROWS.filter((each) => each.isQuick && each.engine === engine)) {
      test(`${row.name}: what is there stays, it is said, and the next run comes to its result`, async () => {
        const { happened, problems } = await inject(row, at.browser, at.site.url);
        assert.ok(happened > 0, "the fault did not happen");
        assert.deepEqual(problems, []);
      });
    }
  });
}
