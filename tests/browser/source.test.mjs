// A photo from the camera, and a picture cropped and turned before it is used.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { launch } from "../lib/chromium.mjs";
import { open, paint, report, waitFor, waitForError } from "../lib/page.mjs";
import { assertSentence, notBuilt, ready, setUp } from "./support.mjs";

describe("crop and turn", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("a corner pulled by keys and a quarter turn: the result has the new shape", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.click("#content-crop");
      await page.waitForSelector("#crop[open]");
      assert.equal(await page.textContent("#crop-size"), "64 × 48 pixels");
      await page.focus("#crop-se");
      for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowLeft");
      assert.equal(await page.textContent("#crop-size"), "32 × 48 pixels");
      await page.click("#turn-right");
      await page.waitForFunction(() => document.querySelector("#crop-size")?.textContent === "48 × 32 pixels");
      await page.click("#crop-use");
      await page.waitForFunction(() => document.querySelector("#caption-text")?.textContent?.startsWith("48 × 32"));
      await paint(page);
      await waitFor(page, ["finished"]);
      const made = await report(page);
      assert.deepEqual([made.width, made.height], [48, 32]);
    });
  });

  test("by pointer, and Cancel leaves the picture as it was", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.click("#content-crop");
      const area = await page.locator("#crop-area").boundingBox();
      assert.ok(area);
      await page.mouse.move(area.x + 1, area.y + 1);
      await page.mouse.down();
      await page.mouse.move(area.x + area.width / 2, area.y + area.height / 4, { steps: 3 });
      await page.mouse.up();
      assert.equal(await page.textContent("#crop-size"), "32 × 36 pixels");
      await page.keyboard.press("Escape");
      assert.match((await page.textContent("#caption-text")) ?? "", /^48 × 36/);
    });
  });
});

describe("the camera", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("a photo is taken, and the camera goes off", async () => {
    const browser = await launch("none", ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
    try {
      const page = await browser.newPage();
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await page.click("#content-camera");
      await page.click("#camera-take:not([disabled])");
      await page.waitForFunction(() => document.querySelector("#content-name")?.textContent?.includes("camera"));
      assert.equal(await page.evaluate(() => /** @type {HTMLVideoElement} */ (document.querySelector("#camera-video")).srcObject), null);
    } finally {
      await browser.close();
    }
  });

  test("where it is refused or missing, that is said", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await page.click("#content-camera");
      assertSentence(await waitForError(page));
      assert.ok(!(await page.isVisible("#camera")));
    });
  });
});
