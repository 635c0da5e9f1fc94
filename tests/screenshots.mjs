// Pictures of the page in every state, wide and narrow, light and dark, into target/screenshots/: to be looked at. Arguments choose states.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { launch } from "./lib/chromium.mjs";
import { startHub, withHubAt } from "./lib/hub.mjs";
import { SyntheticFile, vgg19 } from "./lib/networks.mjs";
import { giveSettings, open, paint, waitFor, waitForError } from "./lib/page.mjs";
import { text, vast } from "./lib/pictures.mjs";
import { serve } from "./lib/server.mjs";

/** @typedef {import("playwright-core").Page} Page */

const OUT = fileURLToPath(new URL("../target/screenshots/", import.meta.url));
const SIZES = { wide: { width: 1440, height: 900 }, tablet: { width: 820, height: 1180 }, narrow: { width: 390, height: 844 } };
/** And one state, the page as it opens and painted, as small and as large as it may be. */
const EXTREMES = { tiny: { width: 320, height: 640 }, vast: { width: 3840, height: 2160 } };
const LIGHT = { colorScheme: /** @type {const} */ ("light") };
const DARK = { colorScheme: /** @type {const} */ ("dark") };
/** A contrast theme of the system, in the states where something is chosen or under way. */
const FORCED = { forcedColors: /** @type {const} */ ("active") };
/** The steps of the talk. */
const TALK = [
  "opening", "blend", "trace", "blocks", "content", "gram", "shuffle", "style", "layers", "variation", "gradient", "descent", "without", "weights", "raised", "styles",
  "iterations", "keras", "others", "closing",
];

/** @param {Page} page */
async function choose(page) {
  for (const role of ["content", "style"]) await page.locator(`#${role}-gallery [data-example]`).first().click();
  await waitFor(page, ["ready"]);
}

/**
 * @param {Page} page
 * @param {object} [settings]
 */
async function start(page, settings = { size: 192, evaluations: 400 }) {
  await choose(page);
  await giveSettings(page, settings);
  await paint(page);
  await waitFor(page, ["painting"]);
  await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 24, null, { timeout: 120_000 });
}

/** @param {Page} page @param {string} id of a step of the talk */
async function onStage(page, id) {
  await page.evaluate((hash) => history.replaceState(null, "", `#${hash}`), id);
  await page.click("#help");
  await page.click("#open-talk");
  await page.waitForSelector(`#step-${id}`);
  // Until the run has made something of it.
  await page.waitForTimeout(12_000);
}

/**
 * Paints a mask for the first style.
 *
 * @param {Page} page
 * @param {boolean} [use]
 */
async function brush(page, use = true) {
  const row = page.locator("#styles-list li button[aria-pressed]").first();
  await ((await row.count()) > 0 ? row : page.locator("#style-mask")).click();
  const box = await page.locator("#mask-canvas").boundingBox();
  if (!box) throw new Error("The mask has no canvas.");
  const at = (/** @type {number} */ x, /** @type {number} */ y) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 12 });
  await at(0.1, 0.2);
  await page.mouse.down();
  for (const [x, y] of /** @type {const} */ ([[0.9, 0.2], [0.1, 0.35], [0.9, 0.35], [0.5, 0.6]])) await at(x, y);
  await page.mouse.up();
  if (use) await page.click("#mask-use");
}

