// The talk and the article: every step by keyboard, on numbers that are what they are said to be; from the page and back; without a network.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { give, giveSettings, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";
import { DIST, ISOLATED } from "../lib/server.mjs";
import { assertSentence, kept, notBuilt, noticed, ready, still, studio } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const STEPS = [
  "opening", "blend", "trace", "blocks", "content", "gram", "shuffle", "style", "layers", "variation", "gradient", "descent", "without", "weights", "raised", "styles",
  "iterations", "keras", "others", "closing",
];
/** Steps that ask a question first. */
const ASKING = ["descent", "without", "raised"];
/** Steps that paint many results before all of them are live, or show recorded ones alone. */
const RECORDED = ["layers", "keras"];

/** What the talk itself has to say: the module that the page has loaded. @param {Page} page @param {string} body of a function of `talk` */
const inTalk = (page, body) => page.evaluate(`(async () => { const talk = await import(new URL("web/talk/talk.js", document.baseURI).href); ${body} })()`);

/** Opens the talk on a small run of two pictures. @param {Page} page @param {string} url @param {"talk" | "learn"} [kind] */
async function talk(page, url, kind = "talk") {
  await ready(page, url, { settings: { size: 64, evaluations: 4000 } });
  await paint(page);
  await waitFor(page, ["painting"]);
  await page.click("#help");
  await page.click(`#open-${kind}`);
  await page.waitForSelector("#talk[open]");
  await seeing(page);
}

/** Waits for the engine that looks. @param {Page} page */
async function seeing(page) {
  for (let tries = 0; tries < 240; tries++) {
    if (await inTalk(page, "return talk.run.live.layers.length > 0 && talk.run.live.painting !== null;")) return;
    await page.waitForTimeout(250);
  }
  assert.fail(`nothing is seen: ${await page.textContent("#talk .trouble")}`);
}

/** Waits until what is on stage comes from the run. @param {Page} page @param {string} where */
const alive = (page, where) => page.waitForSelector(`${where} .room[data-source=live]`, { timeout: 90_000 });

/** Pictures of the step on stage that are not drawn. @param {Page} page */
const empty = (page) =>
  page.evaluate(() => {
    const room = document.querySelector("#talk .slide .room");
    const canvases = [...(room?.querySelectorAll("canvas") ?? [])];
    const blank = canvases.filter((canvas) => new Uint32Array(canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? new ArrayBuffer(4)).includes(0));
    return canvases.length === 0 && !room?.querySelector("table") ? ["no figure"] : blank.map((canvas) => canvas.getAttribute("aria-label") || canvas.className);
  });

/** Waits until every picture of what is on stage is drawn, and most have several colours. @param {Page} page @param {string} where */
async function drawn(page, where) {
  await page.waitForFunction(
    (selector) => {
      const canvases = [...document.querySelectorAll(`${selector} canvas`)];
      const colours = canvases.map((canvas) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
        const data = new Uint32Array(/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0));
        return data.includes(0) ? 0 : new Set(data).size;
      });
      // Nothing is left as it was made, transparent. A deep channel may find nothing in one of the pictures, and is dark there.
      return canvases.length > 0 && !colours.includes(0) && colours.filter((count) => count > 1).length >= 0.6 * canvases.length;
    },
    where,
    { timeout: 90_000 },
  );
}

/** The step on stage. @param {Page} page */
const step = (page) => page.getAttribute("#talk .slide", "data-step");

/** @param {Page} page @param {string} id */
async function goTo(page, id) {
  // Ends a number that was typed just before.
  await page.keyboard.press("Home");
  for (const digit of String(STEPS.indexOf(id) + 1)) await page.keyboard.press(digit);
  assert.equal(await step(page), id);
}

/** Has the workers of the page answer after `times` the time that they take. @param {number} times */
function slowWorkers(times) {
  const Native = Worker;
  window.Worker = class extends Native {
    /** @type {Map<number, number>} */
    sent = new Map();
    due = 0;
    /** @param {any} message @param {any} [transfer] */
    postMessage(message, transfer) {
      if (typeof message?.id === "number") this.sent.set(message.id, performance.now());
      super.postMessage(message, transfer);
    }
    /** @param {string} type @param {any} listener @param {any} [options] */
    addEventListener(type, listener, options) {
      if (type !== "message") return super.addEventListener(type, listener, options);
      super.addEventListener(type, (/** @type {any} */ event) => {
        const now = performance.now();
        const took = now - (this.sent.get(event.data?.id) ?? now);
        // In their order: an event does not overtake an answer.
        this.due = Math.max(this.due, now + (times - 1) * took);
        setTimeout(() => listener.call(this, event), this.due - now);
      }, options);
    }
  };
}

