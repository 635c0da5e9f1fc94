// Presets as chips, the link that carries settings, and where the engine's line stands.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { giveSettings, open, waitFor, waitForError } from "../lib/page.mjs";
import { assertSentence, notBuilt, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page */
const chosen = (page) => page.evaluate(() => document.querySelector("#presets input:checked")?.getAttribute("value"));
/** @param {Page} page @param {string} id */
const waitForPreset = (page, id) => page.waitForFunction((value) => document.querySelector(`#presets [value="${value}"]:checked`), id);
/** @param {Page} page @returns {Promise<Record<string, any>>} */
const settingsOf = (page) => page.evaluate(async () => (await import(new URL("web/app/main.js", document.baseURI).href)).settings());

describe("presets and links", { skip: notBuilt("cpu") }, () => {
  const at = setUp();
  const opened = async (/** @type {Page} */ page, hash = "", query = {}) => {
    await open(page, at.site.url, { engine: "cpu", network: "sketch", ...query }, hash);
    await waitFor(page, ["ready"]);
  };

  test("presets are a group of radio buttons that keys move along, and the chosen one is explained", async () => {
    await at.visit(async (page) => {
      await opened(page);
      const names = await page.locator("#presets label").allTextContents();
      assert.ok(names.length >= 6 && names.includes("Bold strokes"), names.join());
      for (const label of await page.locator("#presets label").all()) assertSentence((await label.getAttribute("title")) ?? "");
      assert.equal(await chosen(page), "painting");
      const first = await page.textContent("#preset-help");
      await page.focus("#presets input:checked");
      await page.keyboard.press("ArrowRight");
      await waitForPreset(page, "gentle");
      await page.waitForFunction((before) => document.querySelector("#preset-help")?.textContent !== before, first);
      assert.equal((await settingsOf(page))["strength"], 0.5);
      await page.check("#presets [value=bold-strokes]");
      await page.waitForFunction(() => document.querySelector("#preset-help")?.textContent?.includes("large strokes"));
      assert.equal(await chosen(page), "bold-strokes");
      // Keys without Ctrl still mean what they mean: a radio button takes no text.
      await page.keyboard.press("?");
      await page.waitForSelector("#keys-dialog[open]");
    });
  });

  test("a link carries the preset and what differs from it, and is applied where it is opened", async () => {
    await at.visit(
      async (page) => {
        await opened(page);
        await giveSettings(page, { preset: "gentle", size: 320, style: { scale: 2 }, start: "noise" });
        await waitForPreset(page, "gentle");
        const before = await settingsOf(page);
        await page.locator("#more > summary").click();
        await page.click("#copy-link");
        await page.waitForFunction(() => /copied/.test(document.querySelector("#status")?.textContent ?? ""));
        const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
        assert.equal(link.hash, "#preset=gentle&style.scale=2&size=320&start=noise");
        await page.goto("about:blank");
        await opened(page, link.hash);
        await waitForPreset(page, "gentle");
        assert.deepEqual(await settingsOf(page), before);
        assert.match((await page.textContent("#notice-text")) ?? "", /link/);
        // Pasted into the address bar of an open page.
        await page.evaluate(() => { location.hash = "#preset=talk&size=96"; });
        await waitForPreset(page, "talk");
        assert.equal((await settingsOf(page))["size"], 96);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    );
  });

  test("a link that names what does not exist, or a value out of bounds, is refused and changes nothing", async () => {
    await at.visit(async (page) => {
      for (const [hash, why] of /** @type {const} */ ([["#preset=vangogh", /vangogh/], ["#preset=gentle&sise=3", /sise/], ["#size=9999999", /size|Size/], ["#size=large", /large/]])) {
        await open(page, at.site.url, { engine: "cpu", network: "sketch" }, hash);
        await waitForError(page);
        const text = (await page.textContent("#error-text")) ?? "";
        assertSentence(text);
        assert.match(text, why);
        assert.equal(await chosen(page), "painting");
        assert.notEqual((await settingsOf(page))["size"], 9999999);
        await page.goto("about:blank");
      }
    });
  });

  test("on a phone the line with engine and network stands below the picture, else in the header", async () => {
    await at.visit(
      async (page) => {
        await opened(page);
        const top = async (/** @type {string} */ selector) => (await page.locator(selector).boundingBox()) ?? assert.fail(selector);
        const [picture, line, photo] = [await top("#frame"), await top("#engine-line"), await top("#slots")];
        assert.ok(line.y > picture.y + picture.height && line.y + line.height <= photo.y + 1, JSON.stringify([picture, line, photo]));
        for (const id of ["#adapter", "#engine", "#network"]) assert.ok(await page.isVisible(id), id);
        const right = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok((right[0] ?? 0) <= (right[1] ?? 0), "nothing sticks out");
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.waitForFunction(() => document.querySelector("#header > #engine-line"));
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    );
  });
});
