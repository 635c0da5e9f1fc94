// Several photos in one style: painted one after the other, one that cannot be opened passed over, the results in one file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { textOf } from "../../web/export/png-text.js";
import { look, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { unzip } from "../lib/unzip.mjs";
import { drop, notBuilt, noticed, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const QUICK = { size: 32, evaluations: 3 };
/** @param {string} name @param {number} hue */
const photo = (name, hue) => pictures.png(name, 48, 36, { hue });
const FILES = [photo("one.png", 10), { ...pictures.truncated(), name: "broken.png" }, photo("two.png", 200)];

/** @param {Buffer} png */
const recipeOf = async (png) => JSON.parse((await textOf(new Blob([new Uint8Array(png)]))) ?? "null");

/** @param {Page} page @param {string} button @returns {Promise<{ name: string, files: Map<string, Buffer> }>} */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), files: unzip(await readFile(await download.path())) };
}

describe("several photos", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("on the photo's slot are painted in the style that is chosen, and saved as a ZIP with their recipes", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: QUICK });
      await drop(page, { files: FILES }, { onto: "#content-pick" });
      assert.equal(await noticed(page, /pictures/), "Used: one.png, the first of 3 pictures.");
      assert.deepEqual([await page.textContent("#content-name"), await page.textContent("#style-name")], ["one.png", "swirl.png"]);
      await page.getByRole("button", { name: "Paint each in this style" }).press("Enter");
      assert.equal(await noticed(page, /painted/), "2 of 3 photos are painted. Not painted: broken.png; the queue says why.");
      assert.equal((await look(page)).error, "", "it is passed over");
      const { name, files } = await saved(page, "#notice-action");
      assert.equal(name, "pastiche.zip");
      assert.deepEqual([...files.keys()], ["one.png", "two.png"]);
      for (const [file, bytes] of files) {
        assert.equal(pictures.readPng(bytes).width, QUICK.size);
        const recipe = await recipeOf(bytes);
        assert.deepEqual([recipe.content.name, recipe.styles[0].name, recipe.evaluation], [file, "swirl.png", QUICK.evaluations]);
      }
      await page.keyboard.press("v");
      assert.equal(await page.textContent("#queue-progress"), "2 of 3 finished, 1 failed");
      assert.deepEqual(await page.locator("#queue-list span").allTextContents(), ["one.png", "broken.png", "two.png"]);
      assert.match((await page.locator("#queue-list small").nth(1).textContent()) ?? "", /^failed: broken\.png is cut short/);
      assert.deepEqual([...(await saved(page, "#queue-save")).files.keys()], ["one.png", "two.png"]);
    });
  });

  test("can be chosen from disk, and what is finished can be saved while others wait", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: QUICK });
      await page.setInputFiles("#content-file", [photo("a.png", 10), photo("b.png", 90), photo("c.png", 180)]);
      await noticed(page, /the first of 3/);
      await page.click("#notice-action");
      await page.keyboard.press("v");
      await page.waitForSelector("#queue-save:not([hidden])");
      const { files } = await saved(page, "#queue-save");
      assert.equal([...files.keys()][0], "a.png");
      await page.waitForFunction(() => document.querySelectorAll('#queue-list [data-state="finished"]').length === 3);
      assert.equal(await page.textContent("#queue-save"), "Save 3 results as a ZIP");
    });
  });

  test("on the page, where the second took the style's place, can be painted in the style before it", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: QUICK });
      const photos = ["a", "b", "c"].map((name, n) => photo(`${name}.png`, 60 * n));
      await drop(page, { files: photos });
      await noticed(page, /^Used: a\.png and b\.png\. Not used: c\.png/);
      assert.equal(await page.textContent("#style-name"), "b.png");
      await page.getByRole("button", { name: "Paint each in the style of swirl" }).click();
      await page.waitForFunction(() => document.querySelector("#style-name")?.textContent === "swirl.png");
      await noticed(page, /3 of 3 photos are painted\./);
      const { files } = await saved(page, "#notice-action");
      assert.deepEqual(await Promise.all([...files.values()].map(async (bytes) => (await recipeOf(bytes)).styles[0].name)), ["swirl.png", "swirl.png", "swirl.png"]);
    });
  });

  test("in a folder are those in the folders within it too, in their order, and nothing else", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: QUICK });
      const files = [photo("10.png", 10), photo("2.png", 90), photo("b.png", 180)].map(({ buffer, ...file }) => ({ ...file, base64: buffer.toString("base64") }));
      // A drop of a folder that a script makes has no entries: those of one, as the browser gives them.
      await page.evaluate((given) => {
        const file = (/** @type {string} */ name, /** @type {string} */ folder, /** @type {File} */ content) =>
          ({ isFile: true, isDirectory: false, name, fullPath: `${folder}/${name}`, file: (/** @type {(file: File) => void} */ take) => take(content) });
        const folder = (/** @type {string} */ name, /** @type {object[]} */ entries) => ({
          isFile: false, isDirectory: true, name, fullPath: `/${name}`,
          createReader: () => { let left = [...entries]; return { readEntries: (/** @type {(some: object[]) => void} */ take) => { take(left.slice(0, 1)); left = left.slice(1); } }; },
        });
        const all = given.map(({ name, mimeType, base64 }) => new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: mimeType }));
        const [ten, two, b] = /** @type {[File, File, File]} */ (/** @type {unknown} */ (all));
        const root = folder("trip", [file("10.png", "/trip", ten), file("notes.txt", "/trip", new File(["words"], "notes.txt", { type: "text/plain" })), folder("more", [file("b.png", "/trip/more", b)]), file("2.png", "/trip", two)]);
        const data = new DataTransfer();
        data.items.add(new File([], "trip"));
        DataTransferItem.prototype.webkitGetAsEntry = () => /** @type {any} */ (root);
        document.querySelector("#stage")?.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
      }, files);
      assert.equal(await noticed(page, /pictures/), "Used: 2.png, the first of 3 pictures.");
      await page.click("#notice-action");
      await noticed(page, /3 of 3 photos are painted\./);
      assert.deepEqual([...(await saved(page, "#notice-action")).files.keys()], ["2.png", "10.png", "b.png"]);
      await waitFor(page, ["finished"]);
    });
  });
});
