// A saved PNG says how it was painted; dropped on the page, it brings everything back, and painting again gives the same picture to the bit.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, giveMask, giveSettings, giveStyle, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { withHubAt } from "../lib/hub.mjs";
import { deleteHistory } from "./faults.mjs";
import { drop as dropOn, notBuilt, noticed, ONE_THREAD, ready, setUp } from "./support.mjs";

/** @param {import("playwright-core").Page} page @param {{name: string, bytes: Buffer}} file */
const drop = (page, { name, bytes }) => dropOn(page, { files: [{ name, mimeType: "image/png", buffer: bytes }] });

/** The keywords of a PNG's texts. @param {Buffer} bytes */
function keywords(bytes) {
  const found = [];
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (/^[iz]TXt|tEXt$/.test(bytes.toString("latin1", at + 4, at + 8))) found.push(bytes.toString("latin1", at + 8, bytes.indexOf(0, at + 8)));
  }
  return found;
}

/** The settings that the page has. @param {import("playwright-core").Page} page */
const settingsOf = (page) => page.evaluate(async () => JSON.stringify((await import(new URL("web/app/main.js", location.href).href)).settings()));

/** The recipe in a PNG, read as the specification says and not as the page does. @param {Buffer} bytes */
function recipe(bytes) {
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const [type, data] = [bytes.toString("latin1", at + 4, at + 8), bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))];
    if (type === "iTXt" && data.toString("latin1", 0, 9) === "Pastiche\0") return JSON.parse(data.toString("utf8", 13));
  }
  return null;
}

