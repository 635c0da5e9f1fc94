// A monkey at the page: seeded clicks, keys, drags, touches and files, at two widths. After each the page must be in a known state, with no
// error let escape, and not busy for more than a minute; and a run of the same kind may not leave more of WebAssembly's memory in use after each quarter
// of the actions. The work of `./dev monkey`; the same seed does the same again.

import path from "node:path";
import { parseArgs } from "node:util";

import { launch } from "./lib/chromium.mjs";
import { EXIT, guard, say } from "./lib/failures.mjs";
import { measure, watchWorkers } from "./lib/memory.mjs";
import { give, giveSettings, look, open, paintToEnd, waitFor } from "./lib/page.mjs";
import * as pictures from "./lib/pictures.mjs";
import { DIST, serve } from "./lib/server.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./lib/memory.mjs").Held} Held */
/** @typedef {{ x: number, y: number }} Point */

guard();
const { actions, seed } = readArguments();
/** @type {import("./lib/page.mjs").State[]} */
const STATES = ["empty", "loading", "ready", "painting", "paused", "finished", "stopped", "failed"];
const SETTLED = STATES.filter((state) => state !== "loading");
/** Longer than this nothing may be waited for, in milliseconds. */
const TIMEOUT = 60_000;
/** Actions between two looks at the memory, and without an engine, before the processor is chosen. */
const [LOOK, WITHOUT] = [100, 25];
/**
 * Looks at the memory at rest. What kernels keep as their workspace is that of the largest layer so far (5 MB more once VGG-19 has painted, whenever
 * that is): a step up is no leak, which would be more at every look.
 */
const RESTS = 4;
/** More than this from one look to the next is growth, as a share. */
const SHARE = 0.01;
const KEYS = ["Enter", "Space", "Escape", "Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "Shift+ArrowRight", "Control+Enter", "Control+s", "?", "+", "-", "0", "1", "b", "f", "g", "s", "v", "[", "]", ",", "."];
const NUMBERS = ["", "abc", "0", "-1", "0,45", "1e9", "3", "0.5"];
const FILES = [
  pictures.png("photo.png", 64, 48),
  pictures.png("tall.png", 20, 60, { hue: 40 }),
  { name: "words.jpg", mimeType: "image/jpeg", buffer: Buffer.from("words") },
  { name: "settings.json", mimeType: "application/json", buffer: Buffer.from('{"size": 48, "evaluations": 12}') },
];

/** mulberry32 */
function randomFrom(/** @type {number} */ state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Page} page @param {string} kinds a selector @returns {Promise<{ name: string, x: number, y: number, index: number }[]>} those that can be reached now */
const reachable = (page, kinds) =>
  page.evaluate((selector) => {
    const dialogs = [...document.querySelectorAll("dialog:modal")];
    const area = dialogs.at(-1) ?? document;
    return [...document.querySelectorAll(selector)].flatMap((element, index) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const seen = area.contains(element) && width > 0 && height > 0 && !element.matches(":disabled") && x > 0 && y > 0 && x < innerWidth && y < innerHeight;
      return seen ? [{ name: element.id || element.getAttribute("aria-label") || element.textContent?.trim().slice(0, 30) || element.tagName, x, y, index }] : [];
    });
  }, kinds);