/** How to come to each state from a page just opened. @type {Record<string, (page: Page) => Promise<unknown>>} */
const STATES = {
  first: async () => {},
  painting: start,
  paused: async (page) => {
    await start(page);
    await page.click("#pause");
    await waitFor(page, ["paused"]);
  },
  finished: async (page) => {
    await start(page, { size: 192, evaluations: 60 });
    await waitFor(page, ["finished"], { timeout: 120_000 });
  },
  stopped: async (page) => {
    await start(page);
    await page.click("#stop");
    await waitFor(page, ["stopped"]);
  },
  controls: async (page) => {
    await choose(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  },
  styles: async (page) => {
    await choose(page);
    for (const [n, example] of [1, 2].entries()) {
      await page.click("#style-add");
      await page.locator("#style-gallery [data-example]").nth(example).click();
      await page.locator("#styles-list li").nth(n + 1).waitFor();
    }
    await page.locator("#styles-list input").nth(1).fill("2.5");
    await brush(page);
  },
  mask: async (page) => {
    await choose(page);
    await brush(page, false);
  },
  strip: async (page) => {
    await choose(page);
    await giveSettings(page, { size: 192, evaluations: 150 });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.click("#series-go");
    await page.waitForSelector("#series[open]", { timeout: 300_000 });
  },
  "not-a-picture": async (page) => {
    await choose(page);
    await page.setInputFiles("#content-file", text());
    await waitForError(page);
  },
  "too-large": async (page) => {
    await choose(page);
    await page.setInputFiles("#content-file", vast());
    await page.waitForFunction(() => document.body.dataset.state !== "loading", null, { timeout: 120_000 });
  },
  consent: async (page) => {
    await choose(page);
    await page.selectOption("#network", "vgg19");
    await page.waitForSelector("dialog#consent[open]");
  },
  downloading: async (page) => {
    await STATES.consent?.(page);
    await page.click("#consent-download");
    await page.waitForFunction(() => Number(document.querySelector("#loading")?.getAttribute("aria-valuenow")) > 1e6, null, { timeout: 60_000 });
  },
  "no-webgpu": async (page) => {
    await choose(page);
    await page.selectOption("#engine", "gpu");
    await waitForError(page);
  },
  ...Object.fromEntries(
    TALK.map((id) => [
      `talk-${id}`,
      (/** @type {Page} */ page) => onStage(page, id),
    ]),
  ),
  learn: async (page) => {
    await page.click("#help");
    await page.click("#open-learn");
    await page.waitForTimeout(6000);
  },
  german: async (page) => {
    await page.selectOption("#language", "de");
    await page.waitForFunction(() => document.documentElement.lang === "de");
    await waitFor(page, ["ready"]);
    await page.waitForFunction(() => document.querySelector("#estimate")?.textContent, null, { timeout: 60_000 });
  },
  estimate: async (page) => {
    await page.waitForFunction(() => document.querySelector("#estimate")?.textContent, null, { timeout: 60_000 });
  },
  "too-much": async (page) => {
    await STATES.estimate?.(page);
    await page.fill("#size", "4096");
    await page.click("#paint");
    await waitForError(page);
  },
  variations: async (page) => {
    await giveSettings(page, { size: 128, evaluations: 30 });
    await page.click("#show-queue");
    await page.click("#vary-go");
    await page.waitForFunction(() => document.querySelectorAll("#queue-list [data-state=finished]").length === 2, null, { timeout: 120_000 });
  },
  meaning: async (page) => {
    await STATES.finished?.(page);
    await page.click("#show-meaning");
  },
  keep: async (page) => {
    await STATES.finished?.(page);
    await page.click("#save-more");
  },
  past: async (page) => {
    await STATES.finished?.(page);
    await page.waitForTimeout(500);
    await page.click("#show-history");
    await page.waitForSelector("#history[open]");
  },
  back: async (page) => {
    await STATES.finished?.(page);
    await page.locator("#scrub").fill("8");
    await page.waitForSelector("#go-on:not([hidden])");
  },
  help: (page) => page.click("#help"),
  keys: (page) => page.keyboard.press("?"),
  crop: async (page) => {
    await choose(page);
    await page.click("#content-crop");
  },
  large: async (page) => {
    await STATES.finished?.(page);
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#large")).click());
  },
  offline: async (page) => {
    await choose(page);
    await page.context().setOffline(true);
    await page.waitForTimeout(500);
  },
};

mkdirSync(OUT, { recursive: true });
const wanted = process.argv.slice(2);
const hub = await startHub(new SyntheticFile(vgg19("F16")));
const hubSite = withHubAt(() => hub.url);
const site = await serve({ instead: (name) => (name === "weights/vgg19.safetensors" ? null : hubSite(name)) });
// Slow enough to be caught at it.
hub.delay = 1000;
const browser = await launch("none");
try {
  for (const [state, reach] of Object.entries(STATES)) {
    if (wanted.length > 0 && !wanted.includes(state)) continue;
    for (const [size, viewport] of Object.entries(state === "first" || state === "finished" || state === "controls" ? { ...SIZES, ...EXTREMES } : SIZES)) {
      const contrast = ["first", "painting", "controls", "styles"].includes(state);
      for (const [scheme, options] of Object.entries({ light: LIGHT, dark: DARK, ...(contrast ? { forced: FORCED } : {}) })) {
        const context = await browser.newContext({ viewport, ...options });
        const page = await context.newPage();
        const name = `${state}-${size}-${scheme}.png`;
        try {
          await open(page, site.url, { engine: "cpu", network: "sketch" });
          await waitFor(page, ["ready"]);
          await reach(page);
          // What glides has to arrive.
          await page.waitForTimeout(600);
        } catch (error) {
          console.error(`${name} shows something else: ${/** @type {Error} */ (error).message.split("\n")[0]}`);
          process.exitCode = 1;
        }
        await page.screenshot({ path: `${OUT}${name}`, timeout: 120_000 });
        await context.close();
      }
    }
    console.log(state);
  }
} finally {
  await browser.close();
  await hub.close();
  await site.close();
}
console.log(OUT);
