// Before it paints: what it will cost is measured here, grows as it should, and a size that does not fit is refused with one that does.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { giveSettings, look, waitForError } from "../lib/page.mjs";
import { assertSentence, eventually, notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Waits until the bar says this. @param {Page} page @param {RegExp} what */
const said = (page, what) => page.waitForFunction((text) => new RegExp(text).test(document.querySelector("#estimate")?.textContent ?? ""), what.source, { timeout: 60_000 });

/** @param {Page} page */
const measured = (page) => page.waitForFunction(() => document.querySelector("#estimate")?.textContent, null, { timeout: 60_000 });

/** What the page reckons at a size. @param {Page} page @param {number} size @returns {Promise<{ seconds: number, bytes: number, largest: number }>} */
const reckon = (page, size) =>
  page.evaluate(async (wish) => {
    const { estimate, get, settings } = await import(new URL("web/app/main.js", document.baseURI).href);
    return estimate(get().pictures.content, { ...settings(), size: wish });
  }, size);

describe("an estimate", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("of memory is never less than what the engine then takes, and little more", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await measured(page);
      const size = 320;
      const { bytes } = await reckon(page, size);
      // The same painting in an engine of its own, whose memory can be looked at.
      const taken = await page.evaluate(async (wish) => {
        const at = (/** @type {string} */ file) => new URL(file, document.baseURI).href;
        const engine = await import(at("engine/cpu/browser.js"));
        await engine.default({ module_or_path: fetch(at("engine/cpu/browser_bg.wasm")) });
        await engine.start();
        const network = engine.Network.read(new Uint8Array(await (await fetch(at("weights/sketch.safetensors"))).arrayBuffer()));
        const { get, settings } = await import(at("web/app/main.js"));
        const { content, style } = get().pictures;
        const about = (/** @type {any} */ { name, sha256, width, height }) => ({ name, sha256, width, height });
        const job = { settings: { ...settings(), size: wish, evaluations: 5 }, content: about(content), styles: [about(style)], start: null };
        const pixels = (/** @type {any} */ { rgba }) => new Uint8Array(rgba);
        engine.memory_in_use();
        const session = await engine.Session.create(network, JSON.stringify(job), pixels(content), [pixels(style)], undefined);
        while (!JSON.parse(await session.step()).done);
        return engine.peak_memory();
      }, size);
      assert.ok(bytes >= taken && bytes < 1.4 * taken, `${(bytes / 1e6).toFixed(0)} MB were reckoned, ${(taken / 1e6).toFixed(0)} MB taken`);
    });
  });

  test("grows with the size, in time and memory, and the bar says it", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await measured(page);
      const [small, large] = [await reckon(page, 512), await reckon(page, 1024)];
      assert.ok(large.seconds > 2 * small.seconds && large.bytes > 2.5 * small.bytes && large.bytes < 4.5 * small.bytes, JSON.stringify([small, large]));
      assert.equal(small.largest, large.largest);
      await page.fill("#size", "512");
      await page.waitForFunction(() => /^512 ×/.test(document.querySelector("#caption-text")?.textContent ?? ""));
      const before = await page.textContent("#estimate");
      await page.fill("#size", "1024");
      await page.waitForFunction((old) => document.querySelector("#estimate")?.textContent !== old, before);
      assert.match((await page.textContent("#estimate")) ?? "", /about .*(s|min|h), .*(MB|GB)/);
      assert.match((await page.textContent("#caption-text")) ?? "", /^1024 ×/);
    });
  });

  test("warns of a size that does not fit, and Paint offers the largest that does", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      // With everything kept: computed again, as much as the size asks for, the first blocks let the largest size in.
      await measured(page);
      const { largest: again } = await reckon(page, 4096);
      await giveSettings(page, { network: { recompute: "none" } });
      await measured(page);
      await eventually(page, async (again) => {
        const { estimate, get, settings } = await import(new URL("web/app/main.js", document.baseURI).href);
        const now = await estimate(get().pictures.content, { ...settings(), size: 4096 });
        return now !== null && now.largest < again;
      }, again);
      const { largest } = await reckon(page, 4096);
      assert.ok(largest > 1024 && largest < 4096, `${largest}`);
      await page.fill("#size", "4096");
      await said(page, new RegExp(`too large.*${largest}`));
      await page.click("#paint");
      const sentence = await waitForError(page);
      assertSentence(sentence);
      assert.match(sentence, new RegExp(`${largest} pixels`));
      // Refused before it began: what was there before stays as it was.
      assert.equal((await look(page)).state, "ready");
      assert.match((await page.textContent("#error-action")) ?? "", new RegExp(`${largest}`));
      // The engine goes on, and so does what the bar says.
      await said(page, new RegExp(`too large.*${largest}`));
      await page.fill("#size", "64");
      await said(page, /^about /);
    });
  });

  test("gives way to a run that is asked for meanwhile", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      // In the middle of the probe, or before, or after it: whenever that falls, the run comes first.
      for (const wait of [1450, 1520, 1600]) {
        await page.check("#presets [value=reference]");
        await page.fill("#size", "48");
        await page.fill("#iterations", "6");
        await page.waitForTimeout(wait);
        await page.click("#paint");
        await page.waitForFunction(() => document.body.dataset.state === "finished", null, { timeout: 30_000 });
        assert.equal(await page.isVisible("#error"), false);
      }
      await measured(page);
    });
  });
});