describe("the talk", { skip: notBuilt("cpu") }, () => {
  const at = studio();

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
      const weight = () => page.inputValue('#knobs input[data-path="style.weight"], #groups input[data-path="style.weight"]');
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
           const [style, painting] = await Promise.all(["style", "painting"].map(async (of) => ({ ...await live.maps(of, layer, order), gram: [...await live.gram(of, layer)] })));
           const canvases = [...document.querySelectorAll("#step-style canvas")].map((canvas) => ({ side: canvas.width, light: [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0) }));
           return { order, canvases, style: { ...style, values: [...style.values] }, painting: { ...painting, values: [...painting.values] }, shown: document.querySelector("#step-style .number b").textContent };`,
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
      const of = { style: product(found.style), painting: product(found.painting) };
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) {
          const [s, x] = [of.style(i, j), of.painting(i, j)];
          const at = found.order[i] * count + found.order[j];
          for (const [mine, theirs] of [[s, found.style.gram[at]], [x, found.painting.gram[at]]]) assert.ok(Math.abs(mine - theirs) <= 1e-4 * Math.max(Math.abs(mine), 1e-3), `${mine} is given as ${theirs}`);
          distance += (x - s) ** 2;
          energy += s ** 2;
        }
      }
      assert.ok(Math.abs(Number(found.shown) / (distance / energy) - 1) < 0.02, `${found.shown} is shown for ${distance / energy}`);
      // What is drawn is lighter where the product is larger: the painting's first, the style's second.
      for (const [n, mine] of [[0, of.painting], [1, of.style]]) {
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

describe("figures that are never empty", { skip: notBuilt("cpu") }, () => {
  const at = studio();

  test("with a worker that takes four times as long, every step shows its figures 300 ms after the key", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(slowWorkers, 4);
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch`);
      await page.waitForSelector("#step-opening .room[data-source]");
      for (const id of STEPS.slice(1)) {
        const stage = page.locator("#talk .slide-room");
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
      assert.ok(["kept", "live"].includes((await page.getAttribute("#step-content .room", "data-source")) ?? ""));
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
      await page.waitForSelector("#step-content .room[data-source=recorded]");
      await page.waitForSelector("#step-content .drawn-from.recorded:visible");
      const recorded = await loss();
      assert.notEqual(recorded, own);
      for (const id of ["blocks", "gradient", "layers", "descent"]) {
        await goTo(page, id);
        await page.waitForSelector(`#step-${id} .room[data-source=recorded]`);
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
  const at = studio({ site: { headers: ISOLATED, instead: (name) => (name.startsWith("engine/") && !name.startsWith("engine/cpu-threads/") ? null : undefined) } });

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
  const at = studio({ site: { instead: (name) => (name.startsWith("engine/") ? null : undefined) } });

  test("the talk says what is missing, and shows the recorded demonstration", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu`);
      await page.waitForFunction(() => document.querySelector("#talk .trouble")?.textContent, null, { timeout: 30_000 });
      const said = (await page.textContent("#talk .trouble")) ?? "";
      assertSentence(said);
      assert.match(said, /recorded/);
      for (const id of STEPS) {
        await goTo(page, id);
        if (id !== "others") await page.waitForSelector(`#step-${id} .room[data-source=recorded]`);
        assert.deepEqual(await empty(page), [], id);
      }
      assert.equal(await page.textContent("#talk .trouble"), said);
    });
  });
});