/** Small and short, whatever a preset or an answer says: the monkey is to do much, not to wait. @param {Page} page */
const shrink = (page) =>
  page.evaluate(() => {
    for (const [id, most] of /** @type {const} */ ([["size", 64], ["iterations", 400], ["finish-size", 64], ["finish-steps", 40]])) {
      const box = document.getElementById(id);
      if (!(box instanceof HTMLInputElement) || !(Number(box.value) > most)) continue;
      box.value = String(most);
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

/** @param {Page} page @param {string} id of a select @param {string} value */
const chooseIn = (page, id, value) =>
  page.evaluate(([name, wanted]) => {
    const list = /** @type {HTMLSelectElement} */ (document.getElementById(name));
    list.value = wanted;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }, /** @type {const} */ ([id, value]));

/**
 * What is held after a short run of always the same kind, whatever was going on: with Sketch, on the processor.
 * @param {Page} page @returns {Promise<Held>}
 */
async function atRest(page) {
  const end = Date.now() + TIMEOUT;
  for (let quiet = 0; quiet < 4; ) {
    const isQuiet = await page.evaluate(() => {
      // A field that is left says what is wrong with it.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
      for (const button of document.querySelectorAll("#queue-list .icon, .toast.error .icon")) /** @type {HTMLElement} */ (button).click();
      const { state } = document.body.dataset;
      if (state === "painting" || state === "paused") document.getElementById("stop")?.click();
      return !document.querySelector("#talk") && state !== "loading" && state !== "painting" && state !== "paused";
    });
    quiet = isQuiet ? quiet + 1 : 0;
    if (!isQuiet) await page.keyboard.press("Escape");
    if (Date.now() > end) throw new Error(`it does not come to rest: ${await page.textContent("#status")}`);
    await page.waitForTimeout(100);
  }
  await chooseIn(page, "engine", "cpu");
  await waitFor(page, SETTLED, { known: (await look(page)).error });
  // A network keeps layers packed for the next run, those that were used: read again, it keeps none.
  await give(page, "network", path.join(DIST, "weights/sketch.safetensors"));
  await chooseIn(page, "network", "sketch");
  await waitFor(page, SETTLED, { known: (await look(page)).error });
  await give(page, "content", pictures.png("photo.png", 64, 48));
  await give(page, "style", pictures.png("swirl.png", 56, 60, { hue: 40 }));
  await giveSettings(page, { preset: "reference", size: 48, evaluations: 12 });
  // Wherever it has come to be on the page, and whatever is said over it.
  await page.waitForFunction(() => document.querySelector("#paint:not([disabled])"), null, { timeout: TIMEOUT });
  await paintToEnd(page, TIMEOUT, () => page.evaluate(() => document.getElementById("paint")?.click()));
  return measure(page);
}

/** @param {string} url @param {import("playwright-core").Browser} browser @param {{ width: number, height: number }} viewport */
async function play(url, browser, viewport) {
  const random = randomFrom(seed);
  const among = (/** @type {readonly any[]} */ list) => list[Math.floor(random() * list.length)];
  const context = await browser.newContext({ viewport, hasTouch: true });
  /** @type {string[]} */
  const done = [];
  /** @type {string[]} */
  const escaped = [];
  try {
    // Nothing leaves this machine.
    await context.route((to) => !to.href.startsWith(url), (route) => route.abort());
    await watchWorkers(context, url);
    const page = await context.newPage();
    page.on("pageerror", (error) => escaped.push(error.stack ?? String(error)));
    page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
    page.on("filechooser", () => {});
    context.on("page", (other) => { if (other !== page) void other.close(); });
    const session = await context.newCDPSession(page);
    await open(page, url, { engine: "cpu", network: "sketch", size: "48", iterations: "40" });
    await waitFor(page, ["ready"]);
    const spot = (/** @type {{ x: number, y: number, width: number, height: number }} */ box) => ({ x: box.x + random() * box.width, y: box.y + random() * box.height });
    const surface = async () => {
      const [at] = await reachable(page, "dialog:modal canvas, #crop-area");
      const box = await page.locator(at ? "dialog:modal canvas, #crop-area" : "#frame").nth(0).boundingBox().catch(() => null);
      return box ?? { x: 0, y: 0, ...viewport };
    };
    const touch = (/** @type {string} */ type, /** @type {Point[]} */ points) => session.send("Input.dispatchTouchEvent", { type: /** @type {any} */ (type), touchPoints: points.map((point, id) => ({ ...point, id })) });

    /** @type {Record<string, () => Promise<string>>} */
    const kinds = {
      click: async () => {
        const at = among(await reachable(page, "button, summary, input[type=checkbox], label, #open-talk, #open-learn"));
        if (!at) return "nothing";
        await page.mouse.click(at.x, at.y, { clickCount: random() < 0.15 ? 2 : 1, button: random() < 0.05 ? "right" : "left" });
        return at.name;
      },
      key: async () => {
        const key = among(KEYS);
        await page.keyboard.press(key);
        return key;
      },
      number: async () => {
        const selector = "input[inputmode], input[type=number], input[type=text]";
        const at = among(await reachable(page, selector));
        if (!at) return "nothing";
        const text = among(NUMBERS);
        await page.locator(selector).nth(at.index).fill(text, { timeout: 2000 }).catch(() => {});
        await page.keyboard.press("Tab");
        return `${at.name} = ${text}`;
      },
      slide: async () => {
        const at = among(await reachable(page, "input[type=range]"));
        if (!at) return "nothing";
        await page.locator("input[type=range]").nth(at.index).evaluate((slider, part) => {
          const range = /** @type {HTMLInputElement} */ (slider);
          range.value = String(Number(range.min) + part * (Number(range.max) - Number(range.min)));
          for (const type of ["input", "change"]) range.dispatchEvent(new Event(type, { bubbles: true }));
        }, random());
        return at.name;
      },
      choose: async () => {
        const at = among(await reachable(page, "select"));
        if (!at) return "nothing";
        const chosen = await page.locator("select").nth(at.index).evaluate((select, part) => {
          const list = /** @type {HTMLSelectElement} */ (select);
          list.selectedIndex = Math.floor(part * list.options.length);
          list.dispatchEvent(new Event("change", { bubbles: true }));
          return list.value;
        }, random());
        return `${at.name} = ${chosen}`;
      },
      drag: async () => {
        const box = await surface();
        const [from, to] = [spot(box), spot(box)];
        await page.mouse.move(from.x, from.y);
        await page.mouse.down({ button: random() < 0.1 ? "right" : "left" });
        await page.mouse.move(to.x, to.y, { steps: 3 });
        if (random() < 0.1) await page.keyboard.press("Escape");
        await page.mouse.up();
        await page.mouse.up({ button: "right" });
        return "";
      },
      touch: async () => {
        const box = await surface();
        const two = random() < 0.5;
        await touch("touchStart", [spot(box)]);
        if (two) await touch("touchStart", [spot(box), spot(box)]);
        await touch("touchMove", two ? [spot(box), spot(box)] : [spot(box)]);
        await touch(random() < 0.2 ? "touchCancel" : "touchEnd", []);
        return two ? "two fingers" : "one finger";
      },
      wheel: async () => {
        const { x, y } = spot(await surface());
        await page.mouse.move(x, y);
        await page.mouse.wheel(0, random() * 600 - 300);
        return "";
      },
      file: async () => {
        const which = among(["content", "style", "start", "settings", "mask"]);
        const file = among(FILES);
        await page.setInputFiles(`#${which}-file`, file);
        return `${which} = ${file.name}`;
      },
    };

    let idle = Date.now();
    let without = 0;
    /** @type {Held[]} */
    const rests = [];
    let most = { wasm: 0, about: "" };
    for (let n = 0; n < actions; n++) {
      if (n > 0 && n % Math.ceil(actions / RESTS) === 0) rests.push(await atRest(page));
      if (n % LOOK === 0) {
        const { wasm, grownBy } = await measure(page);
        if (wasm > most.wasm) most = { wasm, about: `by action ${n}, with the request "${grownBy}", network ${await page.inputValue("#network")}` };
      }
      const kind = random() < 0.4 ? "click" : among(Object.keys(kinds));
      done.push(`${n} ${kind} ${await /** @type {() => Promise<string>} */ (kinds[kind])()}`);
      await shrink(page);
      const state = await page.evaluate(() => document.body.dataset.state ?? "");
      if (escaped.length > 0) throw new Error(`let escape: ${escaped.join("\n")}`);
      if (!STATES.some((each) => each === state)) throw new Error(`the state is "${state}"`);
      // Where there is no graphics device, whoever chooses it and dismisses what is said would have no engine for the rest of the time.
      without = state === "loading" || (await page.evaluate(() => window.pastiche.engine())) ? 0 : without + 1;
      if (without > WITHOUT) await chooseIn(page, "engine", "cpu");
      if (state !== "loading") idle = Date.now();
      else if (Date.now() > idle + TIMEOUT) throw new Error(`busy for more than a minute: ${await page.textContent("#status")}`);
    }
    // Whatever it did, the page is not stuck.
    const end = Date.now() + TIMEOUT;
    while ((await page.evaluate(() => document.body.dataset.state)) === "loading") {
      if (Date.now() > end) throw new Error(`busy in the end: ${await page.textContent("#status")}`);
      await page.waitForTimeout(250);
    }
    if (escaped.length > 0) throw new Error(`let escape: ${escaped.join("\n")}`);
    rests.push(await atRest(page));
    if (escaped.length > 0) throw new Error(`let escape: ${escaped.join("\n")}`);
    const held = (/** @type {"page" | "worker" | "inUse"} */ part) => `${rests.map((rest) => (rest[part] / 1e6).toFixed(1)).join(", ")} MB`;
    const isGrown = rests.length === RESTS && rests.every(({ inUse }, at) => inUse > (1 + SHARE) * (rests[at - 1]?.inUse ?? 0));
    console.log(`${actions} actions at ${viewport.width} px, seed ${seed}: ${isGrown ? "WebAssembly's memory in use grows" : "nothing broke"}
  at rest after each quarter: page ${held("page")}; worker ${held("worker")}; in use of WebAssembly's memory ${held("inUse")}
  WebAssembly's memory, which never shrinks: at most ${(most.wasm / 1e6).toFixed(1)} MB ${most.about}; in the end ${((rests.at(-1)?.wasm ?? 0) / 1e6).toFixed(1)} MB`);
    if (isGrown) process.exitCode = EXIT.failed;
  } catch (error) {
    console.error(`At ${viewport.width} px, seed ${seed}, after\n  ${done.slice(-15).join("\n  ")}\n${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  } finally {
    await context.close();
  }
}

const site = await serve();
const browser = await launch("none");
try {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) await play(site.url, browser, viewport);
} finally {
  await browser.close();
  await site.close();
}

function readArguments() {
  try {
    const { values } = parseArgs({ options: { actions: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } } });
    const [many, first] = [Number(values.actions), Number(values.seed)];
    if (Number.isInteger(many) && many > 0 && Number.isInteger(first)) return { actions: many, seed: first };
  } catch {
    // What it does not know is said below.
  }
  say("./dev monkey takes --actions and --seed, each with a whole number.");
  process.exit(EXIT.usage);
}
