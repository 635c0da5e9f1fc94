// When the engine breaks: it dies, falls silent, does not arrive, or has no memory left. The run goes on or ends with a sentence, and the next one works.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { withFile } from "../lib/checksums.mjs";
import { look, open, paint, report, save, waitFor, waitForError } from "../lib/page.mjs";
import { difference, png, readPng } from "../lib/pictures.mjs";
import { DIST } from "../lib/server.mjs";
import { withMemory } from "../lib/wasm-memory.mjs";
import { assertSentence, holdBack, killEngine, notBuilt, noteWorkers, QUICK, ready, stepped, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const RUN = { size: 48, evaluations: 400 };

/** Waits until the page says that a run was taken up again. @param {Page} page */
const recovered = (page) => page.waitForFunction(() => /started again/.test(document.querySelector("#notice-text")?.textContent ?? ""), null, { timeout: 30_000 });

describe("an engine that breaks in the middle of a run", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("is started again, and the run comes to the same picture", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await ready(page, at.site.url, { settings: RUN });
      await paint(page);
      await waitFor(page, ["painting"]);
      await waitFor(page, ["finished"]);
      const straight = readPng((await save(page)).bytes);
      const evaluations = async () => (await report(page)).losses.map((/** @type {any} */ row) => row.evaluation);
      const all = await evaluations();

      await paint(page);
      await stepped(page, 100);
      await killEngine(page);
      await recovered(page);
      assert.equal((await look(page)).state, "painting");
      assert.equal((await look(page)).error, "");
      await waitFor(page, ["finished"]);
      assert.equal(difference(readPng((await save(page)).bytes), straight), 0, "another picture");
      assert.deepEqual(await evaluations(), all, "a step is missing in the report, or in it twice");
      assert.deepEqual((await page.evaluate(() => window.pastiche.losses())).map(({ evaluation }) => evaluation), all, "and in the chart");
    });
  });

  test("is started again in a pause, which goes on", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await ready(page, at.site.url, { settings: RUN });
      await paint(page);
      await stepped(page, 20);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      await killEngine(page);
      await recovered(page);
      assert.equal((await look(page)).state, "paused");
      await page.click("#pause");
      await waitFor(page, ["finished"]);
      assert.equal((await report(page)).evaluations, RUN.evaluations);
    });
  });

  test("for the second time ends the run, which can be continued, and the result stays", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await ready(page, at.site.url, { settings: RUN });
      await paint(page);
      await stepped(page, 30);
      await killEngine(page);
      await recovered(page);
      await stepped(page, 60);
      await killEngine(page);
      const sentence = await waitForError(page);
      assertSentence(sentence);
      assert.equal((await look(page)).state, "failed");
      assert.ok(readPng((await save(page)).bytes).width === 48);
      await page.click("#go-on");
      await waitFor(page, ["painting"], { known: sentence });
      await waitFor(page, ["finished"]);
      assert.equal((await report(page)).evaluations, RUN.evaluations);
    });
  });

  test("without an event is noticed, and the run goes on", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await page.clock.install();
      await ready(page, at.site.url, { settings: { ...RUN, evaluations: 4000 } });
      await paint(page);
      await stepped(page, 20);
      await killEngine(page, true);
      await page.clock.runFor(35_000);
      await recovered(page);
      await stepped(page, (await look(page)).value + 5);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
    });
  });

  test("sends its losses once, and the whole report when it pauses", async () => {
    await at.visit(async (page) => {
      await noteWorkers(page);
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 4000 } });
      await paint(page);
      await stepped(page, 200);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      await page.waitForFunction(() => (window.pastiche.report()?.losses.length ?? 0) > 100);
      const previews = await page.evaluate(() => /** @type {any} */ (globalThis).noted.messages.filter((/** @type {any} */ each) => each.event === "preview").map((/** @type {any} */ { rgba: _, ...rest }) => JSON.stringify(rest).length));
      assert.ok(previews.length > 3, `${previews.length} previews`);
      assert.ok(Math.max(...previews) < 300, `a preview of ${Math.max(...previews)} bytes besides its pixels`);
      await page.waitForFunction(() => window.pastiche.losses().length === window.pastiche.report()?.losses.length);
    });
  });
});

