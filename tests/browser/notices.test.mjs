// Errors and notices: each about its own topic; an offer stays until it is taken or dismissed; a few at a time.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { notBuilt, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** What is shown, from top to bottom. @param {Page} page */
const shown = (page) => page.locator(".toast p").allTextContents();

/** Has the page say something, as its features do. @param {Page} page @param {string} body of a function of the page's module */
const inPage = (page, body) => page.evaluate(`import(new URL("web/app/main.js", document.baseURI).href).then(({ clearError, notice, showError }) => { ${body} })`);

describe("messages", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const width of [1440, 390]) {
    test(`offers outlast clicks, errors of other topics stay, and at ${width} px all of it fits`, async () => {
      await at.visit(
        async (page) => {
          await open(page, at.site.url, { engine: "cpu", network: "sketch" });
          await waitFor(page, ["ready"]);
          await inPage(page, `
            window.taken = [];
            notice("A run was lost.", { topic: "recovery", action: { label: "Resume", act: () => taken.push("resumed") }, onDismiss: () => taken.push("dismissed") });
            notice("A new version of Pastiche is ready. Using it reloads the page: what you chose here has to be chosen again.", { label: "Use it now", act: () => taken.push("used") });
          `);
          const focused = await page.evaluate(() => document.activeElement?.tagName);
          await page.locator("#content-gallery [data-example]").nth(1).click();
          await waitFor(page, ["ready"]);
          await page.locator("#style-gallery [data-example]").nth(1).click();
          await waitFor(page, ["ready"]);
          assert.equal((await shown(page)).length, 2, "a click in the gallery took an offer away");
          assert.equal(focused, "BODY", "a notice took the focus");
          // Said about the last action: it gives way to the next.
          await inPage(page, 'notice("An animation: its first frame is used."); notice("A drawing, turned into pixels.");');
          assert.deepEqual((await shown(page)).slice(2), ["A drawing, turned into pixels."]);

          // An error has its own cause.
          await page.setInputFiles("#content-file", { name: "words.jpg", mimeType: "image/jpeg", buffer: Buffer.from("words") });
          await page.waitForSelector("#error");
          await inPage(page, 'showError("The network could not be fetched.", { topic: "network", action: { label: "Try again", act: () => taken.push("again") } });');
          assert.match((await shown(page)).join(" "), /words\.jpg .*The network/);
          assert.equal((await shown(page)).length, 3, "more than three at a time");
          await page.setInputFiles("#content-file", pictures.png("photo.png", 64, 48));
          await page.waitForFunction(() => document.querySelector("#content-name")?.textContent === "photo.png");
          assert.match((await shown(page)).join(" "), /A run was lost\..*A new version.*The network/);
          for (const toast of await page.locator(".toast").all()) {
            const box = await toast.boundingBox();
            assert.ok(box && box.x >= 0 && box.x + box.width <= width && box.height > 30, JSON.stringify(box));
          }
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);

          // By keyboard: closing one leads to the next.
          await page.focus(".notice[data-topic=recovery] .icon");
          await page.keyboard.press("Enter");
          assert.equal(await page.evaluate(() => document.activeElement?.closest(".toast") !== null), true);
          await page.click("#notice-action");
          await page.click("#error-action");
          assert.deepEqual(await page.evaluate("taken"), ["dismissed", "used", "again"]);
          assert.deepEqual(await shown(page), []);
        },
        { viewport: { width, height: 844 } },
      );
    });
  }
});
