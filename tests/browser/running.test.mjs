// While it paints: the page answers, Stop stops, a second run waits, a hidden tab goes on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, giveSettings, look, paint, report, save, waitFor } from "../lib/page.mjs";
import { difference, png, readPng } from "../lib/pictures.mjs";
import { notBuilt, ready, stepped, setUp } from "./support.mjs";

/** Steps of a second or so each on two old cores: time enough to notice a frozen page. */
const HEAVY = { size: 384, evaluations: 500 };

describe("while it paints", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("the page stays responsive", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: HEAVY });
      await paint(page);
      await waitFor(page, ["painting"]);
      await stepped(page, 2);
      const longest = await page.evaluate(async () => {
        let last = performance.now();
        let longest = 0;
        const end = last + 4000;
        while (last < end) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        }
        return longest;
      });
      assert.ok(longest < 250, `the page was frozen for ${longest.toFixed(0)} ms`);
      // And a click lands at once.
      const clicked = Date.now();
      await page.click("#pause");
      await page.waitForFunction(() => document.querySelector("#pause")?.textContent?.trim() === "Resume");
      assert.ok(Date.now() - clicked < 5000);
    });
  });

  test("Stop works within a second, even in the middle of a long step, and the last whole picture stays", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { ...HEAVY, size: 1024 } });
      await paint(page);
      await waitFor(page, ["painting"]);
      // The session is there, and its first step under way.
      await page.waitForFunction(() => /** @type {any} */ (window).pastiche.report() !== null, null, { timeout: 60_000 });
      const took = await page.evaluate(async () => {
        const start = performance.now();
        /** @type {HTMLElement} */ (document.querySelector("#stop")).click();
        while (document.body.dataset.state !== "stopped") {
          await new Promise((resolve) => setTimeout(resolve, 10));
          if (performance.now() - start > 10_000) break;
        }
        return performance.now() - start;
      });
      // A second to answer, and a moment to show it.
      assert.ok(took < 1300, `Stop took ${took.toFixed(0)} ms`);
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).pastiche.state()), "stopped");
      // The worker may have been killed: a new one must take over.
      await give(page, "content", png("next.png", 40, 40));
      await page.fill("#size", "32");
      await page.press("#size", "Tab");
      await page.fill("#iterations", "3");
      await page.press("#iterations", "Tab");
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.equal(readPng((await save(page)).bytes).width, 32);
    });
  });

  test("a picture stopped after some steps can be saved, and is the one that was shown", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 64, evaluations: 5000 } });
      await paint(page);
      await stepped(page, 10);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const saved = readPng((await save(page)).bytes);
      const shown = await page.evaluate(() => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
        const copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext("2d");
        context?.drawImage(canvas, 0, 0);
        return { width: canvas.width, height: canvas.height, data: Array.from(context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []) };
      });
      assert.deepEqual([saved.width, saved.height], [shown.width, shown.height]);
      assert.ok(difference(saved, { data: Uint8Array.from(shown.data) }) < 0.5);
    });
  });

  test("a run that is stopped before its first step puts back the result before it, which can be saved and continued as it was", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 4000 } });
      await paint(page);
      await stepped(page, 10);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const about = () =>
        page.evaluate(async () => {
          // The losses are drawn with the next frame.
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          const [caption, count, losses] = ["#caption", "#count", "#losses dl"].map((selector) => document.querySelector(selector)?.textContent);
          return { caption, count, losses, pixels: /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas")).toDataURL() };
        });
      const before = await about();
      const saved = (await save(page)).bytes;
      await giveSettings(page, { size: 1024, evaluations: 500, scales: { on: false } });
      await paint(page);
      await waitFor(page, ["painting"]);
      // The session is there, and its first picture on its way.
      await page.waitForFunction(() => /** @type {any} */ (window).pastiche.report()?.settings.size === 1024, null, { timeout: 60_000 });
      assert.equal(await page.textContent("#caption"), before.caption, "the result stays");
      assert.ok((await save(page)).bytes.equals(saved), "it is saved with its own recipe");
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      assert.equal((await look(page)).status, "Stopped before there was a result.");
      assert.deepEqual(await about(), before);
      assert.ok((await save(page)).bytes.equals(saved));
      await page.click("#go-on");
      await waitFor(page, ["painting"]);
      assert.equal((await report(page)).settings.size, 48);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
    });
  });

  test("a run that ends where it started shows its own result, not the one before it", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { preset: "painting", size: 48, evaluations: 6 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      // The first evaluation of L-BFGS is of what it starts from.
      await giveSettings(page, { preset: "painting", size: 32, evaluations: 1 });
      await paint(page);
      await page.waitForFunction(() => document.querySelector("#caption-text")?.textContent?.startsWith("32 × "));
      await waitFor(page, ["finished"]);
      assert.equal(readPng((await save(page)).bytes).width, 32);
      assert.equal((await report(page)).settings.evaluations, 1);
    });
  });

  test("a second run cannot be started while one runs, and a new picture waits for the next", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 96, evaluations: 60 } });
      await paint(page);
      await stepped(page, 2);
      // Whether the button is greyed out or ignores the press: nothing may start over.
      await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#paint")).click());
      await page.setInputFiles("#style-file", png("late.png", 40, 40, { hue: 90 }));
      await page.waitForFunction(() => document.querySelector("#style-name")?.textContent === "late.png");
      const view = await look(page);
      assert.ok(["painting", "finished"].includes(view.state), `the page is ${view.state}`);
      await waitFor(page, ["finished"]);
      const first = await report(page);
      assert.equal(first.evaluations, 60);
      assert.equal(first.inputs.find((/** @type {any} */ input) => input.role === "style").name, "swirl.png");
    });
  });

  test("a tab that is hidden and shown again goes on painting", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 64, evaluations: 3000 } });
      await paint(page);
      await stepped(page, 2);
      const hide = (/** @type {boolean} */ hidden) =>
        page.evaluate((state) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => state });
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (state ? "hidden" : "visible") });
          document.dispatchEvent(new Event("visibilitychange"));
        }, hidden);
      await hide(true);
      await stepped(page, (await look(page)).value + 3);
      await hide(false);
      const { value } = await look(page);
      await stepped(page, value + 3);
      assert.equal((await look(page)).state, "painting");
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
    });
  });

  test("a weight that is changed in the middle changes the picture", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 4000 } });
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
      await paint(page);
      await stepped(page, 5);
      const control = page.locator('input[data-path="content.weight"]').first();
      await control.fill("5");
      await control.press("Tab");
      await stepped(page, (await look(page)).value + 150);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      const { losses, settings } = await report(page);
      assert.equal(settings.content.weight, 5);
      const worst = Math.max(...losses.map((/** @type {any} */ loss) => loss.content));
      assert.ok(losses.at(-1).content < worst, "content counts for a hundred times more, and the content loss did not fall");
    });
  });

  test("a preview comes at least once a second or once an iteration", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 128, evaluations: 500 } });
      await paint(page);
      await stepped(page, 2);
      const changes = await page.evaluate(async () => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
        const small = new OffscreenCanvas(32, 32);
        const context = small.getContext("2d", { willReadFrequently: true });
        let changes = 0;
        let last = "";
        const end = performance.now() + 6000;
        while (performance.now() < end) {
          context?.drawImage(canvas, 0, 0, 32, 32);
          const now = String(context?.getImageData(0, 0, 32, 32).data);
          if (now !== last) changes += 1;
          last = now;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return changes;
      });
      assert.ok(changes >= 4, `the picture changed ${changes} times in 6 s`);
    });
  });
});
