// `./dev demo` without a display: the bundled example in headless Chromium, a draft with Sketch and then, where VGG-19 lies beside the page,
// finished with it, with one progress bar over both. Writes the PNG that its argument names.

import { existsSync } from "node:fs";
import path from "node:path";

import { launch } from "./lib/chromium.mjs";
import { EXIT, guard, printError, say } from "./lib/failures.mjs";
import { writeOutput } from "./lib/outputs.mjs";
import { open, report, save, waitFor } from "./lib/page.mjs";
import { progressBar } from "./lib/progress.mjs";
import { DIST, ISOLATED, serve } from "./lib/server.mjs";

/** Sketch alone takes half a minute on two old cores; with VGG-19, which takes about nine times as long a step, three minutes at most in all. */
const DRAFT = { size: 256, steps: 100 };
const FINISH = { size: 384, steps: 80 };
/** The draft's share of the time, roughly. */
const SHARE = 0.2;
const HALF_AN_HOUR = 30 * 60_000;

guard();
// Playwright closes the browser then, and ends the process with 130: what fails for it is no failure.
let interrupted = false;
process.once("SIGINT", () => (interrupted = true));
const out = process.argv[2] ?? "demo.png";
const vgg19 = existsSync(path.join(DIST, "weights/vgg19.safetensors"));
const site = await serve({ headers: ISOLATED });
const browser = await launch("none");
const bar = progressBar(vgg19 ? [SHARE, 1 - SHARE] : [1]);
try {
  const page = await browser.newPage();
  await open(page, site.url, { engine: "cpu", network: "sketch", size: String(DRAFT.size), iterations: String(DRAFT.steps), paint: "" });
  await waitFor(page, ["painting", "finished"]);
  await waitFor(page, ["finished"], { timeout: HALF_AN_HOUR, watch: bar.show });
  let made = await report(page);
  let { seconds } = made;
  if (vgg19) {
    bar.next();
    await page.click("#finish");
    await page.fill("#finish-size", String(FINISH.size));
    await page.fill("#finish-steps", String(FINISH.steps));
    await page.click("#finish-go");
    await waitFor(page, ["painting"], { timeout: HALF_AN_HOUR });
    await waitFor(page, ["finished"], { timeout: HALF_AN_HOUR, watch: bar.show });
    made = await report(page);
    seconds += made.seconds;
  }
  bar.end();
  const { file, problem } = writeOutput(out, (await save(page)).bytes);
  if (problem !== null) {
    say(problem);
    process.exitCode = EXIT.failed;
  }
  const [content, style] = made.inputs;
  const threads = made.threads === 1 ? "1 thread" : `${made.threads} threads`;
  process.stderr.write(`${file ?? "Not kept"}: "${content.name}" in the style of "${style.name}", ${made.width} x ${made.height}, painted by ${made.network.name} in ${seconds.toFixed(0)} s on ${made.adapter}, ${threads}\n`);
} catch (error) {
  if (!interrupted) printError(error);
  process.exitCode = EXIT.failed;
} finally {
  bar.end();
  await browser.close();
  await site.close();
}
