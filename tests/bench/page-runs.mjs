// What `./dev bench --page-runs` measures of the finished page on the gpu engine, not of the kernels alone: how soon the first losses come after
// Paint and how many pipelines that takes, what a step of L-BFGS takes where the browser is late to say that the device is done, and how long the
// device works on one submission. Of an earlier build too, in turns.

import path from "node:path";
import { fileURLToPath } from "node:url";

import { hardwareAdapter, launch } from "../lib/chromium.mjs";
import { busy, watched, watching } from "../lib/gpu-watch.mjs";
import { give, giveSettings, open, report, waitFor } from "../lib/page.mjs";
import { CACHE, DIST, serve } from "../lib/server.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const VGG19 = process.env.PASTICHE_VGG19 || path.join(CACHE, "weights/vgg19.safetensors");
const LONG = 30 * 60_000;

/** What can be measured. */
export const PAGE_RUNS = ["first", "latency", "submissions"];

/** Milliseconds that a person looks at the page before pressing Paint. */
const LOOKS = 15_000;
/** Evaluations of a run of which a step's time is the median. */
const STEPS = 12;

/** How late answers are: [what it is called, how the worker is watched]. @type {[string, Parameters<typeof watching>[1]][]} */
const LATENESS = [
  ["", {}],
  [", every answer 100 ms late", { delay: 100 }],
  [", as Firefox: looks every 100 ms and at submissions", { tick: 100, firefox: true }],
  [", the same, and nothing is submitted meanwhile", { tick: 100 }],
];

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/**
 * A run in a browser that has never been here.
 *
 * @param {object} of
 * @param {string} of.folder the site's
 * @param {"software" | "hardware"} of.adapter
 * @param {object} of.settings
 * @param {string} [of.network] file of another than Sketch
 * @param {number} [of.looks] milliseconds before Paint
 * @param {Parameters<typeof watching>[1]} [of.wish]
 */
