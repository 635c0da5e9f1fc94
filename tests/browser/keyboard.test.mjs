// The whole way without a mouse: everything that is needed can be reached with Tab and pressed with Enter or Space.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, waitFor } from "../lib/page.mjs";
import { notBuilt, studio } from "./support.mjs";

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
  const at = studio();

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