describe("an engine that does not arrive", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("is said after half a minute, and can be tried again", async () => {
    await at.visit(async (page) => {
      const release = await holdBack(page, "**/browser_bg.wasm");
      await page.clock.install();
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await page.waitForSelector("#loading:not([hidden])");
      await page.clock.runFor(40_000);
      assertSentence(await waitForError(page));
      assert.match((await look(page)).error, /does not arrive/);
      release();
      await page.click("#error-action");
      await waitFor(page, ["ready"]);
    });
  });

  test("and then comes does not paint by itself once other pictures were chosen", async () => {
    await at.visit(async (page) => {
      for (const other of [false, true]) {
        const release = await holdBack(page, "**/browser_bg.wasm");
        await open(page, at.site.url, { engine: "cpu", network: "sketch", paint: "", size: "32", iterations: "2" });
        await page.waitForFunction(() => document.querySelectorAll("#content-pick.filled, #style-pick.filled").length === 2);
        if (other) {
          await page.setInputFiles("#content-file", png("other.png", 40, 40));
          await page.waitForFunction(() => /other/.test(document.querySelector("#content-name")?.textContent ?? ""));
        }
        release();
        await waitFor(page, other ? ["ready"] : ["painting", "finished"]);
        if (other) {
          // The plan of what is chosen has come: a run would have asked for its own before.
          await page.waitForFunction(() => /32 ×/.test(document.querySelector("#caption-text")?.textContent ?? ""));
          assert.equal((await look(page)).state, "ready");
        }
        await page.context().unrouteAll({ behavior: "ignoreErrors" });
      }
    });
  });

  test("can be cancelled, and tried again", async () => {
    await at.visit(async (page) => {
      const release = await holdBack(page, "**/browser_bg.wasm");
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await page.click("#loading-cancel", { timeout: 10_000 });
      assert.match(await waitForError(page), /stopped/);
      assert.ok(!(await page.isVisible("#loading")));
      release();
      await page.click("#error-action");
      await waitFor(page, ["ready"]);
    });
  });
});

describe("a site that lacks a file of the engine", { skip: notBuilt("cpu") }, () => {
  /** @type {string | null} */
  let missing = null;
  const at = setUp({ site: { instead: (name) => (name === missing ? null : undefined) } });

  for (const file of ["web/engine/host-worker.js", "engine/cpu/browser.js", "engine/cpu/browser_bg.wasm"]) {
    test(`${file}: it says that it could not be fetched`, async () => {
      await at.visit(async (page) => {
        missing = file;
        await open(page, at.site.url, { engine: "cpu", network: "sketch" });
        const sentence = await waitForError(page);
        assertSentence(sentence);
        assert.match(sentence, /could not be fetched/);
        missing = null;
        await page.click("#error-action");
        await waitFor(page, ["ready"]);
      });
    });
  }

  test("examples: none are offered, and nothing waits for any", async () => {
    await at.visit(async (page) => {
      missing = "web/examples/examples.json";
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["empty"]);
      await page.waitForSelector("#try", { state: "hidden" });
      missing = null;
    });
  });
});

describe("an engine without memory", { skip: notBuilt("cpu") }, () => {
  let more = 0;
  const wasm = "engine/cpu/browser_bg.wasm";
  const at = setUp({ site: { instead: (name) => (more > 0 ? withFile(name, wasm, withMemory(readFileSync(path.join(DIST, wasm)), more)) : undefined) } });

  // With the least of them nothing fits.
  for (const megabytes of [12, 24, 48, 64]) {
    test(`says so by name, offers a smaller size${megabytes < 48 ? "" : ", and paints what fits"} (${megabytes} MB)`, async () => {
      await at.visit(async (page) => {
        more = megabytes * 2 ** 20;
        await ready(page, at.site.url, { settings: { ...QUICK, size: 320 } });
        await paint(page);
        const sentence = await waitForError(page, 60_000);
        assertSentence(sentence);
        assert.match(sentence, /memory/);
        assert.match((await page.textContent("#error-action")) ?? "", /^Paint at \d+$/);
        assert.equal((await look(page)).state, "failed");
        if (megabytes < 48) return;
        await page.fill("#size", "16");
        await page.press("#size", "Tab");
        await paint(page);
        await waitFor(page, ["finished"], { known: sentence });
      });
    });
  }
});
