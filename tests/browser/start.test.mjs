// While the page starts, what is on the screen stays where it is.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, waitFor } from "../lib/page.mjs";
import { holdBack, notBuilt, setUp } from "./support.mjs";

/** What Lighthouse calls good is below 0.1, of all that moves. */
const MOST = 0.06;

describe("the page as it starts on a phone", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("the invitation does not move when the examples and the engine arrive", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(() => {
        /** @type {{ sum: number, ids: string[] }} */
        const moved = { sum: 0, ids: [] };
        Object.assign(globalThis, { moved });
        new PerformanceObserver((list) => {
          for (const entry of /** @type {any[]} */ (list.getEntries())) {
            moved.sum += entry.value;
            moved.ids.push(...entry.sources.map((/** @type {any} */ { node }) => node?.id ?? ""));
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      const releases = [await holdBack(page, "**/examples.json"), await holdBack(page, "**/engine/cpu/*.wasm")];
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      for (const release of releases) {
        await page.waitForTimeout(500);
        release();
      }
      await waitFor(page, ["ready"]);
      const { sum, ids } = await page.evaluate(() => /** @type {any} */ (globalThis).moved);
      assert.ok(!ids.includes("invite"), `moved: ${ids}`);
      assert.ok(sum < MOST, `moved by ${sum}: ${ids}`);
    }, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  });
});
