// docs/RELIABILITY.md lists the faults that are injected, no more and no fewer.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { ROWS } from "../faults/rows.mjs";
import { tableOf } from "../faults/table.mjs";

const DOC = readFileSync(new URL("../../docs/RELIABILITY.md", import.meta.url), "utf8");

describe("the list of faults", () => {
  test("is the one in docs/RELIABILITY.md", () => {
    const table = DOC.split("\n## Faults\n")[1]?.split("\n## ")[0]?.split("\n").filter((line) => line.startsWith("|"));
    assert.deepEqual(table, tableOf(ROWS));
  });

  test("names each fault once, and injects it in one way", () => {
    assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length);
    for (const { name, worker, page, budget, browser, site, storage, cache } of ROWS) {
      const ways = [worker, page, budget, browser, site, storage, cache].filter((way) => way !== undefined);
      assert.ok(ways.length === 1 || (site?.atRestart && worker), name);
    }
  });

  test("has a selection for ./dev test on both engines", () => {
    for (const engine of ["cpu", "gpu"]) assert.ok(ROWS.some((row) => row.isQuick && row.engine === engine));
  });
});
