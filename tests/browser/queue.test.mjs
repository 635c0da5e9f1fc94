// Variations: a row of results, one after the other, each kept and each with what it should differ in.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { giveSettings, look, report, waitFor, waitForError } from "../lib/page.mjs";
import { killEngine, notBuilt, noteWorkers, ready, stepped, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @param {string} state @param {number} count */
const are = (page, state, count) =>
  page.waitForFunction(([wanted, many]) => document.querySelectorAll(`#queue-list [data-state="${wanted}"]`).length === many, /** @type {const} */ ([state, count]), { timeout: 60_000 });

/** @param {Page} page @param {string} kind */
async function vary(page, kind) {
  if (!(await page.isVisible("#variations"))) await page.click("#show-queue");
  await page.selectOption("#vary", kind);
  await page.click("#vary-go");
}

describe("variations", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("of the style's strength are painted one after the other, kept, and hang again", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 8, style: { weight: 2 } } });
      await vary(page, "strength");
      await are(page, "finished", 3);
      assert.deepEqual(await page.locator("#queue-list span").allTextContents(), ["Style 0.6", "Style 2", "Style 6"]);
      assert.equal((await report(page)).settings.style.weight, 6);
      // What the controls say is the visitor's.
      assert.equal(await page.inputValue('input[data-path="style.weight"]'), "2");
      await page.locator("#queue-list .open-entry").first().click();
      await page.waitForFunction(() => /** @type {any} */ (window).pastiche.report()?.settings.style.weight === 0.6);
      await waitFor(page, ["finished"]);
      await page.click("#show-history");
      await page.waitForFunction(() => document.querySelectorAll("#history-list li").length === 3);
    });
  });

  test("of the style take every example, and leave the choice as it was", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 2 } });
      await vary(page, "paintings");
      const many = await page.locator("#style-gallery [data-example]").count();
      await are(page, "finished", many);
      assert.match((await page.textContent("#style-name")) ?? "", /swirl/);
    });
  });

  test("can be taken off the list; Stop holds the rest back until Continue", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 64, evaluations: 4000 } });
      await vary(page, "seeds");
      await are(page, "painting", 1);
      await are(page, "waiting", 2);
      await page.locator('#queue-list [data-state="waiting"] .icon').first().click();
      await are(page, "waiting", 1);
      await page.click("#variations .answers .link[value=cancel]");
      await page.waitForFunction(() => document.querySelector("#queue-waiting")?.textContent === "1 waiting");
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 60_000 });
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      await page.click("#queue-waiting");
      await page.waitForSelector("#queue-go-on:not([hidden])");
      assert.equal((await look(page)).state, "stopped");
      await page.click("#queue-go-on");
      await are(page, "painting", 1);
      await page.waitForFunction(() => document.body.dataset.state === "painting");
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 60_000 });
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const { settings } = await report(page);
      assert.deepEqual([settings.start, settings.seed], ["noise", 2]);
    });
  });

  test("that cannot begin are settled with the reason, and those after them are painted", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 2, start: "picture" } });
      await vary(page, "strength");
      await are(page, "failed", 3);
      assert.match((await page.locator("#queue-list small").first().textContent()) ?? "", /Choose the picture to start from/);
      await page.click("#variations .answers .link[value=cancel]");
      await giveSettings(page, { size: 32, evaluations: 2, start: "content" });
      await vary(page, "asItIs");
      await are(page, "finished", 1);
    });
  });

  test("that fail are tried again with their own values", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 2000, style: { weight: 2 } } });
      await vary(page, "strength");
      await are(page, "painting", 1);
      await page.click("#variations .answers .link[value=cancel]");
      await stepped(page, 5);
      // Once it goes on by itself.
      await killEngine(page);
      await page.waitForFunction(() => /started again/.test(document.querySelector("#notice-text")?.textContent ?? ""));
      await stepped(page, 10);
      await page.click("#queue-waiting");
      await page.click("#queue-clear");
      await page.click("#variations .answers .link[value=cancel]");
      await killEngine(page);
      await waitFor(page, ["failed"], { known: (await waitForError(page)) });
      await page.click("#error-action");
      await waitFor(page, ["painting"]);
      await stepped(page, 3);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      assert.equal((await report(page)).settings.style.weight, 0.6);
      assert.equal(await page.inputValue('input[data-path="style.weight"]'), "2");
    });
  });
});
