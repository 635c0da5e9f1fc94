// Contrast themes (forced colours), and reduced motion.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PNG } from "pngjs";

import { paint, waitFor } from "../lib/page.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/** The colour at a place of an element as it is on the screen. @param {Locator} locator @param {number} x of its width @param {number} y of its height */
async function colourAt(locator, x, y) {
  const { data, width, height } = PNG.sync.read(await locator.screenshot({ animations: "disabled" }));
  const at = 4 * (Math.floor(y * (height - 1)) * width + Math.floor(x * (width - 1)));
  return [...data.subarray(at, at + 3)].join();
}

/** What a style says of an element. @param {Locator} locator @param {string} property @param {string} [pseudo] */
const style = (locator, property, pseudo) => locator.evaluate((element, [name = "", of]) => getComputedStyle(element, of ?? null).getPropertyValue(name), [property, pseudo]);

describe("a contrast theme", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("shows progress, sliders, what is chosen and the focus", async () => {
    await at.visit(
      async (page) => {
        await ready(page, at.site.url, { settings: { size: 48, evaluations: 400, strength: 0.5 } });
        await page.locator("#content-gallery button").first().click();
        await page.waitForSelector("#content-gallery [aria-pressed=true]");
        await waitFor(page, ["ready"]);
        await paint(page);
        await page.waitForFunction(() => window.pastiche.losses().length > 20);
        await page.click("#pause");
        await waitFor(page, ["paused"]);
        const progress = page.locator("#progress");
        assert.notEqual(await style(progress, "background-color"), await style(progress, "background-color", "::after"), "progress");
        const slider = page.locator("#controls input[type=range]").first();
        assert.notEqual(await colourAt(slider, 0.15, 0.5), await colourAt(slider, 0.85, 0.5), "a slider's filled part");
        const chips = page.locator("#presets label span");
        assert.notEqual(await style(chips.nth(0), "background-color"), await style(chips.nth(1), "background-color"), "the chosen preset");
        const examples = page.locator("#content-gallery button");
        assert.deepEqual([await style(examples.nth(0), "outline-style"), await style(examples.nth(1), "outline-style")], ["solid", "none"], "the chosen example");
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        const [on, off] = [page.locator(".chip[aria-pressed=true]:not(.missing)").first(), page.locator(".chip[aria-pressed=false]:enabled").first()];
        assert.notEqual(await style(on, "background-color"), await style(off, "background-color"), "a layer in use");
        await page.keyboard.press("Tab");
        await page.focus("#presets input:checked");
        await page.keyboard.press("Shift+Tab");
        await page.keyboard.press("Tab");
        assert.equal(await style(chips.nth(0), "outline-style"), "solid", "the focus on a preset");
        await page.focus("#help");
        assert.equal(await style(page.locator("#help"), "outline-style"), "solid", "the focus on a button");
      },
      { forcedColors: "active" },
    );
  });

  test("nothing moves where less motion is asked for", async () => {
    await at.visit(
      async (page) => {
        await ready(page, at.site.url);
        await page.click("#help");
        await page.waitForSelector("#help-dialog[open]");
        const moving = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((element) => ["", "::before", "::after"].map((pseudo) => getComputedStyle(element, pseudo || null))).filter(({ transitionDuration, animationDuration }) => ![transitionDuration, animationDuration].every((all) => all.split(", ").every((each) => parseFloat(each) === 0))).length);
        assert.equal(moving, 0);
        assert.deepEqual(await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length), 0);
      },
      { reducedMotion: "reduce" },
    );
  });
});
