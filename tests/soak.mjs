// The work of `./dev soak`: the page is used for minutes, the same way in every round. Nothing may escape or get stuck, and after a warm-up no round
// may leave more behind than the ones before: in the page, in the engine's worker, in WebAssembly, on the graphics device.

import { EXIT, guard, say } from "./lib/failures.mjs";
import { launch } from "./lib/chromium.mjs";
import { measure, watchWorkers } from "./lib/memory.mjs";
import { look, paintToEnd } from "./lib/page.mjs";
import { serve } from "./lib/server.mjs";
import { ready } from "./browser/support.mjs";
import { RUN } from "./faults/drive.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./lib/memory.mjs").Held} Held */

guard();
const minutes = readMinutes(process.argv.slice(2));
/** Rounds after which everything has been loaded, and rounds at either end of which the least counts: one may be measured while an estimate is computed. */
const [WARM_UP, COMPARED] = [3, 5];
/** More than this is growth, as a share. */
const MOST = 0.02;
const TIMEOUT = 5 * 60_000;
/** @type {[Exclude<keyof Held, "grownBy">, string, number][]} */
const FIGURES = [["page", "page, MB", 1e6], ["worker", "worker, MB", 1e6], ["wasm", "WebAssembly, MB", 1e6], ["inUse", "in use there, MB", 1e6], ["buffers", "buffers", 1], ["deviceBytes", "device, MB", 1e6]];

const site = await serve();
const browser = await launch("software");
const context = await browser.newContext({ acceptDownloads: true, serviceWorkers: "block" });
/** @type {string[]} */
const escaped = [];
/** @type {Record<"cpu" | "gpu", Held[]>} */
const rounds = { cpu: [], gpu: [] };
try {
  await watchWorkers(context, site.url);
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const page of [first, second]) {
    page.setDefaultTimeout(TIMEOUT);
    page.on("pageerror", (error) => escaped.push(String(error)));
    await ready(page, site.url, { settings: { ...RUN, evaluations: 8 } });
  }
  const end = Date.now() + minutes * 60_000;
  for (let round = 1; Date.now() < end || round <= WARM_UP + 2 * COMPARED; round++) {
    await first.bringToFront();
    await queue(first);
    await talk(first);
    await switchNetwork(first);
    rounds.cpu.push(await measure(first));
    await paintWith(first, "gpu");
    rounds.gpu.push(await measure(first));
    await paintWith(first, "cpu");
    await second.bringToFront();
    await paintAgain(second);
    if (escaped.length > 0) throw new Error(`The page let escape: ${escaped.join("; ")}`);
    const [cpu, gpu] = [rounds.cpu.at(-1), rounds.gpu.at(-1)];
    say(`round ${round}: ${FIGURES.map(([key, name, unit]) => `${name} ${((cpu?.[key] ?? 0) / unit).toFixed(unit === 1 ? 0 : 2)} / ${((gpu?.[key] ?? 0) / unit).toFixed(unit === 1 ? 0 : 2)}`).join(", ")}`);
  }
  printTable();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = EXIT.failed;
} finally {
  await browser.close();
  await site.close();
}

/** Three runs one after the other, then their results off the list. @param {Page} page */
async function queue(page) {
  await page.click("#show-queue");
  await page.selectOption("#vary", "strength");
  await page.click("#vary-go");
  await page.waitForFunction(() => document.querySelectorAll('#queue-list [data-state="finished"]').length >= 3 && !document.querySelector('#queue-list [data-state="waiting"], #queue-list [data-state="painting"]'), null, { timeout: TIMEOUT });
  while (await page.locator("#queue-list .icon").count() > 0) await page.locator("#queue-list .icon").first().click();
  await page.keyboard.press("Escape");
}

/** @param {Page} page */
async function talk(page) {
  await page.click("#help");
  await page.click("#open-talk");
  // A handle to it would keep the talk alive after it has been closed.
  await page.locator("#talk[open]").waitFor();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("#talk"));
}

/** To VGG-19 and back, where it lies beside the page. @param {Page} page */
async function switchNetwork(page) {
  for (const network of ["vgg19", "sketch"]) {
    await page.selectOption("#network", network);
    if (await page.waitForSelector("dialog#consent[open]", { timeout: 300 }).catch(() => null)) await page.keyboard.press("Escape");
    await settled(page);
  }
}

/** @param {Page} page @param {"cpu" | "gpu"} engine */
async function paintWith(page, engine) {
  await page.selectOption("#engine", engine);
  await page.waitForFunction((wanted) => window.pastiche.engine()?.engine === wanted && document.body.dataset.state !== "loading", engine, { timeout: TIMEOUT });
  for (let run = 0; run < 2; run++) await paintAgain(page);
}

/** @param {Page} page */
async function paintAgain(page) {
  await settled(page);
  await paintToEnd(page, TIMEOUT);
}

/** @param {Page} page */
async function settled(page) {
  await page.waitForFunction(() => document.body.dataset.state !== "loading", null, { timeout: TIMEOUT });
  const { error } = await look(page);
  if (error) throw new Error(`The page says: ${error}`);
}

/** Prints what was held after the warm-up and in the end, and fails where it grew. */
function printTable() {
  console.log(`| engine | | after ${WARM_UP} rounds | after ${rounds.cpu.length} | growth |\n|---|---|---|---|---|`);
  for (const [engine, all] of Object.entries(rounds)) {
    for (const [key, name, unit] of FIGURES) {
      const [before, after] = [least(all.slice(WARM_UP, WARM_UP + COMPARED), key), least(all.slice(-COMPARED), key)];
      if (before === 0 && after === 0) continue;
      const growth = after / before - 1;
      const isOver = growth > MOST;
      if (isOver) process.exitCode = EXIT.failed;
      const show = (/** @type {number} */ value) => (value / unit).toFixed(unit === 1 ? 0 : 2);
      console.log(`| ${engine} | ${name} | ${show(before)} | ${show(after)} | ${(100 * growth).toFixed(1)} %${isOver ? ": TOO MUCH" : ""} |`);
    }
  }
}

/** @param {Held[]} rounds @param {keyof Held} key @returns {number} */
function least(rounds, key) {
  return Math.min(...rounds.map((held) => Number(held[key])));
}

/** @param {string[]} words */
function readMinutes(words) {
  if (words.length === 0) return 10;
  const number = Number(words[1]);
  if (words[0] !== "--minutes" || words.length !== 2 || !(number > 0)) {
    say("./dev soak takes --minutes and a number.");
    process.exit(EXIT.usage);
  }
  return number;
}
