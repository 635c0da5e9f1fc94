// Back along the run: every iterate that was put aside can be looked at, saved, and gone on from as if nothing had happened.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, look, paint, report, save, waitFor } from "../lib/page.mjs";
import { difference, png, readPng } from "../lib/pictures.mjs";
import { notBuilt, ONE_THREAD, ready, stepped, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const RUN = { size: 48, evaluations: 40 };

/**
 * Moves the thumb along the run, and waits for the picture of that step.
 *
 * @param {Page} page
 * @param {number} index of a stop
 */
async function goTo(page, index) {
  await page.locator("#scrub").fill(String(index));
  await page.waitForFunction((wanted) => document.querySelector("#scrub")?.getAttribute("aria-valuetext")?.startsWith(`step ${wanted}`), index);
}

/** The pixels that are shown. @param {Page} page */
const shown = async (page) => {
  const url = await page.evaluate(() => /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas")).toDataURL());
  return readPng(Buffer.from(url.split(",")[1] ?? "", "base64"));
};

/** Continues a run that was stopped, for five steps and more, and stops it again. @param {Page} page */
async function continueAndStop(page) {
  const { value } = await look(page);
  await page.click("#go-on");
  await waitFor(page, ["painting"]);
  await stepped(page, value + 5);
  await page.click("#stop");
  await waitFor(page, ["stopped"]);
}

for (const optimiser of /** @type {const} */ (["adam", "lbfgs"])) {
  describe(`along a run with ${optimiser}`, { skip: notBuilt("cpu") }, () => {
    const at = setUp();
    const settings = { ...RUN, optimiser: { kind: optimiser } };

    test("going on from before gives the picture that never went back gives", async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url, { settings, query: ONE_THREAD });
        await paint(page);
        await waitFor(page, ["finished"]);
        const straight = readPng((await save(page)).bytes);

        await ready(page, at.site.url, { settings, query: ONE_THREAD });
        await paint(page);
        await stepped(page, 12);
        await page.click("#pause");
        await waitFor(page, ["paused"]);
        await page.waitForFunction(() => Number(/** @type {HTMLInputElement} */ (document.querySelector("#scrub")).max) >= 12);
        // Back, on, back again: then from there.
        for (const index of [2, 9, 5]) {
          await page.locator("#scrub").fill(String(index));
          await page.waitForTimeout(100);
        }
        assert.equal((await look(page)).state, "paused");
        await page.click("#pause");
        await waitFor(page, ["finished"]);
        const { evaluations, losses } = await report(page);
        assert.equal(evaluations, RUN.evaluations);
        assert.deepEqual(losses.map((/** @type {any} */ row) => row.evaluation), [...new Set(losses.map((/** @type {any} */ row) => row.evaluation))], "a step is in the report twice");
        // Pixel by pixel, with the instructions of one bundle.
        assert.equal(difference(readPng((await save(page)).bytes), straight), 0, "another picture");
      });
    });
  });
}

describe("along a run", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("an earlier step is shown and can be saved, and what is saved is what is seen", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: RUN });
      await paint(page);
      await waitFor(page, ["finished"]);
      const newest = readPng((await save(page)).bytes);
      await goTo(page, 3);
      await page.waitForFunction(() => document.querySelector("#caption-text")?.textContent?.includes("step 3"));
      const earlier = readPng((await save(page)).bytes);
      assert.ok(difference(earlier, newest) > 1, "the same picture");
      assert.equal(difference(earlier, await shown(page)), 0);
      // And the right end is the newest again.
      await page.focus("#scrub");
      await page.keyboard.press("End");
      await page.waitForFunction(() => document.querySelector("#caption-text")?.textContent?.includes("step 40"));
      assert.equal(difference(readPng((await save(page)).bytes), newest), 0);
    });
  });

  test("a drag back while it paints pauses it; other weights from there paint something else", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 600, optimiser: { kind: "adam" } } });
      await paint(page);
      await stepped(page, 60);
      await page.focus("#scrub");
      await page.keyboard.press("Home");
      await waitFor(page, ["paused"]);
      await page.waitForFunction(() => document.querySelector("#caption-text")?.textContent?.includes("step 0"));
      await page.locator('input[data-path="strength"]').first().fill("0");
      await page.keyboard.press("Control+Enter");
      await waitFor(page, ["painting"]);
      await stepped(page, 40);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const { losses } = await report(page);
      assert.ok(losses.at(-1).content < 0.02, `without style the result stays the photo; content is ${losses.at(-1).content}`);
    });
  });

  test("a stopped run goes on from where it was", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 64, evaluations: 200 } });
      await paint(page);
      await stepped(page, 20);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      await continueAndStop(page);
      await page.waitForSelector("#go-on:not([hidden])");
    });
  });

  test("a stopped run stays when another picture is chosen, and goes on as it was; Paint begins another", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 300, style: { weight: 2 } } });
      await paint(page);
      await stepped(page, 20);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      await give(page, "style", png("other.png", 40, 40, { hue: 200 }));
      await waitFor(page, ["ready"]);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      assert.ok(!(await page.isDisabled("#paint")), "another run can be started");
      assert.ok(await page.isVisible("#go-on"), "and the old one continued");
      // With its own settings, whatever the controls say.
      await page.locator('input[data-path="style.weight"]').first().fill("5");
      await page.locator('input[data-path="style.weight"]').first().press("Tab");
      await continueAndStop(page);
      const old = await report(page);
      assert.equal(old.settings.style.weight, 2);
      assert.equal(old.inputs.find((/** @type {any} */ input) => input.role === "style").name, "swirl.png");

      await paint(page);
      await waitFor(page, ["painting"]);
      await stepped(page, 2);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const made = await report(page);
      assert.equal(made.settings.style.weight, 5);
      assert.equal(made.inputs.find((/** @type {any} */ input) => input.role === "style").name, "other.png");
    });
  });

  test("what is kept does not grow without bounds", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 16, evaluations: 400, optimiser: { kind: "adam" } } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const stops = 1 + Number(await page.getAttribute("#scrub", "max"));
      assert.ok(stops > 10 && stops <= 50, `${stops} iterates are kept`);
    });
  });
});
