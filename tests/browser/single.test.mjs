// The page as one file, opened from the disk with the network off: it paints, saves, restores, speaks German and shows the talk.

import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { launch } from "../lib/chromium.mjs";
import { FIREFOX, inFirefox } from "../lib/firefox.mjs";
import { give, giveSettings, open, paint, save, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { DIST } from "../lib/server.mjs";
import { drop, QUICK } from "./support.mjs";

const FILE = path.join(DIST, "pastiche.html");
const WITH_VGG19 = path.join(DIST, "pastiche-vgg19.html");
const missing = (/** @type {string} */ file) => (existsSync(file) ? false : `${path.basename(file)} is not built (./dev build --single)`);
const address = (/** @type {string} */ file) => pathToFileURL(file).href;

/** Opens a page that can reach nothing, and says afterwards what it asked for besides itself. @param {import("playwright-core").Browser} browser @param {(page: import("playwright-core").Page) => Promise<void>} act */
async function offline(browser, act) {
  const context = await browser.newContext({ acceptDownloads: true, offline: true });
  const page = await context.newPage();
  /** @type {string[]} */
  const wrong = [];
  page.on("request", (request) => { if (!/^(?:file|blob|data):/.test(request.url())) wrong.push(request.url()); });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") wrong.push(message.text()); });
  try {
    await act(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

describe("the page as one file in Chromium", { skip: missing(FILE) }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => { browser = await launch("none"); });
  after(() => browser?.close());

  test("is at most 6 MB, and 24 MB with VGG-19 inside", () => {
    assert.ok(statSync(FILE).size <= 6_000_000, `${statSync(FILE).size} bytes`);
    if (existsSync(WITH_VGG19)) assert.ok(statSync(WITH_VGG19).size <= 24_000_000, `${statSync(WITH_VGG19).size} bytes`);
  });

  test("paints the example, saves it, and restores it from what was saved", async () => {
    /** @type {{ name: string, bytes: Buffer } | null} */
    let saved = null;
    await offline(browser, async (page) => {
      await open(page, address(FILE), { engine: "cpu" });
      await waitFor(page, ["ready"]);
      assert.equal(await page.locator("#style-gallery [data-example]").count(), 2);
      assert.match((await page.textContent("#engine-why")) ?? "", /single file/);
      await giveSettings(page, QUICK);
      await paint(page);
      await waitFor(page, ["finished"]);
      saved = await save(page);
    });
    await offline(browser, async (page) => {
      assert.ok(saved);
      await open(page, address(FILE), { engine: "cpu" });
      await waitFor(page, ["ready"]);
      await drop(page, { files: [{ name: saved.name, mimeType: "image/png", buffer: saved.bytes }] });
      await page.waitForFunction(() => /** @type {HTMLInputElement} */ (document.querySelector("#size")).value === "48");
      await waitFor(page, ["ready"]);
      await paint(page);
      await page.waitForFunction(() => ["paused", "finished"].includes(document.body.dataset.state ?? ""));
      assert.deepEqual(pictures.readPng((await save(page)).bytes).data, pictures.readPng(saved.bytes).data);
    });
  });

  test("takes one's own pictures, speaks German, and shows the talk", async () => {
    await offline(browser, async (page) => {
      await open(page, address(FILE), { engine: "cpu", lang: "de" });
      await waitFor(page, ["ready"]);
      assert.equal(await page.getAttribute("html", "lang"), "de");
      await give(page, "content", pictures.png("photo.png", 64, 48));
      await giveSettings(page, QUICK);
      await paint(page);
      await waitFor(page, ["finished"]);
      await page.click("#help");
      await page.click("#open-talk");
      await page.waitForSelector("#talk[open]");
    });
  });

  test("does not offer a download, which its policy forbids", async () => {
    await offline(browser, async (page) => {
      await open(page, address(FILE), { engine: "cpu" });
      await waitFor(page, ["ready"]);
      await page.selectOption("#network", "vgg19");
      await page.waitForSelector("#consent[open]");
      assert.ok(!(await page.isVisible("#consent button[value='download']")));
      await page.click("#consent button[value='cancel']");
      await waitFor(page, ["ready"]);
    });
  });

  test("paints on the GPU engine", async () => {
    const gpu = await launch("software");
    try {
      await offline(gpu, async (page) => {
        await open(page, address(FILE), { engine: "gpu" });
        await waitFor(page, ["ready"], { timeout: 120_000 });
        await giveSettings(page, { size: 32, evaluations: 3 });
        await paint(page);
        await waitFor(page, ["finished"], { timeout: 300_000 });
        assert.equal(await page.evaluate(() => window.pastiche.engine()?.engine), "gpu");
      });
    } finally {
      await gpu.close();
    }
  });

  test("with VGG-19 inside, paints with it", { skip: missing(WITH_VGG19) }, async () => {
    await offline(browser, async (page) => {
      await open(page, address(WITH_VGG19), { engine: "cpu", network: "vgg19" });
      await waitFor(page, ["ready"], { timeout: 120_000 });
      await giveSettings(page, { size: 32, evaluations: 3 });
      await paint(page);
      await waitFor(page, ["finished"], { timeout: 120_000 });
      assert.match(await page.evaluate(() => window.pastiche.report()?.network.name ?? ""), /VGG-19/);
    });
  });
});

describe("the page as one file in Firefox", { skip: missing(FILE) || (FIREFOX ? false : "there is no Firefox here (PASTICHE_FIREFOX)") }, () => {
  test("paints", async () => {
    await inFirefox(async (page) => {
      /** @type {string[]} */
      const escaped = [];
      page.on("pageerror", (error) => escaped.push(String(error)));
      await page.goto(`${address(FILE)}?engine=cpu`);
      const reach = (/** @type {string} */ state) => page.waitForSelector(`body[data-state="${state}"]`, { timeout: 120_000 });
      await reach("ready");
      for (const [box, value] of /** @type {const} */ ([["#size", "48"], ["#iterations", "6"]])) {
        await page.$eval(box, (input) => { /** @type {HTMLInputElement} */ (input).focus(); /** @type {HTMLInputElement} */ (input).select(); });
        await page.keyboard.type(value);
        await page.keyboard.press("Tab");
      }
      await page.click("#paint");
      await reach("finished");
      assert.deepEqual(escaped, []);
    });
  });
});
