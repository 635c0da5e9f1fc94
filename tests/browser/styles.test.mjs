// Several styles, masks, transparency, and the strip of degrees.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, giveMask, giveSettings, giveStyle, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { assertSentence, notBuilt, QUICK, stroke, setUp } from "./support.mjs";

/** White on the left, black on the right. */
function half(name = "half.png") {
  return pictures.png(name, 32, 32, { paint: (x) => (x < 16 ? 255 : 0) });
}

describe("several styles", { skip: notBuilt("cpu") }, () => {
  const at = setUp();
  const begin = async (/** @type {import("playwright-core").Page} */ page, settings = {}) => {
    await open(page, at.site.url, { engine: "cpu", network: "sketch" });
    await give(page, "content", pictures.png("photo.png", 64, 48));
    await giveStyle(page, 0, pictures.png("warm.png", 64, 64, { hue: 20 }));
    await giveSettings(page, { ...QUICK, ...settings });
  };

  test("join by a button, have shares, and go again", async () => {
    await at.visit(async (page) => {
      await begin(page);
      await giveStyle(page, 1, pictures.png("cool.png", 64, 64, { hue: 220 }));
      assert.equal(await page.textContent("#style-name"), "warm.png", "the one in the slot stays");
      await page.locator("#styles-list input").nth(1).fill("3");
      await paint(page);
      await waitFor(page, ["finished"]);
      const made = await report(page);
      assert.deepEqual(made.inputs.map((/** @type {any} */ input) => [input.role, input.name]), [["content", "photo.png"], ["style", "warm.png"], ["style", "cool.png"]]);
      assert.deepEqual(made.settings.style.blend, [1, 3]);
      await page.locator("#styles-list li").nth(1).locator("button").last().click();
      assert.equal(await page.locator("#styles-list").isHidden(), true);
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.equal((await report(page)).inputs.length, 2);
    });
  });

  test("a mask is loaded or painted, and keeps a style to its place", async () => {
    await at.visit(async (page) => {
      await begin(page);
      await giveStyle(page, 1, pictures.png("cool.png", 64, 64, { hue: 220 }));
      await giveMask(page, 0, half());
      await page.locator("#styles-list li").nth(1).locator("button[aria-pressed]").click();
      const box = await page.locator("#mask-canvas").boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.2 * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.8 * box.height, { steps: 5 });
      // A second finger on the other side paints nothing.
      const photo = () => page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#mask-canvas"));
        return [...(canvas.getContext("2d")?.getImageData(0, 0, canvas.width / 2, canvas.height).data ?? [])].join();
      });
      const before = await photo();
      await page.evaluate(([x, y]) => {
        for (const type of ["pointerdown", "pointermove", "pointerup"]) document.querySelector("#mask-canvas")?.dispatchEvent(new PointerEvent(type, { pointerId: 77, isPrimary: false, bubbles: true, clientX: x, clientY: y }));
      }, /** @type {const} */ ([box.x + 0.1 * box.width, box.y + 0.5 * box.height]));
      await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.7 * box.height);
      assert.equal(await photo(), before);
      await page.mouse.up();
      await page.click("#mask-use");
      await page.waitForFunction(() => !document.querySelector("#mask-dialog[open]"));
      assert.equal(await page.locator("#styles-list button[aria-pressed='true']").count(), 2);
      await paint(page);
      await waitFor(page, ["finished"]);
      const inputs = (await report(page)).inputs.filter((/** @type {any} */ input) => input.role === "mask");
      assert.deepEqual(inputs.map((/** @type {any} */ input) => input.name), ["Mask of warm.png", "Mask of cool.png"]);
      assert.notEqual(inputs[0].sha256, inputs[1].sha256);
    });
  });

  test("a painted mask follows its photo where that is turned, and another photo under it is said", async () => {
    await at.visit(async (page) => {
      await begin(page);
      await page.click("#style-mask");
      await page.waitForSelector("#mask-dialog[open]");
      await page.setInputFiles("#mask-file", half());
      /** How opaque the photo is at these places of the mask's dialog: dimmed where the style does not count. */
      const opaque = (/** @type {[number, number][]} */ places) =>
        page.evaluate((all) => {
          const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#mask-canvas"));
          const { data, width, height } = /** @type {ImageData} */ (canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height));
          return all.map(([x, y]) => (data[4 * (Math.floor(y * height) * width + Math.floor(x * width)) + 3] ?? 0) > 200);
        }, places);
      await page.waitForFunction(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#mask-canvas"));
        return (canvas.getContext("2d")?.getImageData(2, 2, 1, 1).data[3] ?? 0) > 200;
      });
      assert.deepEqual(await opaque([[0.2, 0.5], [0.8, 0.5]]), [true, false]);
      await page.click("#mask-use");
      await page.waitForSelector("#mask-dialog", { state: "hidden" });
      await page.click("#content-crop");
      await page.waitForSelector("#crop[open]");
      await page.click("#turn-right");
      await page.click("#crop-use");
      await page.waitForFunction(() => {
        const [, width, height] = /^(\d+) × (\d+)/.exec(document.querySelector("#caption-text")?.textContent ?? "") ?? [];
        return Number(width) < Number(height);
      });
      assert.equal(await page.locator("[data-topic=mask]").count(), 0);
      await page.click("#style-mask");
      await page.waitForSelector("#mask-dialog[open]");
      assert.deepEqual(await opaque([[0.5, 0.2], [0.5, 0.8], [0.2, 0.2], [0.8, 0.8]]), [true, false, true, false]);
      await page.keyboard.press("Escape");
      await give(page, "content", pictures.png("another.png", 64, 64, { hue: 90 }));
      await page.waitForSelector("[data-topic=mask]");
      assertSentence((await page.textContent("[data-topic=mask] p")) ?? "");
      assert.equal(await page.getAttribute("#style-mask", "aria-pressed"), "true", "nothing is lost before somebody says so");
      await page.click("[data-topic=mask] .toast-action");
      assert.equal(await page.getAttribute("#style-mask", "aria-pressed"), "false");
    });
  });

  test("a mask file that cannot be opened is refused within the dialog, and what was painted there stays", async () => {
    await at.visit(async (page) => {
      await begin(page);
      await page.click("#style-mask");
      await page.waitForSelector("#mask-dialog[open]");
      await stroke(page, "#mask-canvas", { at: 0.5, from: 0.2, to: 0.8 });
      await page.setInputFiles("#mask-file", pictures.truncated());
      await page.waitForSelector("#mask-dialog[open] > .problem[role=alert]");
      assertSentence((await page.textContent("#mask-dialog .problem")) ?? "");
      assert.equal((await look(page)).error, "", "it is said once");
      await page.click("#mask-use");
      await page.waitForSelector("#mask-dialog", { state: "hidden" });
      assert.equal(await page.getAttribute("#style-mask", "aria-pressed"), "true", "the stroke is the mask");
      await page.click("#style-mask");
      await page.waitForSelector("#mask-dialog[open]");
      assert.equal(await page.locator("#mask-dialog .problem").count(), 0, "it goes with the dialog");
      await page.setInputFiles("#mask-file", pictures.truncated());
      await page.waitForSelector("#mask-dialog[open] > .problem");
      await page.setInputFiles("#mask-file", half());
      await page.waitForSelector("#mask-dialog .problem", { state: "detached" });
    });
  });

  test("the result is as transparent as the photo", async () => {
    await at.visit(async (page) => {
      await begin(page);
      await give(page, "content", pictures.png("cut.png", 48, 48, { alphaOf: (x) => (x < 24 ? 0 : 255) }));
      await paint(page);
      await waitFor(page, ["finished"]);
      const alpha = await page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
        const context = canvas.getContext("2d");
        return [4, 44].map((x) => context?.getImageData(x, 20, 1, 1).data[3]);
      });
      assert.deepEqual(alpha, [0, 255]);
      assert.ok((await save(page)).bytes.length > 0);
    });
  });

  test("five degrees come from one run", async () => {
    await at.visit(async (page) => {
      await begin(page, { evaluations: 20 });
      await page.click("#more > summary");
      await page.click("#series-go");
      await page.waitForSelector("#series[open]", { timeout: 60_000 });
      assert.equal(await page.locator("#series-pictures canvas").count(), 5);
      const made = await report(page);
      assert.deepEqual(made.changes.map((/** @type {any} */ change) => [change.evaluation, change.settings.strength]), [[0, 0.2], [4, 0.4], [8, 0.6], [12, 0.8], [16, 1]]);
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#series-save")]);
      assert.match(download.suggestedFilename(), /-strip\.png$/);
    });
  });
});
