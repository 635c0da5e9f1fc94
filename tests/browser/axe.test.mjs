// axe finds nothing to complain of, in every state and both schemes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { open, paint, waitFor } from "../lib/page.mjs";
import { notBuilt, ready, still, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** @param {Page} page @param {string} what */
async function clean(page, what) {
  await still(page);
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
    return violations.map((/** @type {any} */ each) => `${each.id}: ${each.nodes.map((/** @type {any} */ node) => node.target.join(" ")).join(", ")}`);
  });
  assert.deepEqual(found, [], what);
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    describe(`axe, ${colorScheme}, ${viewport.width} px`, { skip: notBuilt("cpu") }, () => {
      const at = setUp();

      test("opened, painted and gone back along, with every dialog", async () => {
        await at.visit(
          async (page) => {
            // Whoever hears that the engine has come, hears it in the middle of a change of colours.
            const engine = /** @param {URL} url */ (url) => url.pathname.startsWith("/engine/");
            await page.route(engine, () => {});
            await page.goto(at.site.url);
            await clean(page, "the page before its engine is there");
            await page.unroute(engine);
            await open(page, at.site.url, { engine: "cpu", network: "sketch" });
            await waitFor(page, ["ready"]);
            await clean(page, "the page as it opens");
            await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
            await clean(page, "every control");
            await page.setInputFiles("#content-file", { name: "words.jpg", mimeType: "image/jpeg", buffer: Buffer.from("words") });
            await page.waitForSelector("#error:not([hidden])");
            await page.context().setOffline(true);
            await clean(page, "a picture refused, offline");
            await page.context().setOffline(false);

            await ready(page, at.site.url, { settings: { size: 64, evaluations: 4000 } });
            await paint(page);
            await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 60_000 });
            await clean(page, "painting");
            await page.click("#pause");
            await waitFor(page, ["paused"]);
            await clean(page, "paused");
            await page.click("#stop");
            await waitFor(page, ["stopped"]);
            await clean(page, "stopped");
            await page.click("#show-history");
            await page.waitForSelector("#history-list li");
            await clean(page, "the history");
            await page.keyboard.press("Escape");
            await page.fill("#size", "4096");
            await page.waitForFunction(() => document.querySelector("#estimate.over"), null, { timeout: 60_000 });
            await page.click("#paint");
            await page.waitForSelector("#error:not([hidden])");
            await clean(page, "too large");

            await ready(page, at.site.url);
            await page.click("#show-queue");
            await page.click("#vary-go");
            await page.waitForFunction(() => document.querySelectorAll("#queue-list [data-state=finished]").length === 3, null, { timeout: 60_000 });
            await clean(page, "variations");
            await page.keyboard.press("Escape");
            await page.locator("#scrub").fill("2");
            await page.waitForSelector("#go-on:not([hidden])");
            await clean(page, "gone back along the run");
            if (viewport.width > 720) {
              await page.keyboard.press("f");
              await clean(page, "only the picture");
              await page.keyboard.press("f");
            }
            for (const dialog of await page.evaluate(() => [...document.querySelectorAll("dialog")].map(({ id }) => id))) {
              await page.evaluate((id) => /** @type {HTMLDialogElement} */ (document.getElementById(id)).showModal(), dialog);
              await clean(page, `the dialog ${dialog}`);
              await page.keyboard.press("Escape");
            }
            await open(page, at.site.url, { engine: "cpu", network: "sketch", lang: "de" });
            await waitFor(page, ["ready"]);
            await clean(page, "in German");
          },
          { viewport, colorScheme },
        );
      });
    });
  }
}
