// Several threads on the processor: only where the page is isolated, the same painting as with one, and gone when the engine is.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { PNG } from "pngjs";

import { open, paint, report, save, waitFor } from "../lib/page.mjs";
import { DIST, ISOLATED } from "../lib/server.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** The bundle that Chromium, which has relaxed SIMD, takes. */
const THREADED = ["cpu-relaxed", "cpu-threads"].find((bundle) => existsSync(path.join(DIST, "engine", bundle, "browser.js")));
const without = THREADED
  ? availableParallelism() < 2 && "this machine has one core"
  : "the cpu engine with threads is not built";
/** Odd sizes, and enough of them that every layer's work is shared. */
const SETTINGS = { preset: "reference", size: 90, evaluations: 10 };

/** @param {Page} page */
async function engine(page) {
  await page.waitForFunction(() => window.pastiche.engine() !== null, null, { timeout: 60_000 });
  return page.evaluate(() => window.pastiche.engine());
}

/** @param {Page} page @returns {string[]} the engine's workers, by the name that the browser has for them */
const workers = (page) => page.workers().map((worker) => worker.url()).filter((url) => url.startsWith("blob:"));

/** @param {Page} page @param {string} url @param {string} threads */
async function paintWith(page, url, threads) {
  await ready(page, url, { settings: SETTINGS, query: { threads } });
  await paint(page);
  await waitFor(page, ["painting", "finished"]);
  await waitFor(page, ["finished"]);
  return { report: await report(page), pixels: PNG.sync.read((await save(page)).bytes) };
}

describe("on an isolated page", { skip: without || notBuilt("cpu") }, () => {
  const at = setUp({ site: { headers: ISOLATED } });

  test("two threads paint what one paints", async () => {
    /** @type {Awaited<ReturnType<typeof paintWith>>[]} */
    const results = [];
    for (const threads of ["1", "2", "2"]) {
      await at.visit(async (page) => {
        results.push(await paintWith(page, at.site.url, threads));
        const found = await engine(page);
        assert.equal(found?.threads, Number(threads));
        assert.equal(found?.bundle, threads === "1" ? "cpu" : THREADED);
        assert.equal(results.at(-1)?.report.threads, Number(threads));
        assert.match((await page.textContent("#adapter")) ?? "", threads === "1" ? /\b1 thread$/ : /\b2 threads$/);
      });
    }
    const [one, two, again] = results;
    assert.ok(one && two && again);
    assert.equal(one.pixels.width, two.pixels.width);
    const [first, second] = [one.report.losses[0], two.report.losses[0]];
    for (const name of ["content", "style", "tv", "total"]) {
      const error = Math.abs(second[name] - first[name]) / Math.max(first[name], 1e-6);
      assert.ok(error < 1e-5, `${name} of the first iterate: ${second[name]} with two threads, ${first[name]} with one`);
    }
    const difference = (/** @type {PNG} */ a, /** @type {PNG} */ b) => a.data.reduce((most, value, n) => Math.max(most, Math.abs(value - (b.data[n] ?? 0))), 0);
    console.log("largest difference of a pixel:", difference(one.pixels, two.pixels), "between one and two threads,", difference(two.pixels, again.pixels), "between two runs with two");
    assert.ok(difference(one.pixels, two.pixels) <= 2, "levels of 255 between one thread and two");
    assert.equal(difference(two.pixels, again.pixels), 0, "a run with two threads is repeatable");
  });

  test("all cores are used unless the address says otherwise, and no thread outlives its engine", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 256, evaluations: 500 } });
      const threads = Math.min(16, await page.evaluate(() => navigator.hardwareConcurrency));
      assert.equal((await engine(page))?.threads, threads);
      assert.equal(workers(page).length, threads);
      await paint(page);
      await waitFor(page, ["painting"]);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      // Stop may have killed the engine; another one has as many threads, and they are all there are.
      await paint(page);
      await waitFor(page, ["painting"]);
      assert.equal((await engine(page))?.threads, threads);
      assert.equal(workers(page).length, threads);
    });
  });
});

describe("on a page of a plain host", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("one thread paints, and the page says so and why", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      const found = await engine(page);
      assert.equal(found?.threads, 1);
      assert.equal(found?.bundle, "cpu");
      assert.match((await page.textContent("#adapter")) ?? "", /\b1 thread$/);
      if (availableParallelism() > 1) assert.match((await page.textContent("#engine-why")) ?? "", /isolated/);
      assert.ok(!at.site.requests.some(({ path }) => /cpu-(?:threads|relaxed)/.test(path)), "the bundle with threads was downloaded for nothing");
    });
  });
});
