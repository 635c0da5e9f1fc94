// The figures of the talk are never empty: computed ahead, kept, or recorded, and with whatever engine there is.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { waitFor } from "../lib/page.mjs";
import { DIST, ISOLATED } from "../lib/server.mjs";
import { assertSentence, notBuilt, setUp } from "./support.mjs";
import { alive, ASKING, drawn, empty, goTo, inTalk, slowWorkers, step, STEPS, talk } from "./talk-support.mjs";

describe("figures that are never empty", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("with a worker that takes four times as long, every step shows its figures 300 ms after the key", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(slowWorkers, 4);
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch`);
      await page.waitForSelector("#step-opening .figure-area[data-source]");
      for (const id of STEPS.slice(1)) {
        const stage = page.locator("#talk .slide-area");
        await stage.focus();
        // Questions are answered on the way.
        if (ASKING.includes((await step(page)) ?? "")) await page.keyboard.press("PageDown");
        await page.keyboard.press("PageDown");
        await page.waitForTimeout(300);
        assert.equal(await step(page), id);
        assert.deepEqual(await empty(page), [], id);
      }
    });
  });

  test("what comes next is computed while this is shown, and what was computed is kept", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "blend");
      await page.keyboard.press("ArrowRight");
      await alive(page, "#step-trace");
      await page.click("#talk .walk .back");
      // Of the step that is not shown the run's own weights have come.
      await inTalk(page, "for (let n = 0; n < 400; n++) { try { await talk.run.kept.firstConvolution(); await talk.run.kept.strongest('conv1_1'); return; } catch { await new Promise((next) => setTimeout(next, 50)); } } throw new Error('nothing is computed ahead');");
      await goTo(page, "content");
      await alive(page, "#step-content");
      await page.evaluate(() => document.getElementById("stop")?.click());
      await waitFor(page, ["stopped"]);
      await goTo(page, "opening");
      await goTo(page, "content");
      // The engine that looks is gone: what it said is still there.
      assert.ok(["kept", "live"].includes((await page.getAttribute("#step-content .figure-area", "data-source")) ?? ""));
    });
  });

  test("R shows the recorded demonstration and the run again, and says which", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "content");
      await alive(page, "#step-content");
      const loss = () => page.textContent("#step-content .number b");
      const own = await loss();
      await page.keyboard.press("r");
      await page.waitForSelector("#step-content .figure-area[data-source=recorded]");
      await page.waitForSelector("#step-content .drawn-from.recorded:visible");
      const recorded = await loss();
      assert.notEqual(recorded, own);
      for (const id of ["blocks", "gradient", "layers", "descent"]) {
        await goTo(page, id);
        await page.waitForSelector(`#step-${id} .figure-area[data-source=recorded]`);
        assert.deepEqual(await empty(page), [], id);
      }
      await goTo(page, "content");
      assert.equal(await loss(), recorded);
      await page.keyboard.press("r");
      await alive(page, "#step-content");
    });
  });

  test("the traced number is the engine's own, up to the scale of the layer", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "trace");
      await alive(page, "#step-trace");
      const found = /** @type {any} */ (
        await inTalk(
          page,
          `const { live } = talk.run;
           const order = [...await live.strongest("conv1_1")].slice(0, 4);
           const first = await live.firstConvolution();
           const engine = await live.maps("content", "conv1_1", order);
           const mine = order.map((channel) => [...talk.convolution.channelMap(first, live.pair.content, channel).values]);
           return { mine, width: engine.width, height: engine.height, engine: [...engine.values], shown: document.querySelector("#step-trace .trace").dataset };`,
        )
      );
      const pixels = found.width * found.height;
      /** @type {number[]} */
      const ratios = [];
      found.mine.forEach((/** @type {number[]} */ map, /** @type {number} */ n) => {
        for (let y = 1; y < found.height - 1; y++) for (let x = 1; x < found.width - 1; x++) {
          const [own, theirs] = [Number(map[(y - 1) * (found.width - 2) + x - 1]), Number(found.engine[n * pixels + y * found.width + x])];
          if (own > 5) ratios.push(theirs / own);
        }
      });
      assert.ok(ratios.length > 500);
      const middle = /** @type {number} */ ([...ratios].sort((a, b) => a - b)[ratios.length >> 1]);
      assert.ok(ratios.every((ratio) => Math.abs(ratio / middle - 1) < 0.01), `from ${Math.min(...ratios)} to ${Math.max(...ratios)}`);
      assert.equal(Math.log2(middle) % 1, 0, "a power of two");
      // Another pixel, another number; and the sum on the page comes to what it says.
      const box = await page.locator("#step-trace canvas").first().boundingBox();
      await page.mouse.move((box?.x ?? 0) + 0.8 * (box?.width ?? 0), (box?.y ?? 0) + 0.7 * (box?.height ?? 0));
      assert.notDeepEqual(await page.evaluate(() => ({ .../** @type {HTMLElement} */ (document.querySelector("#step-trace .trace")).dataset })), found.shown);
      const cells = await page.locator("#step-trace .taps span").allTextContents();
      assert.equal(cells.length, 54);
      assert.ok(cells.every((text) => /^−?[\d.]+$/.test(text)), cells.join(" "));
    });
  });

  test("shuffled maps have the same Gram matrix, and Enter shuffles again", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "shuffle");
      await drawn(page, "#step-shuffle");
      const pixels = () => page.evaluate(() => [...document.querySelectorAll("#step-shuffle .both canvas")].map((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL()));
      const before = await pixels();
      assert.equal(before.length, 8);
      assert.ok(Number(await page.getAttribute("#step-shuffle .shuffled", "data-difference")) < 1e-5);
      assert.notEqual(before[0], before[4], "the maps are others");
      assert.equal(before[3], before[7], "the matrix is the same");
    });
  });
});

describe("where there is only one bundle of the engine", { skip: existsSync(path.join(DIST, "engine/cpu-threads/browser.js")) ? false : "the cpu engine with threads is not built" }, () => {
  const at = setUp({ site: { headers: ISOLATED, instead: (name) => (name.startsWith("engine/") && !name.startsWith("engine/cpu-threads/") ? null : undefined) } });

  test("the talk's own engines use it too", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      assert.equal((await page.evaluate(() => window.pastiche.engine()))?.bundle, "cpu-threads");
      for (const id of ["blocks", "gradient", "descent"]) {
        await goTo(page, id);
        await alive(page, `#step-${id}`);
        await drawn(page, `#step-${id}`);
      }
      assert.equal(await page.textContent("#talk .trouble"), "");
    });
  });
});

describe("where there is no engine at all", () => {
  const at = setUp({ site: { instead: (name) => (name.startsWith("engine/") ? null : undefined) } });

  test("the talk says what is missing, and shows the recorded demonstration", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu`);
      await page.waitForFunction(() => document.querySelector("#talk .trouble")?.textContent, null, { timeout: 30_000 });
      const said = (await page.textContent("#talk .trouble")) ?? "";
      assertSentence(said);
      assert.match(said, /recorded/);
      for (const id of STEPS) {
        await goTo(page, id);
        if (id !== "others") await page.waitForSelector(`#step-${id} .figure-area[data-source=recorded]`);
        assert.deepEqual(await empty(page), [], id);
      }
      assert.equal(await page.textContent("#talk .trouble"), said);
    });
  });
});
