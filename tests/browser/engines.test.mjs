// Which engine is chosen, and what is said where WebGPU is missing or lacks what burn needs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { look, open, paint, waitFor, waitForError } from "../lib/page.mjs";
import { assertSentence, notBuilt, QUICK, ready, setUp } from "./support.mjs";

/** @param {import("playwright-core").Page} page */
const engine = (page) => page.evaluate(() => /** @type {any} */ (window).pastiche.engine());

/** @param {import("playwright-core").Page} page */
async function engineStarted(page) {
  await page.waitForFunction(() => /** @type {any} */ (window).pastiche.engine() !== null, null, { timeout: 60_000 });
  return engine(page);
}

describe("without WebGPU", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("the automatic choice is the CPU, named on the page, and the other bundle is not downloaded", async () => {
    await at.visit(async (page) => {
      at.site.requests.length = 0;
      await ready(page, at.site.url, { query: { engine: "auto" } });
      const { engine, adapter } = await engineStarted(page);
      assert.equal(engine, "cpu");
      assert.ok((await page.textContent("body"))?.includes(adapter), `the page does not name ${adapter}`);
      const fetched = at.site.requests.map(({ path }) => path);
      assert.ok(fetched.some((path) => path.includes("engine/cpu/")));
      assert.ok(!fetched.some((path) => path.includes("engine/gpu/")), "the gpu bundle was downloaded for nothing");
      await paint(page);
      await waitFor(page, ["finished"]);
    });
  });

  test("asking for the GPU all the same is answered with a sentence", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "gpu", network: "sketch" });
      assertSentence(await waitForError(page));
    });
  });

  test("an adapter that never answers is as good as none", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { configurable: true, get: () => ({ requestAdapter: () => new Promise(() => {}) }) }));
      await open(page, at.site.url, { engine: "auto", network: "sketch" });
      assert.equal((await engineStarted(page)).engine, "cpu");
      assert.match((await page.textContent("#engine-why")) ?? "", /No graphics adapter answered/);
    });
  });

  test("a browser that does not know WebGPU paints on the CPU", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { configurable: true, get: () => undefined }));
      await ready(page, at.site.url, { query: { engine: "auto" }, settings: QUICK });
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.equal((await engine(page)).engine, "cpu");
    });
  });
});

describe("with a software adapter", { skip: notBuilt("cpu") || notBuilt("gpu") }, () => {
  const at = setUp({ webgpu: "software" });

  test("the automatic choice is the CPU, which is quicker", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "auto", network: "sketch" });
      assert.equal((await engineStarted(page)).engine, "cpu");
    });
  });

  test("the person can choose the GPU, and the adapter is named", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "auto", network: "sketch" });
      await engineStarted(page);
      await page.selectOption("#engine", "gpu");
      await page.waitForFunction(() => /** @type {any} */ (window).pastiche.engine()?.engine === "gpu", null, { timeout: 120_000 });
      const { adapter } = await engine(page);
      assert.ok(adapter.length > 2);
      assert.ok((await page.textContent("body"))?.includes(adapter), `the page does not name ${adapter}`);
    });
  });

  test("an adapter without timestamp-query: the automatic choice is the CPU, and the GPU is refused with a sentence", async () => {
    await at.visit(async (page) => {
      // The page asks the adapter before it starts a worker, so it is enough to take the feature away here.
      await page.addInitScript(() => {
        const has = GPUSupportedFeatures.prototype.has;
        GPUSupportedFeatures.prototype.has = function (/** @type {string} */ feature) {
          return feature !== "timestamp-query" && has.call(this, feature);
        };
        const info = Object.getOwnPropertyDescriptor(GPUAdapterInfo.prototype, "isFallbackAdapter");
        // As on a real, old GPU, or the software adapter would be the reason.
        if (info) Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { ...info, get: () => false });
      });
      await open(page, at.site.url, { engine: "auto", network: "sketch" });
      assert.equal((await engineStarted(page)).engine, "cpu");
      await page.selectOption("#engine", "gpu");
      assertSentence(await waitForError(page));
      await page.waitForFunction(() => document.body.dataset.state !== "loading");
      assert.notEqual((await look(page)).state, "painting");
    });
  });
});