describe("a saved painting", { skip: notBuilt("cpu") }, () => {
  const at = setUp();
  const photo = pictures.png("Größe.png", 64, 48);
  const warm = pictures.png("warm.png", 64, 64, { hue: 20 });
  const cool = pictures.png("cool.png", 64, 64, { hue: 220 });
  const mask = pictures.png("left.png", 32, 32, { paint: (x) => (x < 16 ? 255 : 0) });
  const SETTINGS = { preset: "keep-colours", size: 48, evaluations: 30, scales: { on: false }, style: { blend: [1, 2] } };

  test("is painted again to the bit, settings changed on the way included, in a browser that has never seen it", async () => {
    /** @type {{name: string, bytes: Buffer}} */
    let saved = { name: "", bytes: Buffer.alloc(0) };
    /** @type {any} */
    let made;
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
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
          const control = /** @type {HTMLInputElement} */ (document.querySelector('input[data-path="strength"]'));
          control.value = "0.6";
          control.dispatchEvent(new Event("input"));
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
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
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
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      await giveSettings(page, { preset: "reference", size: 48, evaluations: 4000 });
      await giveMask(page, 0, mask);
      await paint(page);
      await page.waitForFunction(() => (/** @type {any} */ (window).pastiche.losses().length > 6));
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const saved = await save(page);
      const { evaluation } = recipe(saved.bytes);
      await deleteHistory(page, at.site.url);
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
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
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      const bytes = pictures.withText(photo.buffer, "Pastiche", '{"schema": 9}');
      await give(page, "content", { name: "with-recipe.png", mimeType: "image/png", buffer: bytes });
      assert.equal(await page.textContent("#content-name"), "with-recipe.png");
      assert.match((await page.textContent("#notice-text")) ?? "", /carries its settings/);
      await drop(page, { name: "with-recipe.png", bytes });
      await page.waitForSelector("#error:not([hidden])");
      assert.match((await look(page)).error, /another version/);
      // One that can be used takes the place of what was said.
      await giveSettings(page, { size: 32, evaluations: 4 });
      await giveStyle(page, 0, pictures.png("style.png", 32, 32, { hue: 40 }));
      await paint(page);
      await waitFor(page, ["finished"]);
      await drop(page, { name: "with-recipe.png", bytes });
      await page.waitForSelector("#error:not([hidden])");
      await drop(page, await save(page));
      await page.waitForFunction(() => /are restored|are in use/.test(document.querySelector("#notice-text")?.textContent ?? ""));
      assert.equal((await look(page)).error, "");
    });
  });

  test("of a photo that was cropped and turned asks for the photo, and crops and turns it again", async () => {
    /** @type {{name: string, bytes: Buffer}} */
    let saved = { name: "", bytes: Buffer.alloc(0) };
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 10 }, query: ONE_THREAD });
      await page.click("#content-crop");
      await page.waitForSelector("#crop[open]");
      await page.focus("#crop-se");
      for (let i = 0; i < 25; i++) await page.keyboard.press("ArrowLeft");
      await page.click("#turn-right");
      await page.click("#crop-use");
      await page.waitForFunction(() => !document.querySelector("#crop[open]"));
      await paint(page);
      await waitFor(page, ["finished"]);
      saved = await save(page);
    });
    const { content } = recipe(saved.bytes);
    assert.equal(content.name, "photo.png");
    assert.equal(content.crop.turns, 1);
    assert.ok(Math.abs(content.crop.bottom - 0.75) < 1e-9, JSON.stringify(content.crop));

    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      await drop(page, saved);
      const asked = await noticed(page, /made from/);
      for (const name of ["photo.png", "swirl.png"]) assert.ok(asked.includes(name), asked);
      await give(page, "content", pictures.png("photo.png", 64, 48));
      await give(page, "style", pictures.png("swirl.png", 56, 60, { hue: 40 }));
      await noticed(page, /pictures are restored/);
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.deepEqual(pictures.readPng((await save(page)).bytes).data, pictures.readPng(saved.bytes).data);
      // What is cropped again starts from the whole photo, as it was cropped.
      await page.click("#content-crop");
      await page.waitForSelector("#crop[open]");
      assert.equal(await page.textContent("#crop-size"), "48 × 48 pixels");
    });
  });

  test("keeps the place and the mask of a style that is missing, until it is chosen", async () => {
    const third = pictures.png("third.png", 64, 64, { hue: 120 });
    /** @type {{name: string, bytes: Buffer}} */
    let saved = { name: "", bytes: Buffer.alloc(0) };
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await give(page, "content", photo);
      for (const [n, style] of [warm, cool, third].entries()) await giveStyle(page, n, style);
      await giveMask(page, 1, mask);
      await giveSettings(page, { ...SETTINGS, evaluations: 8, style: { blend: [1, 2, 3] } });
      await paint(page);
      await waitFor(page, ["finished"]);
      saved = await save(page);
    });
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      // All but the second are there before the recipe is.
      await give(page, "content", photo);
      await giveStyle(page, 0, third);
      await giveStyle(page, 1, warm);
      await drop(page, saved);
      assert.match(await noticed(page, /made from/), /made from cool\.png: choose that file/);
      const rows = page.locator("#styles-list li");
      assert.deepEqual(await rows.locator(".name").allTextContents(), ["warm.png", "cool.png", "third.png"]);
      assert.deepEqual(await rows.locator("input[data-share]").evaluateAll((sliders) => sliders.map((slider) => /** @type {HTMLInputElement} */ (slider).value)), ["1", "2", "3"]);
      assert.ok(await page.isDisabled("#paint"), "it can be painted without its second style");
      await rows.nth(1).locator("input[type=file]").setInputFiles(cool);
      await noticed(page, /pictures are restored/);
      assert.deepEqual(await rows.locator("button[aria-pressed]").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-pressed"))), ["false", "true", "false"]);
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.deepEqual(pictures.readPng((await save(page)).bytes).data, pictures.readPng(saved.bytes).data);
    });
  });

  test("dropped together with its pictures, they find their places", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await give(page, "content", photo);
      await giveStyle(page, 0, warm);
      await giveSettings(page, { ...SETTINGS, evaluations: 4, style: { blend: [] } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const saved = await save(page);
      await deleteHistory(page, at.site.url);
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      await dropOn(page, { files: [cool, { name: "saved.png", mimeType: "image/png", buffer: saved.bytes }, warm, photo] });
      const said = await noticed(page, /Not used/);
      assert.match(said, /Not used, .*cool\.png\./);
      assert.match((await page.textContent("#notices")) ?? "", /pictures are restored/);
      assert.deepEqual([await page.textContent("#content-name"), await page.textContent("#style-name")], ["Größe.png", "warm.png"]);
    });
  });

  test("says of the machine nothing that was not asked for, and of the pictures what may be said", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await give(page, "content", photo);
      await giveStyle(page, 0, warm);
      await giveMask(page, 0, mask);
      await giveSettings(page, { ...SETTINGS, evaluations: 4, style: { blend: [] } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const agent = await page.evaluate(() => navigator.userAgent);
      const first = recipe((await save(page)).bytes);
      assert.deepEqual(["engine", "adapter", "threads", "browser"].filter((key) => key in first), []);
      assert.equal(first.content.name, "Größe.png");
      assert.match(first.styles[0].mask.png, /^data:image\/png;base64,/);

      /** @param {Record<string, boolean>} parts */
      const choose = async (parts) => {
        await page.click("#save-more");
        for (const [part, on] of Object.entries(parts)) await page.setChecked(`#carry-${part}`, on);
        await page.keyboard.press("Escape");
        return (await save(page)).bytes;
      };
      assert.deepEqual(recipe(await choose({ device: true })).browser, agent);
      const bare = await choose({ device: false, names: false, masks: false });
      const { content, styles } = recipe(bare);
      assert.deepEqual([content.name, styles[0].name, styles[0].mask.name, styles[0].mask.png], ["", "", "", null]);
      for (const name of ["Größe", "warm", "Mask of"]) assert.ok(!bare.includes(name), `${name} is in the file`);
      const nothing = await choose({ recipe: false });
      assert.deepEqual(keywords(nothing), []);

      // The choice holds on the next visit, and what was left out is said.
      await deleteHistory(page, at.site.url);
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      assert.equal(await page.isChecked("#carry-recipe"), false);
      await drop(page, { name: "bare.png", bytes: bare });
      assert.match(await noticed(page, /made from/), /made from a photo and a style: .*masks were not saved/);
      await give(page, "content", photo);
      await giveStyle(page, 0, warm);
      await noticed(page, /pictures are restored/);
    });
  });

  test("of an earlier version lacks settings that were added since: they have their defaults, not the preset's values", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { preset: "painting", size: 32, evaluations: 2 }, query: ONE_THREAD });
      await paint(page);
      await waitFor(page, ["finished"]);
      const good = recipe((await save(page)).bytes);
      assert.equal(good.settings.optimiser.preconditioner, 2);
      delete good.settings.optimiser.preconditioner;
      await drop(page, { name: "earlier.png", bytes: pictures.withText(photo.buffer, "Pastiche", JSON.stringify(good)) });
      await noticed(page, /restored/);
      const found = JSON.parse(await settingsOf(page));
      assert.deepEqual(found, { ...good.settings, optimiser: { ...good.settings.optimiser, preconditioner: 0 } });
    });
  });

  test("changes nothing where any of it is damaged, and fetches nothing that was not agreed to", async () => {
    /** @type {any} */
    let good;
    /** @type {Buffer} */
    let png = Buffer.alloc(0);
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { preset: "gentle", size: 32, evaluations: 2 }, query: ONE_THREAD });
      await paint(page);
      await waitFor(page, ["finished"]);
      png = (await save(page)).bytes;
      good = recipe(png);
    });
    const changes = [{ evaluation: 0, settings: { strength: 0.5 } }];
    /** @type {[string, object, RegExp][]} */
    const crafted = [
      ["a network that is almost one", { network: { ...good.network, id: "vgg19 " } }, /“network\.id”/],
      ["a mask that lies elsewhere", { styles: [{ ...good.styles[0], mask: { name: "m", sha256: "", png: `${at.site.url}web/pwa/icons/192.png` } }] }, /“styles\.0\.mask\.png”/],
      ["a mask that is no image", { styles: [{ ...good.styles[0], mask: { name: "m.png", sha256: "", png: "data:image/png;base64,AAAA" } }] }, /m\.png/],
      ["a setting that there is not", { settings: { ...good.settings, sizes: 9 } }, /sizes/],
      ["a value out of range", { settings: { ...good.settings, size: 1e6 } }, /size/i],
      ["a preset that there is not", { preset: "nothing" }, /nothing/],
      ["a change of what cannot change", { changes: [{ evaluation: 1, settings: { size: 64 } }] }, /“changes”/],
      ["a change out of range", { changes: [...changes, { evaluation: 1, settings: { strength: 1e9 } }] }, /strength|style/i],
      ["brackets without end", { settings: JSON.parse(`${'{"a":'.repeat(900)}1${"}".repeat(900)}`) }, /“settings/],
    ];
    await at.visit(async (page) => {
      /** @type {string[]} */
      const elsewhere = [];
      page.on("request", (request) => { if (!request.url().startsWith(at.site.url) && /^https?:/.test(request.url())) elsewhere.push(request.url()); });
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 12 }, query: ONE_THREAD });
      const before = [await settingsOf(page), await page.textContent("#content-name"), await page.textContent("#style-name")];
      for (const [what, change, says] of crafted) {
        await drop(page, { name: "crafted.png", bytes: pictures.withText(photo.buffer, "Pastiche", JSON.stringify({ ...good, ...change })) });
        await page.waitForFunction((source) => new RegExp(source, "i").test(document.querySelector("#error:not([hidden]) #error-text")?.textContent ?? ""), says.source);
        assert.match((await look(page)).error, /^The settings in crafted\.png cannot be used: /);
        assert.deepEqual([await settingsOf(page), await page.textContent("#content-name"), await page.textContent("#style-name")], before, what);
        assert.equal(await page.locator("dialog[open]").count(), 0);
        await page.click("#error-close");
      }
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.deepEqual((await report(page)).changes, []);
      assert.deepEqual(elsewhere, []);
    });
  });
});