async function run({ folder, adapter, settings, network, looks = 0, wish }) {
  const site = await serve({ folder, instead: watching(folder, wish) });
  const browser = await launch(adapter);
  try {
    const page = await browser.newPage();
    await open(page, site.url, { engine: "gpu", network: "sketch" });
    await waitFor(page, ["empty", "ready"], { timeout: LONG });
    await give(page, "content", path.join(root, "web/examples/canal.jpg"));
    await give(page, "style", path.join(root, "web/examples/wind.jpg"));
    if (network) await give(page, "network", network, LONG);
    await giveSettings(page, settings);
    await page.waitForTimeout(looks);
    const before = await watched(page);
    await page.evaluate(() => {
      const times = /** @type {any} */ (window);
      document.querySelector("#paint")?.addEventListener("click", () => { times.paintAt ??= performance.timeOrigin + performance.now(); }, true);
      const look = () => {
        if (times.pastiche?.losses()?.length > 0) times.firstAt = performance.timeOrigin + performance.now();
        else setTimeout(look, 2);
      };
      look();
    });
    // Not as Playwright clicks, which waits for a frame of a page whose compositor may be waiting for the device.
    await page.waitForFunction(() => document.querySelector("#paint:not([disabled])"), null, { timeout: LONG });
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#paint")).click());
    await page.waitForFunction(() => "firstAt" in window, null, { timeout: LONG });
    const [paintAt, firstAt] = await page.evaluate(() => [/** @type {any} */ (window).paintAt, /** @type {any} */ (window).firstAt]);
    await waitFor(page, ["finished"], { timeout: LONG });
    const seen = await watched(page);
    const painted = await report(page);
    const until = (/** @type {number} */ at) => seen.pipelines.filter((pipeline) => seen.origin + pipeline.at < at).length;
    const own = busy(seen).slice(before.submissions.length);
    // From the first losses on: before, kernels may have been compiled.
    const steps = own.filter(({ at }) => seen.origin + at > firstAt);
    const from = steps[0]?.at ?? 0;
    const to = steps.reduce((latest, { done }) => Math.max(latest, done), from);
    return {
      idle: 1 - steps.reduce((sum, { ms }) => sum + ms, 0) / (to - from),
      first: firstAt - paintAt,
      pipelines: { before: before.pipelines.length, first: until(firstAt), all: seen.pipelines.length },
      step: Number(painted.ms_per_iteration_median),
      accepted: painted.iterations / painted.evaluations,
      answers: seen.answers.length,
      largest: own.reduce((most, each) => (each.ms > most.ms ? each : most), { ms: 0, dispatches: 0 }),
      adapter: painted.adapter,
    };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** @typedef {Awaited<ReturnType<typeof run>>[]} Runs */
/** @typedef {{ measured: string, value: number, unit: string, build: string, more: string }} PageRow */

/**
 * @param {{ which: string[], before: string | undefined, rounds: number, say: (line: string) => void }} options before: the folder of an earlier build's site
 * @returns {Promise<PageRow[]>}
 */
export async function pageRuns({ which, before, rounds, say }) {
  const adapter = (await hardwareAdapter()) ? "hardware" : "software";
  const builds = [...(before ? [["earlier", path.resolve(before)]] : []), ["this", DIST]];
  /** @type {PageRow[]} */
  const rows = [];
  /**
   * All of them in turns, of one build after the other.
   *
   * @param {{ measured: string, of: Omit<Parameters<typeof run>[0], "folder" | "adapter">, read: (all: Runs) => { value: number, unit: string, more: string } }[]} list
   * @param {number} [times]
   */
  const measure = async (list, times = rounds) => {
    const found = list.map(() => builds.map(() => /** @type {Runs} */ ([])));
    for (let round = 0; round < times; round++) {
      for (const [n, { measured, of }] of list.entries()) {
        for (const [m, [build = "", folder = ""]] of builds.entries()) {
          found[n]?.[m]?.push(await run({ ...of, folder, adapter }));
          say(`  ${measured}, ${build} build: round ${round + 1} of ${times}`);
        }
      }
    }
    for (const [n, { measured, read }] of list.entries()) {
      for (const [m, [build = ""]] of builds.entries()) rows.push({ measured, build, ...read(found[n]?.[m] ?? []) });
    }
  };
  if (which.includes("first")) {
    const pressed = /** @type {[string, number][]} */ ([["pressed at once", 0], [`pressed after ${LOOKS / 1000} s`, LOOKS]]);
    await measure(pressed.map(([when, looks]) => ({
      measured: `Paint to first losses, 64 px, ${when}`,
      of: { settings: { size: 64, evaluations: 2 }, looks },
      read: (all) => {
        const counts = all[0]?.pipelines ?? { before: 0, first: 0, all: 0 };
        return { value: median(all.map(({ first }) => first)), unit: "ms", more: `pipelines: ${counts.before} before Paint, ${counts.first} at the first losses, ${counts.all} in all` };
      },
    })));
  }
  if (which.includes("latency")) {
    await measure(LATENESS.map(([late, wish]) => ({
      measured: `a step of L-BFGS, 64 px${late}`,
      of: { settings: { size: 64, evaluations: STEPS }, looks: LOOKS, wish },
      read: (all) => ({
        value: median(all.map(({ step }) => step)), unit: "ms", more: `${Math.round(100 * median(all.map(({ accepted }) => accepted)))} % of evaluations accepted, ${all[0]?.answers} answers in all`,
      }),
    })));
  }
  if (which.includes("submissions")) {
    const networks = /** @type {[string, string | undefined][]} */ ([["Sketch", undefined], ["VGG-19", VGG19]]);
    await measure(networks.map(([name, network]) => ({
      measured: `the longest submission, 256 px, ${name}`,
      of: { settings: { size: 256, evaluations: 4, scales: { on: false } }, looks: LOOKS, ...(network ? { network } : {}) },
      read: (all) => ({
        value: median(all.map(({ largest }) => largest.ms)), unit: "ms", more: `of ${all[0]?.largest.dispatches} dispatches; a step took ${median(all.map(({ step }) => step)).toFixed(0)} ms, in ${Math.round(100 * median(all.map(({ idle }) => idle)))} % of which the device had nothing to do`,
      }),
    })), 1);
  }
  return rows;
}
