// `node tests/step-time.mjs [SIZE] [ROUNDS]`: how long an iteration takes on the cpu engine with Sketch and with VGG-19, taken in turns in one page.

import path from "node:path";
import { fileURLToPath } from "node:url";

import { launchFor } from "./lib/chromium.mjs";
import { give, giveSettings, open, paint, report, waitFor } from "./lib/page.mjs";
import { CACHE, serve } from "./lib/server.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const vgg19 = process.env.PASTICHE_VGG19 || path.join(CACHE, "weights/vgg19.safetensors");
const [size = 256, rounds = 3] = process.argv.slice(2).map(Number);
const LONG = 30 * 60_000;

/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const site = await serve();
const browser = await launchFor("cpu");
try {
  const page = await browser.newPage();
  await open(page, site.url, { engine: "cpu", network: "sketch" });
  await waitFor(page, ["empty", "ready"], { timeout: LONG });
  await give(page, "content", path.join(root, "web/examples/canal.jpg"));
  await give(page, "style", path.join(root, "web/examples/wind.jpg"));
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let round = 0; round < rounds; round++) {
    for (const [file, evaluations] of /** @type {[string, number][]} */ ([[path.join(root, "weights/sketch.safetensors"), 25], [vgg19, 5]])) {
      await give(page, "network", file, LONG);
      await giveSettings(page, { preset: "reference", size, evaluations });
      await paint(page, LONG);
      await waitFor(page, ["painting", "finished"], { timeout: LONG });
      await waitFor(page, ["finished"], { timeout: LONG });
      const { network, ms_per_iteration_median: time } = await report(page);
      (times[network.name] ??= []).push(time);
    }
  }
  const medians = Object.entries(times).map(([name, list]) => /** @type {const} */ ([name, median(list)]));
  for (const [name, time] of medians) console.log(`${name}: ${time.toFixed(1)} ms an iteration at ${size} px, median of ${rounds} rounds' medians`);
  const [sketch, full] = medians.map(([, time]) => time);
  if (sketch && full) console.log(`ratio: ${(full / sketch).toFixed(2)}`);
} finally {
  await browser.close();
  await site.close();
}
