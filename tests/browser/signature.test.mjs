// A saved PNG says how it was painted; dropped on the page, it brings everything back, and painting again gives the same picture to the bit.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, giveMask, giveSettings, giveStyle, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { notBuilt, studio } from "./support.mjs";

/** @param {import("playwright-core").Page} page @param {{name: string, bytes: Buffer}} file */
async function drop(page, { name, bytes }) {
  const data = await page.evaluateHandle(([called, base64]) => {
    const transfer = new DataTransfer();
    const binary = Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([binary], called ?? "", { type: "image/png" }));
    return transfer;
  }, [name, bytes.toString("base64")]);
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent("#stage", type, { dataTransfer: data });
}

/** The recipe in a PNG, read as the specification says and not as the page does. @param {Buffer} bytes */
function recipe(bytes) {
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const [type, data] = [bytes.toString("latin1", at + 4, at + 8), bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))];
    if (type === "iTXt" && data.toString("latin1", 0, 9) === "Pastiche\0") return JSON.parse(data.toString("utf8", 13));
  }
  return null;
}

describe("a saved painting", { skip: notBuilt("cpu") }, () => {
  const at = studio();
  const photo = pictures.png("Größe.png", 64, 48);
  const warm = pictures.png("warm.png", 64, 64, { hue: 20 });
  const cool = pictures.png("cool.png", 64, 64, { hue: 220 });
  const mask = pictures.png("left.png", 32, 32, { paint: (x) => (x < 16 ? 255 : 0) });
  const SETTINGS = { preset: "keep-colours", size: 48, evaluations: 30, scales: { on: false }, style: { blend: [1, 2] } };

  test("is painted again to the bit, knobs turned on the way included, in a browser that has never seen it", async () => {
    /** @type {{name: string, bytes: Buffer}} */
    let saved = { name: "", bytes: Buffer.alloc(0) };
    /** @type {any} */
    let made;
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await give(page, "content", photo);
      await giveStyle(page, 0, warm);
      await giveStyle(page, 1, cool);
      await giveMask(page, 1, mask);
      await giveSettings(page, SETTINGS);
      await page.evaluate(() => {
        // Turned while it paints, at whatever step that falls on.
        const watch = setInterval(() => {
          if (document.body.dataset.state !== "painting") return;
          clearInterval(watch);
          const knob = /** @type {HTMLInputElement} */ (document.querySelector('input[data-path="strength"]'));
          knob.value = "0.6";
          knob.dispatchEvent(new Event("input"));
        }, 1);
      });
      await paint(page);
      await waitFor(page, ["finished"]);
      made = await report(page);
      saved = await save(page);
    });
    const { content, styles, changes, settings, network, evaluation, program } = recipe(saved.bytes);
    assert.equal(content.name, "Größe.png");
    assert.deepEqual(styles.map((/** @type {any} */ style) => [style.name, style.mask?.name ?? null]), [["warm.png", null], ["cool.png", "Mask of cool.png"]]);
    assert.match(styles[0].sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual([settings, changes, evaluation, network.sha256], [made.settings, made.changes, 30, made.network.sha256]);
    assert.match(program.version, /^\d/);

    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await drop(page, saved);
      await page.waitForFunction(() => /made from/.test(document.querySelector("#notice-text")?.textContent ?? ""));
      const asked = await page.textContent("#notice-text");
      for (const name of ["Größe.png", "warm.png", "cool.png"]) assert.match(asked ?? "", new RegExp(name));
      await give(page, "content", photo);
      await giveStyle(page, 0, warm);
      await giveStyle(page, 1, cool);
      await giveMask(page, 1, mask);
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.deepEqual((await report(page)).changes, made.changes);
      assert.deepEqual(pictures.readPng((await save(page)).bytes).data, pictures.readPng(saved.bytes).data);
    });
  });

  test("brings its examples and masks back by itself, and pauses where it was saved", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await giveSettings(page, { preset: "reference", size: 48, evaluations: 4000 });
      await giveMask(page, 0, mask);
      await paint(page);
      await page.waitForFunction(() => (/** @type {any} */ (window).pastiche.losses().length > 6));
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const saved = await save(page);
      const { evaluation } = recipe(saved.bytes);
      await page.evaluate(() => indexedDB.deleteDatabase("pastiche"));
      await page.reload();
      await waitFor(page, ["ready"]);
      await drop(page, saved);
      await page.waitForFunction(() => /pictures are restored/.test(document.querySelector("#notice-text")?.textContent ?? ""));
      assert.equal(await page.getAttribute("#style-mask", "aria-pressed"), "true");
      await paint(page);
      await waitFor(page, ["paused"]);
      assert.equal((await report(page)).evaluations, evaluation);
      assert.deepEqual(pictures.readPng((await save(page)).bytes).data, pictures.readPng(saved.bytes).data);
    });
  });

  test("chosen as a picture it is one, and a recipe that makes no sense is refused with a sentence", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      const bytes = pictures.withText(photo.buffer, "Pastiche", '{"schema": 9}');
      await give(page, "content", { name: "signed.png", mimeType: "image/png", buffer: bytes });
      assert.equal(await page.textContent("#content-name"), "signed.png");
      assert.match((await page.textContent("#notice-text")) ?? "", /carries its settings/);
      await drop(page, { name: "signed.png", bytes });
      await page.waitForSelector("#error:not([hidden])");
      assert.match((await look(page)).error, /another version/);
    });
  });
});
