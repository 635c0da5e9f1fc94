// `./dev demo` without a display: the bundled example, painted in headless Chromium, with a progress bar. Writes the PNG that its argument names.

import { writeFile } from "node:fs/promises";

import { launch } from "./lib/chromium.mjs";
import { open, PageError, report, save, waitFor } from "./lib/page.mjs";
import { progressBar } from "./lib/progress.mjs";
import { ISOLATED, serve } from "./lib/server.mjs";

/** Small enough for half a minute on two old cores, large enough to look at. */
const SIZE = "256";
const ITERATIONS = "120";

const out = process.argv[2] ?? "demo.png";
const site = await serve({ headers: ISOLATED });
const browser = await launch("none");
const bar = progressBar();
try {
  const page = await browser.newPage();
  await open(page, site.url, { engine: "cpu", network: "sketch", size: SIZE, iterations: ITERATIONS, paint: "" });
  await waitFor(page, ["painting", "finished"]);
  await waitFor(page, ["finished"], { timeout: 30 * 60_000, watch: bar.show });
  bar.end();
  await writeFile(out, (await save(page)).bytes);
  const made = await report(page);
  const [content, style] = made.inputs;
  process.stderr.write(`${out}: "${content.name}" in the manner of "${style.name}", ${made.width} x ${made.height}, in ${made.seconds.toFixed(0)} s on ${made.adapter}, ${made.threads === 1 ? "1 thread" : `${made.threads} threads`}\n`);
} catch (error) {
  if (!(error instanceof PageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  bar.end();
  await browser.close();
  await site.close();
}
