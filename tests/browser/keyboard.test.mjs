// The whole way without a mouse: everything that is needed can be reached with Tab and pressed with Enter or Space.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, paint, waitFor } from "../lib/page.mjs";
import { notBuilt, ready, stroke, setUp } from "./support.mjs";

/**
 * Presses Tab until the focus is on what is looked for.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} selector
 */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

describe("by keyboard alone", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test(`pictures, paint, pause, resume, stop and save at ${viewport.width} px`, async () => {
      await at.visit(
        async (page) => {
          await open(page, at.site.url, { engine: "cpu", network: "sketch", size: "64", iterations: "4000" });
          await waitFor(page, ["ready"]);
          await tabTo(page, "#content-gallery [data-example]");
          await page.keyboard.press("Enter");
          await tabTo(page, "#style-gallery [data-example]");
          await page.keyboard.press("Space");
          await waitFor(page, ["ready"]);
          await tabTo(page, "#paint");
          await page.keyboard.press("Enter");
          await waitFor(page, ["painting"]);
          await tabTo(page, "#pause");
          await page.keyboard.press("Enter");
          await waitFor(page, ["paused"]);
          await tabTo(page, "#pause");
          await page.keyboard.press("Enter");
          await waitFor(page, ["painting"]);
          await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 60_000 });
          await tabTo(page, "#stop");
          await page.keyboard.press("Enter");
          await waitFor(page, ["stopped"]);
          await tabTo(page, "#save");
          const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
          assert.match(download.suggestedFilename(), /\.png$/);
        },
        { viewport },
      );
    });
  }

  test("a double click on Paint paints, and does not pause; nor does a key that is held", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", size: "64", iterations: "4000" });
      await waitFor(page, ["ready"]);
      for (const button of ["#paint-here", "#paint"]) {
        const box = await page.locator(button).boundingBox();
        assert.ok(box);
        await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
        await waitFor(page, ["painting", "paused"]);
        await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 60_000 });
        assert.equal(await page.evaluate(() => document.body.dataset.state), "painting", button);
        assert.ok(await page.isDisabled("#zoom-out"), "the double click zoomed as well");
        await page.click("#stop");
        await waitFor(page, ["stopped"]);
      }
      // Playwright's second `down` of a key is a repeat.
      for (const keys of [["Enter"], ["Control", "Enter"]]) {
        if (keys.length === 1) await page.focus("#paint");
        for (const key of keys) await page.keyboard.down(key);
        await waitFor(page, ["painting", "paused"]);
        for (let n = 0; n < 3; n++) await page.keyboard.down("Enter");
        assert.equal(await page.evaluate(() => document.body.dataset.state), "painting", keys.join("+"));
        for (const key of keys) await page.keyboard.up(key);
        await page.click("#stop");
        await waitFor(page, ["stopped"]);
      }
    });
  });

  test("a click on a dialog's own padding leaves it open, one beside it closes it", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await page.click("#help");
      const box = await page.locator("#help-dialog").boundingBox();
      assert.ok(box);
      await page.mouse.click(box.x + 4, box.y + 4);
      assert.ok(await page.isVisible("#help-dialog"));
      // Pressed inside, released beside it: as when text is selected.
      await page.mouse.move(box.x + 4, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x - 20, box.y + 40);
      await page.mouse.up();
      assert.ok(await page.isVisible("#help-dialog"));
      await page.mouse.click(box.x - 20, box.y + 40);
      assert.ok(!(await page.isVisible("#help-dialog")));
    });
  });

  test("a dialog gives the focus back; a held Escape closes one, and a key press that is not meant does nothing", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      const focused = () => page.evaluate(() => document.activeElement?.id);
      await page.focus("#help");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#help-dialog[open]");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "help");
      await page.keyboard.press("Enter");
      // One dialog from another.
      await page.focus("#show-keys");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#keys-dialog[open]");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "help");
      await page.focus("#style-pick");
      await page.keyboard.press("g");
      await page.waitForSelector("#history[open]");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "style-pick");

      await page.keyboard.press("f");
      await page.keyboard.press("?");
      await page.waitForSelector("#keys-dialog[open]");
      await page.evaluate(() => /** @type {HTMLDialogElement} */ (document.querySelector("#meaning")).showModal());
      await page.keyboard.down("Escape");
      for (let n = 0; n < 3; n++) await page.keyboard.down("Escape");
      await page.keyboard.up("Escape");
      assert.ok(!(await page.isVisible("#meaning")));
      assert.ok(await page.isVisible("#keys-dialog"), "a held Escape closed both");
      await page.keyboard.down("Escape");
      for (let n = 0; n < 3; n++) await page.keyboard.down("Escape");
      await page.keyboard.up("Escape");
      assert.ok(!(await page.isVisible("#keys-dialog")));
      assert.ok(!(await page.isVisible("#panel")), "a held Escape left the focus mode as well");
      await page.keyboard.press("Escape");
      assert.ok(await page.isVisible("#panel"));

      const press = (/** @type {KeyboardEventInit} */ init) =>
        page.evaluate((options) => !document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...JSON.parse(options) })), JSON.stringify(init));
      // While a word is composed, its keys belong to it.
      assert.equal(await press({ key: "f", code: "KeyF", isComposing: true }), false);
      assert.ok(await page.isVisible("#panel"));
      // With nothing to save, or behind a dialog, Ctrl+S does not save the page's source.
      assert.equal(await press({ key: "s", code: "KeyS", ctrlKey: true }), true);
      await page.click("#help");
      assert.equal(await press({ key: "s", code: "KeyS", ctrlKey: true }), true);
      assert.equal(await press({ key: "f", code: "KeyF" }), false);
      await page.keyboard.press("Escape");
    });
  });

  test("keys of Cyrillic, Greek, German and Mac keyboards", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 12 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      await page.waitForFunction(() => Number(/** @type {HTMLInputElement} */ (document.querySelector("#scrub")).max) >= 3);
      const press = (/** @type {KeyboardEventInit} */ init) =>
        page.evaluate((options) => void document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...JSON.parse(options) })), JSON.stringify(init));
      const cut = () => page.evaluate(() => /** @type {HTMLInputElement} */ (document.querySelector("#compare")).value);
      for (const [key, wanted] of /** @type {const} */ ([["и", "50"], ["β", "0"], ["Β", "50"], ["b", "0"]])) {
        await press({ key, code: "KeyB" });
        assert.equal(await cut(), wanted, key);
      }
      const place = () => page.evaluate(() => Number(/** @type {HTMLInputElement} */ (document.querySelector("#scrub")).value));
      const newest = await place();
      const back = [
        { key: "[", code: "BracketLeft" },
        { key: "[", code: "Digit8", ctrlKey: true, altKey: true, modifierAltGraph: true },
        { key: ",", code: "Comma" },
        { key: ",", code: "Slash", shiftKey: true },
      ];
      for (const [n, init] of back.slice(0, newest).entries()) {
        await press(init);
        await page.waitForFunction((wanted) => Number(/** @type {HTMLInputElement} */ (document.querySelector("#scrub")).value) === wanted, newest - 1 - n);
      }
      const earlier = await place();
      await press({ key: ".", code: "Period" });
      await page.waitForFunction((wanted) => Number(/** @type {HTMLInputElement} */ (document.querySelector("#scrub")).value) > wanted, earlier);
      for (const init of [{ key: "?", code: "Minus", shiftKey: true }, { key: "?", code: "Digit7", shiftKey: true }]) {
        await press(init);
        await page.waitForSelector("#keys-dialog[open]");
        assert.match((await page.textContent("#keys-single")) ?? "", /\[ ,.*\] \./);
        await page.keyboard.press("Escape");
      }
      await Promise.all([page.waitForEvent("download"), page.keyboard.press("Control+s")]);
    });
  });

  test("a mask that was painted outlasts Escape and a click beside it; Cancel gives it up", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      const left = () => page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#mask-canvas"));
        return [...(canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [])].join();
      });
      const openMask = async () => {
        await page.click("#style-mask");
        await page.waitForSelector("#mask-dialog[open]");
        return left();
      };
      const blank = await openMask();
      await stroke(page, "#mask-canvas", { at: 0.7, from: 0.3, to: 0.7 });
      const brushed = await left();
      assert.notEqual(brushed, blank);
      await page.keyboard.press("Escape");
      assert.equal(await openMask(), brushed);
      await page.mouse.click(5, 5);
      await page.waitForSelector("#mask-dialog", { state: "hidden" });
      assert.equal(await openMask(), brushed);
      await page.click("#mask-dialog button[value=cancel]");
      assert.equal(await openMask(), blank);
      await stroke(page, "#mask-canvas", { at: 0.7, from: 0.3, to: 0.3 });
      await page.keyboard.press("Escape");
      await openMask();
      await page.click("#mask-use");
      await page.waitForSelector("#style-mask[aria-pressed=true]");
    });
  });

  test("every control that can be focused shows it, and has a name", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      const nameless = await page.evaluate(() => {
        /** @type {string[]} */
        const found = [];
        for (const control of document.querySelectorAll("button:not([hidden]), input, select, a[href], summary")) {
          const labelled =
            control.getAttribute("aria-label") || control.getAttribute("aria-labelledby") || control.textContent?.trim() || control.getAttribute("title") || /** @type {HTMLInputElement} */ (control).labels?.length;
          if (!labelled) found.push(control.outerHTML.slice(0, 120));
        }
        return found;
      });
      assert.deepEqual(nameless, []);
    });
  });
});
