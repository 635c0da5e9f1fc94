// The main path in Firefox, on each engine: open, choose, paint, pause, go back along, compare, save.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { FIREFOX, inFirefox } from "../lib/firefox.mjs";
import { readPng } from "../lib/pictures.mjs";
import { serve } from "../lib/server.mjs";
import { notBuilt } from "./support.mjs";

/** @typedef {import("puppeteer-core").Page} Page */

const PHOTO = fileURLToPath(new URL("../../web/examples/lake.jpg", import.meta.url));

/**
 * Waits until the page answers with something true. Puppeteer's own way makes a function of a string, which the page's policy forbids.
 *
 * @template T
 * @param {Page} page
 * @param {(wanted: T) => unknown} look
 * @param {T} [wanted]
 */
async function until(page, look, wanted) {
  for (let tries = 0; tries < 1200; tries++) {
    if (await page.evaluate(/** @type {any} */ (look), wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`not within two minutes: ${look}`);
}

/** Whether the page would find an adapter that the engine can use. @param {Page} page @returns {Promise<boolean>} */
const hasAdapter = (page) => page.evaluate(async () => Boolean((await /** @type {any} */ (navigator).gpu?.requestAdapter())?.features.has("timestamp-query")));

/** @param {Page} page @param {string} state */
const reach = (page, state) => until(page, (wanted) => document.body.dataset.state === wanted, state);

/** What was typed stands there once the box is left. @param {Page} page @param {string} selector @param {string} value */
async function fill(page, selector, value) {
  await page.$eval(selector, (box) => { /** @type {HTMLInputElement} */ (box).focus(); /** @type {HTMLInputElement} */ (box).select(); });
  await page.keyboard.type(value);
  await page.keyboard.press("Tab");
}

/** On the gpu engine a run of fewer and smaller steps: the adapter may be one in software. @type {{ engine: "cpu" | "gpu", size: number, iterations: number, ratio: number }[]} */
const ENGINES = [
  { engine: "cpu", size: 96, iterations: 12, ratio: 0.8 },
  { engine: "gpu", size: 48, iterations: 6, ratio: 0.95 },
];

for (const { engine, size, iterations, ratio } of ENGINES) describe(`in Firefox on the ${engine} engine`, { skip: notBuilt(engine) || (FIREFOX ? false : "there is no Firefox here (PASTICHE_FIREFOX)") }, () => {
  /** @type {import("../lib/server.mjs").Site} */
  let site;
  before(async () => { site = await serve(); });
  after(() => site?.close());

  test("an own photo is painted after an example, gone back along, compared and saved", async (context) => {
    await inFirefox(async (page, downloads) => {
      /** @type {string[]} */
      const escaped = [];
      page.on("pageerror", (error) => escaped.push(String(error)));
      await page.goto(`${site.url}?engine=${engine}&network=sketch`);
      if (engine === "gpu" && !(await hasAdapter(page))) {
        context.skip("this Firefox has no WebGPU adapter here");
        return;
      }
      await reach(page, "ready");
      const input = await page.$("#content-file");
      await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(PHOTO);
      await until(page, () => document.querySelector("#content-name")?.textContent?.includes("lake"));
      await page.click("#style-gallery [data-example='woodcut']");
      await reach(page, "ready");
      await fill(page, "#size", String(size));
      await fill(page, "#iterations", String(iterations));
      await page.click("#paint");
      await reach(page, "finished");
      const losses = await page.evaluate(() => /** @type {any} */ (window).pastiche.losses());
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).pastiche.report().engine), engine);
      assert.ok(losses.at(-1).style < ratio * losses[0].style, "the style did not come closer");

      // Back along the run, and half of the photo.
      await page.$eval("#scrub", (slider) => {
        const range = /** @type {HTMLInputElement} */ (slider);
        range.value = "3";
        range.dispatchEvent(new Event("input", { bubbles: true }));
      });
      // A trial that is rejected is no step, and the checkpoint after it shows the step before.
      await until(page, () => /^Showing step [1-3]\.$/.test(document.querySelector("#status")?.textContent ?? ""));
      await page.keyboard.press("b");
      assert.equal(await page.$eval("#compare", (slider) => /** @type {HTMLInputElement} */ (slider).value), "50");
      await page.click("#go-on");
      await until(page, () => document.body.dataset.state === "finished" && document.querySelector("#go-on")?.hasAttribute("hidden"));

      await page.click("#save");
      let saved = "";
      for (let tries = 0; tries < 100 && !saved; tries++) {
        saved = readdirSync(downloads).find((name) => name.endsWith(".png")) ?? "";
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.match(saved, /^lake.*-pastiche\.png$/);
      const { width, height } = readPng(readFileSync(path.join(downloads, saved)));
      assert.equal(Math.max(width, height), size);
      assert.deepEqual(escaped, []);
    }, { webgpu: engine === "gpu" });
  });
});
