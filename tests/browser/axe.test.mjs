// axe finds nothing to complain of, in every state and both schemes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { open, paint, waitFor } from "../lib/page.mjs";
import { notBuilt, ready, studio } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** @param {Page} page @param {string} what */
async function clean(page, what) {
  // What glides in is fainter than it will be.
  await page.waitForTimeout(700);
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
      const at = studio();

      test("opened, painted and gone back along, with every dialog", async () => {
        await at.visit(
          async (page) => {
            await open(page, at.site.url, { engine: "cpu", network: "sketch" });
            await waitFor(page, ["ready"]);
            await clean(page, "the page as it opens");
            await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
            await clean(page, "every knob");
            await ready(page, at.site.url);
            await paint(page);
            await waitFor(page, ["finished"]);
            await page.locator("#scrub").fill("2");
            await page.waitForSelector("#go-on:not([hidden])");
            await clean(page, "gone back along the run");
            for (const dialog of await page.evaluate(() => [...document.querySelectorAll("dialog")].map(({ id }) => id))) {
              await page.evaluate((id) => /** @type {HTMLDialogElement} */ (document.getElementById(id)).showModal(), dialog);
              await clean(page, `the dialog ${dialog}`);
              await page.keyboard.press("Escape");
            }
          },
          { viewport, colorScheme },
        );
      });
    });
  }
}
