// When the browser's graphics process restarts, every canvas comes back blank and is drawn again.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { giveStyle, paint, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { notBuilt, ready, stroke, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** The pixels of every canvas that has something on it, by what it is. @param {Page} page @returns {Promise<Record<string, string>>} */
const pixels = (page) =>
  page.evaluate(() => {
    /** @type {Record<string, string>} */
    const found = {};
    for (const [n, canvas] of [...document.querySelectorAll("canvas")].entries()) {
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      if (data.some((byte) => byte > 0)) found[canvas.id || `${canvas.parentElement?.id || canvas.parentElement?.className || canvas.className} ${n}`] = data.join();
    }
    return found;
  });

describe("canvases after the graphics process has restarted", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  /** @param {Page} page @param {string[]} expected parts of the names of canvases that must be among them @param {boolean} [same] pixel for pixel; else they show something */
  async function survives(page, expected, same = true) {
    const before = await pixels(page);
    for (const part of expected) assert.ok(Object.keys(before).some((name) => name.includes(part)), `no canvas ${part}: ${Object.keys(before)}`);
    await page.evaluate(() => {
      let lost = 0;
      Object.assign(window, { lostCanvases: () => lost });
      for (const canvas of document.querySelectorAll("canvas")) canvas.addEventListener("contextlost", () => lost++);
    });
    const session = await at.browser.newBrowserCDPSession();
    // The answer may be lost with the process.
    await Promise.race([session.send("Browser.crashGpuProcess").catch(() => {}), page.waitForTimeout(1000)]);
    await page.waitForFunction((least) => /** @type {any} */ (window).lostCanvases() >= least, Object.keys(before).length, { timeout: 30_000 });
    const end = Date.now() + 20_000;
    for (;;) {
      const now = await pixels(page);
      const blank = Object.keys(before).filter((name) => (same ? now[name] !== before[name] : !now[name]));
      if (blank.length === 0) break;
      assert.ok(Date.now() < end, `not drawn again: ${blank}`);
      await page.waitForTimeout(200);
    }
  }

  test("result, photo, slots, styles, chart, queue, crop and a mask that was painted", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await giveStyle(page, 1, pictures.png("cool.png", 48, 48, { hue: 200 }));
      await page.click("#show-queue");
      await page.selectOption("#vary", "asItIs").catch(() => {});
      await page.click("#vary-go");
      await page.waitForFunction(() => document.querySelector("#queue-list [data-state=finished] canvas") && !document.querySelector("#queue-list [data-state=waiting], #queue-list [data-state=painting]"), null, { timeout: 60_000 });
      await survives(page, ["canvas", "before", "content-canvas", "style-canvas", "open-entry"]);
      await page.keyboard.press("Escape");
      await page.click("#content-crop");
      await page.waitForFunction(() => /** @type {HTMLCanvasElement} */ (document.querySelector("#crop-canvas")).width > 4);
      await page.click("#turn-right");
      await page.waitForFunction(() => /** @type {HTMLCanvasElement} */ (document.querySelector("#crop-canvas")).width === 48);
      await survives(page, ["crop-canvas"]);
      await page.keyboard.press("Escape");
      await page.locator("#styles-list button[aria-pressed]").first().click();
      await page.locator("#mask-dialog[open]").waitFor();
      await stroke(page, "#mask-canvas", { at: 0.7, from: 0.2, to: 0.8 });
      await survives(page, ["mask-canvas"]);
    });
  });

  test("the talk's figures", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 4000 } });
      await paint(page);
      await waitFor(page, ["painting"]);
      await page.click("#help");
      await page.click("#open-talk");
      await page.waitForFunction(() => {
        const canvases = [...document.querySelectorAll("#step-opening canvas")];
        return canvases.length > 2 && canvases.every((canvas) => /** @type {HTMLCanvasElement} */ (canvas).width > 4);
      }, null, { timeout: 60_000 });
      await survives(page, ["frame "], false);
    });
  });
});
