// `./dev first [ROUNDS]`: from the first request for the page to a preview of its example that looks painted: at least ten iterations, and a style
// loss of at most 0.7 of what it was at the beginning. A browser that has never been here, the cpu engine, one click as soon as there is what to click.

import { launch } from "./lib/chromium.mjs";
import { serve } from "./lib/server.mjs";

const ITERATIONS = 10;
const RATIO = 0.7;

const rounds = Number(process.argv[2] ?? 5);
const site = await serve();

/** @typedef {{ click: number, engine: number, first: number, looks: number, iteration: number, ratio: number, size: string }} Times in seconds since navigation began */

/** @returns {Promise<Times>} */
async function once() {
  const browser = await launch("none");
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(
      ([iterations, ratio]) => {
        const now = () => performance.now() / 1000;
        /** @type {any} */
        const times = { click: 0, engine: 0, first: 0, looks: 0 };
        /** @type {any} */ (window).times = times;
        const look = () => {
          const { pastiche } = /** @type {any} */ (window);
          const button = document.querySelector("#paint");
          if (!times.engine && pastiche?.engine()) times.engine = now();
          if (!times.click && button instanceof HTMLButtonElement && !button.disabled && !button.hidden) {
            button.click();
            times.click = now();
          }
          // What is shown says which iterate it is.
          const shown = Number(document.querySelector("#caption-text")?.textContent?.match(/step (\d+)/)?.[1] ?? -1);
          if (times.click && !times.first && shown >= 0) times.first = now();
          const losses = pastiche?.losses() ?? [];
          const row = losses.find((/** @type {any} */ each) => each.iteration === shown) ?? (losses.at(-1)?.iteration < shown ? losses.at(-1) : undefined);
          if (shown >= Number(iterations) && row && row.style <= Number(ratio) * losses[0].style && !times.looks) {
            Object.assign(times, { looks: now(), iteration: shown, ratio: row.style / losses[0].style });
            const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
            times.size = `${canvas.width} x ${canvas.height}`;
          }
          if (!times.looks) setTimeout(look, 10);
        };
        look();
      },
      [ITERATIONS, RATIO],
    );
    await page.goto(`${site.url}?engine=cpu&network=sketch`);
    await page.waitForFunction(() => /** @type {any} */ (window).times.looks > 0, null, { timeout: 120_000 });
    return await page.evaluate(() => /** @type {any} */ (window).times);
  } finally {
    await browser.close();
  }
}

/** @type {Times[]} */
const all = [];
try {
  for (let round = 0; round < rounds; round++) {
    const times = await once();
    all.push(times);
    const s = (/** @type {number} */ value) => `${value.toFixed(2)} s`;
    console.log(`engine ready ${s(times.engine)}, clicked ${s(times.click)}, first preview ${s(times.first)}, iteration ${times.iteration} at ${times.size} with style ratio ${times.ratio.toFixed(2)} ${s(times.looks)}`);
  }
  const sorted = all.map(({ looks }) => looks).sort((a, b) => a - b);
  console.log(`median of ${rounds}: ${(sorted[Math.floor(rounds / 2)] ?? 0).toFixed(2)} s from navigation to a preview of the example at iteration ${ITERATIONS} or later with a style ratio of ${RATIO} or less`);
} finally {
  await site.close();
}
