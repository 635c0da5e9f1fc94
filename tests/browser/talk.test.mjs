// The talk: every step by keyboard, on numbers that are what they are said to be, and what closing it puts back.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, giveSettings, look, paint, report, save, waitFor } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";
import { alive, ASKING, drawn, goTo, inTalk, RECORDED, seeing, step, STEPS, talk } from "./talk-support.mjs";

describe("the talk", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("walks through every step by keyboard, each with pictures that are alive, and back to the run", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      for (const [n, id] of STEPS.entries()) {
        assert.equal(await step(page), id);
        assert.match((await page.textContent("#talk > [role=status]")) ?? "", new RegExp(`^${n + 1} of ${STEPS.length}: .{6}`));
        if (!RECORDED.includes(id)) await alive(page, `#step-${id}`);
        if (id !== "others") await drawn(page, `#step-${id}`);
        const on = ["ArrowRight", "PageDown", "Space"][n % 3] ?? "";
        if (ASKING.includes(id)) {
          await page.keyboard.press(on);
          assert.equal(await step(page), id, "first the answer");
          await page.waitForSelector(`#step-${id} .asked[data-answered]`);
        }
        await page.keyboard.press(on);
      }
      assert.equal(await step(page), "closing", "after the last comes nothing");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await step(page), "others");
      await page.keyboard.press("PageUp");
      assert.equal(await step(page), "keras");
      await page.keyboard.press("Home");
      assert.equal(await step(page), "opening");
      await page.keyboard.press("End");
      assert.equal(await step(page), "closing");
      await goTo(page, "gram");
      await goTo(page, "styles");
      assert.equal(await page.textContent("#talk .trouble"), "");
      assert.match(page.url(), /\?talk.*#styles$/);
      await page.keyboard.press("Escape");
      await page.waitForSelector("#talk", { state: "detached" });
      assert.doesNotMatch(page.url(), /talk|#/);
      await waitFor(page, ["painting"]);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
    });
  });

  test("opened by its address it begins a run of its own, on the examples, at the step that is named", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#variation`);
      await page.waitForSelector("#step-variation");
      await seeing(page);
      await drawn(page, "#step-variation");
      const { inputs, settings } = await report(page);
      assert.ok(inputs.length === 2 && settings.evaluations >= 2000);
      for (const key of ["b", "."]) {
        await page.keyboard.press(key);
        assert.ok(await page.isVisible("#talk .blank"), "a blank screen when the speaker wants one");
        await page.keyboard.press(key);
        assert.ok(await page.isHidden("#talk .blank"));
      }
    });
  });

  test("closed, it leaves nothing of its own run behind, nor of the settings that were turned on stage", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#weights`);
      await page.waitForSelector("#step-weights");
      await seeing(page);
      const weight = () => page.inputValue('#controls input[data-path="style.weight"], #groups input[data-path="style.weight"]');
      const before = await weight();
      await page.keyboard.press("ArrowUp");
      await page.waitForFunction((text) => /** @type {HTMLInputElement} */ (document.querySelector('input[data-path="style.weight"]')).value !== text, before);
      await page.keyboard.press("Escape");
      await waitFor(page, ["ready"]);
      assert.equal(await weight(), before);
      await page.waitForFunction(() => /Nothing is uploaded/.test(document.querySelector("#caption-text")?.textContent ?? ""));
      assert.equal(await page.textContent("#count"), "");
      assert.equal(await page.isDisabled("#save"), true);
      assert.equal(await report(page), null);
      await page.click("#show-history");
      await page.waitForSelector("#history-none:not([hidden])");
      await page.click("#history-close");
      await giveSettings(page, { size: 48, evaluations: 4 });
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.match((await page.textContent("#caption-text")) ?? "", /48 × 34 pixels/);
    });
  });

  test("closed, it puts back the result that its own run has replaced", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 12 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const { bytes } = await save(page);
      // Other pictures: the talk begins a run on them.
      await give(page, "content", png("other.png", 60, 60));
      await page.click("#help");
      await page.click("#open-talk");
      await page.waitForSelector("#talk[open]");
      await seeing(page);
      await page.click("#talk .walk .link");
      await page.waitForSelector("#talk.learn");
      assert.equal((await report(page)).settings.evaluations, 4000, "the article goes on with it");
      await page.keyboard.press("Escape");
      await waitFor(page, ["ready"]);
      assert.match((await page.textContent("#caption-title")) ?? "", /^photo, after swirl/);
      assert.ok((await save(page)).bytes.equals(bytes));
      assert.equal(await page.textContent("#content-name"), "other.png");
    });
  });

  test("the Gram matrix on stage is the product of the feature maps, multiplied here", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "style");
      await alive(page, "#step-style");
      await drawn(page, "#step-style");
      // Everything of one moment: the run waits meanwhile.
      await page.evaluate(() => document.getElementById("pause")?.click());
      await waitFor(page, ["paused"]);
      await page.waitForTimeout(1500);
      const found = /** @type {any} */ (
        await inTalk(
          page,
          `const layer = document.querySelector("#step-style .sum").dataset.layer;
           const { live } = talk.run;
           const order = [...await live.strongest(layer)];
           const [style, result] = await Promise.all(["style", "result"].map(async (of) => ({ ...await live.maps(of, layer, order), gram: [...await live.gram(of, layer)] })));
           const canvases = [...document.querySelectorAll("#step-style canvas")].map((canvas) => ({ side: canvas.width, light: [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0) }));
           return { order, canvases, style: { ...style, values: [...style.values] }, result: { ...result, values: [...result.values] }, shown: document.querySelector("#step-style .number b").textContent };`,
        )
      );
      const count = found.order.length;
      const product = (/** @type {any} */ { width, height, values }) => (/** @type {number} */ i, /** @type {number} */ j) => {
        const pixels = width * height;
        let sum = 0;
        for (let k = 0; k < pixels; k++) sum += values[i * pixels + k] * values[j * pixels + k];
        return sum / pixels;
      };
      let [distance, energy] = [0, 0];
      const of = { style: product(found.style), result: product(found.result) };
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          const [s, x] = [of.style(i, j), of.result(i, j)];
          const at = found.order[i] * count + found.order[j];
          for (const [mine, theirs] of [[s, found.style.gram[at]], [x, found.result.gram[at]]]) assert.ok(Math.abs(mine - theirs) <= 1e-4 * Math.max(Math.abs(mine), 1e-3), `${mine} is given as ${theirs}`);
          distance += (x - s) ** 2;
          energy += s ** 2;
        }
      }
      assert.ok(Math.abs(Number(found.shown) / (distance / energy) - 1) < 0.02, `${found.shown} is shown for ${distance / energy}`);
      // What is drawn is lighter where the product is larger: the result's first, the style's second.
      for (const [n, mine] of [[0, of.result], [1, of.style]]) {
        const { side, light } = found.canvases[/** @type {number} */ (n)];
        const pixels = Array.from({ length: side * side }, (_, i) => ({ light: Number(light[i]), value: Number(/** @type {any} */ (mine)(Math.floor(i / side), i % side)) })).sort((a, b) => a.value - b.value);
        const lights = pixels.map((pixel) => pixel.light);
        assert.deepEqual(lights, [...lights].sort((a, b) => a - b), "a larger value is drawn darker");
        assert.ok(Number(lights.at(-1)) > Number(lights[0]) + 60);
      }
    });
  });

  test("the numbers on stage are the run's own losses", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "variation");
      await alive(page, "#step-variation");
      await drawn(page, "#step-variation");
      await page.evaluate(() => document.getElementById("pause")?.click());
      await waitFor(page, ["paused"]);
      await page.waitForTimeout(1500);
      const tv = Number(await page.textContent("#step-variation .number b"));
      const [content, style, engineTv] = /** @type {number[]} */ (await inTalk(page, "return [...(await talk.run.live.gradients()).losses];"));
      assert.ok(tv > 0 && Math.abs(tv / /** @type {number} */ (engineTv) - 1) < 0.02, `${tv} here, ${engineTv} by the engine`);
      await goTo(page, "content");
      await alive(page, "#step-content");
      await page.waitForFunction(() => Number(document.querySelector("#step-content .number b")?.textContent) > 0);
      assert.ok(Math.abs(Number(await page.textContent("#step-content .number b")) / /** @type {number} */ (content) - 1) < 0.02);
      // Of the moving average that is shown, where the chart has the iterate's: near, not the same.
      const last = (await report(page)).losses.at(-1);
      assert.ok(/** @type {number} */ (style) < 2 * last.style + 0.1 && /** @type {number} */ (style) > 0.2 * last.style);
    });
  });

  test("any channel can be enlarged, with the keys and by pressing it", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "blocks");
      await alive(page, "#step-blocks");
      await drawn(page, "#step-blocks");
      await page.locator("#step-blocks .map").nth(3).click();
      await page.waitForSelector("#step-blocks .enlarged");
      await drawn(page, "#step-blocks .enlarged");
      const which = async () => (await page.textContent("#step-blocks .which")) ?? "";
      await page.waitForFunction(() => document.querySelector("#step-blocks .which")?.textContent);
      assert.match(await which(), /^conv4_1, channel \d+ of 128$/);
      const first = await which();
      // A control that was pressed is gone, and the keys go on working.
      await page.keyboard.press("ArrowUp");
      await page.waitForFunction((before) => document.querySelector("#step-blocks .which")?.textContent !== before, first);
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction((before) => document.querySelector("#step-blocks .which")?.textContent === before, first);
      await page.keyboard.press("Backspace");
      await page.waitForSelector("#step-blocks .grid");
    });
  });

  test("weights that are turned on stage reach the run", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "weights");
      const weights = async () => {
        const { settings } = await report(page);
        return [settings.content.weight, settings.style.weight, settings.tv.weight];
      };
      const before = await weights();
      await page.keyboard.press("ArrowUp");
      await page.waitForFunction((style) => /** @type {any} */ (window).pastiche.report().settings.style.weight > style, before[1], { timeout: 30_000 });
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction((tv) => /** @type {any} */ (window).pastiche.report().settings.tv.weight < tv, before[2], { timeout: 30_000 });
      await page.locator('[data-weight="content.weight"]').focus();
      await page.keyboard.press("End");
      await page.waitForFunction((content) => /** @type {any} */ (window).pastiche.report().settings.content.weight > 5 * content, before[0], { timeout: 30_000 });
      assert.equal((await look(page)).state, "painting");
    });
  });

  test("side by side, L-BFGS gets further than gradient descent with as many evaluations", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url);
      await goTo(page, "descent");
      const losses = () =>
        /** @type {Promise<number[][]>} */ (inTalk(page, `return [0, 1].map((n) => talk.talkEngine(n).losses.filter(({ evaluation }) => evaluation <= 60).map(({ total }) => total));`));
      await page.waitForFunction(() => (document.querySelector("#step-descent .descent")?.getAttribute("data-evaluations") ?? "0 0").split(" ").every((count) => Number(count) > 60), null, { timeout: 180_000 });
      const [plain = [], remembering = []] = await losses();
      assert.ok(plain.length > 5 && remembering.length > 5);
      assert.equal(plain[0], remembering[0], "they begin at the same place");
      assert.ok(/** @type {number} */ (plain.at(-1)) < 0.9 * /** @type {number} */ (plain[0]), "gradient descent goes down");
      assert.ok(/** @type {number} */ (remembering.at(-1)) < /** @type {number} */ (plain.at(-1)), `${remembering.at(-1)} with memory, ${plain.at(-1)} without`);
      // Away from the step they wait, and the run goes on.
      assert.equal((await look(page)).state, "paused");
      await page.keyboard.press("ArrowLeft");
      await waitFor(page, ["painting"]);
    });
  });
});
