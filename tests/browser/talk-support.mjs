// What the tests of the talk and the article have in common.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { paint, waitFor } from "../lib/page.mjs";
import { ready } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

export const AXE = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
export const STEPS = [
  "opening", "blend", "trace", "blocks", "content", "gram", "shuffle", "style", "layers", "variation", "gradient", "descent", "without", "weights", "raised", "styles",
  "iterations", "keras", "others", "closing",
];
/** Steps that ask a question first. */
export const ASKING = ["descent", "without", "raised"];
/** Steps that paint many results before all of them are live, or show recorded ones alone. */
export const RECORDED = ["layers", "keras"];

/** What the talk itself has to say: the module that the page has loaded. @param {Page} page @param {string} body of a function of `talk` */
export const inTalk = (page, body) => page.evaluate(`(async () => { const talk = await import(new URL("web/talk/talk.js", document.baseURI).href); ${body} })()`);

/** Opens the talk on a small run of two pictures. @param {Page} page @param {string} url @param {"talk" | "learn"} [kind] */
export async function talk(page, url, kind = "talk") {
  await ready(page, url, { settings: { size: 64, evaluations: 4000 } });
  await paint(page);
  await waitFor(page, ["painting"]);
  await page.click("#help");
  await page.click(`#open-${kind}`);
  await page.waitForSelector("#talk[open]");
  await seeing(page);
}

/** Waits for the inspector. @param {Page} page */
export async function seeing(page) {
  for (let tries = 0; tries < 240; tries++) {
    if (await inTalk(page, "return talk.run.live.layers.length > 0 && talk.run.live.result !== null;")) return;
    await page.waitForTimeout(250);
  }
  assert.fail(`nothing is seen: ${await page.textContent("#talk .trouble")}`);
}

/** Waits until what is on stage comes from the run. @param {Page} page @param {string} where */
export const alive = (page, where) => page.waitForSelector(`${where} .figure-area[data-source=live]`, { timeout: 90_000 });

/** Pictures of the step on stage that are not drawn. @param {Page} page */
export const empty = (page) =>
  page.evaluate(() => {
    const area = document.querySelector("#talk .slide .figure-area");
    const canvases = [...(area?.querySelectorAll("canvas") ?? [])];
    const blank = canvases.filter((canvas) => new Uint32Array(canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? new ArrayBuffer(4)).includes(0));
    return canvases.length === 0 && !area?.querySelector("table") ? ["no figure"] : blank.map((canvas) => canvas.getAttribute("aria-label") || canvas.className);
  });

/** Waits until every picture of what is on stage is drawn, and most have several colours. @param {Page} page @param {string} where */
export async function drawn(page, where) {
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
export const step = (page) => page.getAttribute("#talk .slide", "data-step");

/** @param {Page} page @param {string} id */
export async function goTo(page, id) {
  // Ends a number that was typed just before.
  await page.keyboard.press("Home");
  for (const digit of String(STEPS.indexOf(id) + 1)) await page.keyboard.press(digit);
  assert.equal(await step(page), id);
}

/** Has the workers of the page answer after `times` the time that they take. @param {number} times */
export function slowWorkers(times) {
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