describe("a recipe with a network that is not here", { skip: notBuilt("cpu") }, () => {
  const at = setUp({ site: { instead: withHubAt(() => "http://127.0.0.1:9/model.safetensors") } });

  test("asks before it fetches it, and without it the rest is restored", async () => {
    await at.visit(async (page) => {
      /** @type {string[]} */
      const elsewhere = [];
      page.on("request", (request) => { if (/:9\//.test(request.url())) elsewhere.push(request.url()); });
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 2 }, query: ONE_THREAD });
      await paint(page);
      await waitFor(page, ["finished"]);
      const { bytes } = await save(page);
      const other = { ...recipe(bytes), network: { id: "vgg19", name: "VGG-19", sha256: "0".repeat(64) } };
      await giveSettings(page, { size: 48, evaluations: 2 });
      await drop(page, { name: "far.png", bytes: pictures.withText(pictures.png("far.png", 16, 16).buffer, "Pastiche", JSON.stringify(other)) });
      await page.waitForSelector("dialog#consent[open]");
      assert.equal(await page.inputValue("#size"), "48", "settings were adopted before the rest");
      await page.click("#consent-cancel");
      await noticed(page, /pictures are restored\. .*made with VGG-19, which is not in use/);
      assert.equal(await page.inputValue("#size"), "32");
      assert.equal(await page.inputValue("#network"), "sketch");
      assert.deepEqual(elsewhere, []);
    });
  });
});