describe("the speaker", { skip: notBuilt("cpu") }, () => {
  const at = studio();

  test("has notes, a clock and the next step in a second window, which leads the talk too", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#gram`);
      await page.waitForSelector("#step-gram");
      const [notes] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("n")]);
      await notes.waitForSelector("#talk-notes h1");
      await notes.waitForFunction(() => document.querySelector("#talk-notes h1")?.textContent === "Style: what occurs together");
      assert.match((await notes.textContent("#talk-notes .note")) ?? "", /row/);
      assert.match((await notes.textContent("#talk-notes .coming")) ?? "", /^Next: Shuffled/);
      assert.match((await notes.textContent("#talk-notes .time")) ?? "", /^\d+:\d\d/);
      assert.equal(await notes.evaluate(() => window.pastiche.engine()), null, "it starts no engine");
      await notes.keyboard.press("PageDown");
      await page.waitForSelector("#step-shuffle");
      await notes.waitForFunction(() => /Shuffled/.test(document.querySelector("#talk-notes h1")?.textContent ?? ""));
      await notes.getByRole("button", { name: "Blank" }).click();
      await page.waitForSelector("#talk .blank:visible");
      // Five minutes: fewer steps, and the nearest one before stays.
      await notes.selectOption("#talk-plan", "5");
      await page.waitForSelector("#step-gram");
      const place = (await page.textContent("#talk .place")) ?? "";
      assert.ok(Number(place.split("/")[1]) <= 8, place);
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await notes.emulateMedia({ colorScheme });
        await notes.evaluate(AXE);
        const found = await notes.evaluate(async () => (await /** @type {any} */ (window).axe.run("#talk-notes", { resultTypes: ["violations"] })).violations.map((/** @type {any} */ each) => each.id));
        assert.deepEqual(found, [], colorScheme);
      }
    });
  });
});

describe("the article", { skip: notBuilt("cpu") }, () => {
  const at = studio();

  test("is readable without a run, from recorded figures, and printable", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?learn&engine=cpu&network=sketch`);
      await page.waitForFunction(() => document.querySelectorAll("#talk .room[data-source=recorded]").length === document.querySelectorAll("#talk .room").length - 1, null, { timeout: 30_000 });
      await waitFor(page, ["ready"]);
      assert.match((await page.textContent("#talk .lead")) ?? "", /recorded demonstration/);
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("#talk .room canvas")].filter((canvas) => new Uint32Array(/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(0, 0, 1, 1).data.buffer ?? new ArrayBuffer(4))[0] === 0).length), 0);
      const pdf = await page.pdf({ format: "A4", printBackground: true, margin: { top: "15mm", bottom: "15mm", left: "18mm", right: "18mm" } });
      const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
      assert.ok(pages >= 8 && pages <= 30, `${pages} pages`);
      // No figure is cut: each fits on a page and stands whole on it, and nothing is behind a scroll bar.
      await page.emulateMedia({ media: "print" });
      const plates = await page.locator("#talk .plate").evaluateAll((all) => all.map((plate) => ({ inside: getComputedStyle(plate).breakInside, height: plate.getBoundingClientRect().height })));
      assert.equal(plates.length, STEPS.length);
      for (const { inside, height } of plates) assert.ok(inside === "avoid" && height > 100 && height < 900, `${inside}, ${height} px`);
      assert.equal(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector("#talk .reading"))).overflowY), "visible");
      await page.emulateMedia({ media: null });
      await page.getByRole("button", { name: "Compute live" }).click();
      await waitFor(page, ["painting"]);
      await page.locator("#learn-content .room").scrollIntoViewIfNeeded();
      await page.waitForSelector("#learn-content .room[data-source=live]", { timeout: 90_000 });
    });
  });

  test("has every step, its formulas in MathML, figures that are alive, and its sources", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url, "learn");
      assert.match(page.url(), /\?learn/);
      assert.deepEqual(await page.locator("#talk [data-step]").evaluateAll((sections) => sections.map((section) => section.getAttribute("data-step"))), STEPS);
      const formulas = await page.locator("#talk math").evaluateAll((all) => all.map((math) => ({ aloud: math.getAttribute("aria-label") ?? "", width: math.getBoundingClientRect().width, parts: math.querySelectorAll("mi").length })));
      assert.ok(formulas.length >= 10);
      for (const { aloud, width, parts } of formulas) assert.ok(aloud.length > 10 && width > 40 && parts > 2, aloud);
      // A fraction is taller than a line: the browser lays the mathematics out.
      assert.ok(((await page.locator("#learn-gram mfrac").first().boundingBox())?.height ?? 0) > 30);
      for (const id of ["blend", "gram", "gradient"]) {
        await page.locator(`#learn-${id} .room`).scrollIntoViewIfNeeded();
        await drawn(page, `#learn-${id} .room`);
      }
      const cited = await page.locator("#talk a.cite").evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href") ?? ""))]);
      for (const href of cited) assert.equal(await page.locator(`#talk ${href} a`).count(), 1, href);
      for (const who of [/Gatys.*2015/, /Gatys.*2017/, /Simonyan.*Zisserman/, /Johnson/, /Keras/]) assert.match((await page.textContent("#learn-sources")) ?? "", who);
      await page.locator("#talk .contents a").nth(STEPS.indexOf("style")).click();
      await page.waitForFunction(() => Math.abs(document.querySelector("#learn-style")?.getBoundingClientRect().top ?? 1e4) < 300);
      await page.locator("#talk .reading-bar .link:visible").first().click();
      await page.waitForSelector("#talk.talk .slide");
      assert.match(page.url(), /\?talk/);
    });
  });
});

