// `./dev paint`: the real page in headless Chromium, driven as a person would, with a progress bar.

import { writeFile } from "node:fs/promises";

import { readArguments, UsageError } from "./lib/arguments.mjs";
import { launchFor } from "./lib/chromium.mjs";
import { give, giveMask, giveSettings, giveStyle, open, PageError, paint, report, save, waitFor } from "./lib/page.mjs";
import { progressBar } from "./lib/progress.mjs";
import { ISOLATED, serve } from "./lib/server.mjs";

/** VGG-19 is 40 MB to read and check, and the first start compiles shaders. */
const LOADING = 10 * 60_000;
const PAINTING = 7 * 24 * 3600_000;

/** @param {import("./lib/arguments.mjs").Job} job */
async function run(job) {
  const site = await serve({ headers: ISOLATED });
  const browser = await launchFor(job.engine);
  const bar = progressBar();
  try {
    const page = await browser.newPage();
    const named = job.network === "sketch" || job.network === "vgg19";
    await open(page, site.url, { engine: job.engine, network: named ? job.network : "sketch" });
    await waitFor(page, ["empty", "ready"], { timeout: LOADING });
    if (!named) await give(page, "network", job.network, LOADING);
    await give(page, "content", job.content, LOADING);
    for (const [n, style] of job.styles.entries()) await giveStyle(page, n, style, LOADING);
    for (const [n, mask] of job.masks.entries()) if (mask !== null) await giveMask(page, n, mask);
    if (Object.keys(job.settings).length > 0) await giveSettings(page, job.settings);
    if (await page.evaluate(() => document.querySelector("dialog#consent[open]"))) {
      throw new PageError("VGG-19 is not beside the page. Put it there with ./dev weights, or give a file: --network FILE.");
    }
    await paint(page, LOADING);
    await waitFor(page, ["painting", "finished"], { timeout: LOADING });
    await waitFor(page, ["finished"], { timeout: PAINTING, watch: bar.show });
    bar.end();
    const { bytes } = await save(page);
    await writeFile(job.out, bytes);
    const made = await report(page);
    if (job.report) await writeFile(job.report, `${JSON.stringify(made, null, 2)}\n`);
    const last = made.losses.at(-1);
    process.stderr.write(
      `${job.out}: ${made.width} x ${made.height}, ${made.network.name}, ${made.engine} (${made.adapter}), ${made.evaluations} evaluations in ` +
        `${made.seconds.toFixed(1)} s; content ${last.content.toPrecision(4)}, style ${last.style.toPrecision(4)}\n`,
    );
    for (const warning of made.warnings) process.stderr.write(`${warning}\n`);
  } finally {
    bar.end();
    await browser.close();
    await site.close();
  }
}

try {
  const job = readArguments(process.argv.slice(2));
  if (!job.check) await run(job);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof PageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