describe("talk and article", { skip: notBuilt("cpu") }, () => {
  const at = studio({ site: { mount: "/some/where/" } });

  test("the page does not load what nobody asked for", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /talk/.test(name)));
      assert.deepEqual(loaded, []);
    });
  });

  test("Back leads from either to the page as it was, Forward there again, and closing is as good as Back", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 12 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const url = page.url();
      const entries = await page.evaluate(() => history.length);
      const asBefore = async () => {
        await page.waitForSelector("#talk", { state: "detached" });
        await page.waitForFunction((address) => location.href === address, url);
        assert.equal((await look(page)).state, "finished");
        assert.equal(await page.textContent("#content-name"), "photo.png");
      };
      for (const kind of ["learn", "talk"]) {
        await page.click("#help");
        await page.click(`#open-${kind}`);
        await page.waitForSelector(`#talk.${kind}[open]`);
        assert.match(page.url(), new RegExp(`\\?${kind}`));
        await page.goBack();
        await asBefore();
        await page.goForward();
        await page.waitForSelector(`#talk.${kind}[open]`);
        await page.keyboard.press("Escape");
        await asBefore();
        assert.equal(await page.evaluate(() => history.length), entries + 1);
        assert.equal(await page.evaluate(() => document.activeElement?.id), "help");
      }
      await page.click("#help");
      const [other] = await Promise.all([page.context().waitForEvent("page"), page.click("#open-learn", { modifiers: ["Control"] })]);
      await other.waitForSelector("#talk.learn[open]");
      assert.equal(await page.locator("#talk").count(), 0);
    });
  });

  test("Back from the talk does not read the link again that the page was opened with", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" }, "#preset=painting&size=96");
      await waitFor(page, ["ready"]);
      assert.equal(await page.inputValue("#size"), "96");
      await noticed(page, /link are in use/);
      await page.click("#notice-close");
      await page.fill("#size", "64");
      await page.press("#size", "Tab");
      await page.click("#help");
      await page.click("#open-talk");
      await page.waitForSelector("#talk[open] .slide");
      await page.waitForFunction(() => location.hash === "#opening");
      await page.goBack();
      await page.waitForSelector("#talk", { state: "detached" });
      await waitFor(page, ["ready"]);
      assert.match(page.url(), /#preset=painting&size=96$/);
      assert.equal(await page.inputValue("#size"), "64");
      assert.ok(!(await page.isVisible("#notice")));
    });
  });

  test("both work without a network after the first visit, which need not have been to them", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page, ["talk/talk.js", "talk/talk.css"]);
      await page.context().setOffline(true);
      at.site.requests.length = 0;
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#gram`);
      await seeing(page);
      await drawn(page, "#step-gram");
      await goTo(page, "styles");
      await drawn(page, "#step-styles");
      await page.goto(`${at.site.url}?learn&engine=cpu&network=sketch`);
      await page.locator("#learn-content .room").scrollIntoViewIfNeeded();
      await drawn(page, "#learn-content .room");
      // The browser looks for a new version by itself; nothing that the talk needs is asked for.
      assert.deepEqual(at.site.requests.filter((request) => !request.path.endsWith("/sw.js")), []);
    });
  });

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`axe finds nothing in any step, nor in the article, ${colorScheme}`, async () => {
      await at.visit(
        async (page) => {
          const clean = async (/** @type {string} */ what) => {
            await still(page);
            const found = await page.evaluate(async () => {
              const { violations } = await /** @type {any} */ (window).axe.run("#talk", { resultTypes: ["violations"] });
              return violations.map((/** @type {any} */ each) => `${each.id}: ${each.nodes.map((/** @type {any} */ node) => node.target.join(" ")).join(", ")}`);
            });
            assert.deepEqual(found, [], what);
          };
          await talk(page, at.site.url);
          await page.evaluate(AXE);
          for (const id of STEPS) {
            await clean(id);
            if (id === "blocks") {
              await page.keyboard.press("Enter");
              await page.waitForSelector("#step-blocks .enlarged");
              await clean("a channel, enlarged");
            }
            await page.keyboard.press("ArrowRight");
          }
          await page.click("#talk .walk .link");
          await page.waitForSelector("#talk.learn");
          await clean("the article");
        },
        { colorScheme },
      );
    });
  }
});
