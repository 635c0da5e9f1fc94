// `./dev lighthouse`: the page's scores by Lighthouse, as a phone and as a desk see it, served compressed as GitHub Pages does. The first argument is
// the folder that Lighthouse is installed in: it is larger than everything else the tests need together, so only this command fetches it.

import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { launch } from "./lib/chromium.mjs";
import { serve } from "./lib/server.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const ENOUGH = 95;

const folder = process.argv[2] ?? "";
const entry = path.join(folder, "node_modules/lighthouse/core/index.js");
const { default: lighthouse, desktopConfig } = await import(pathToFileURL(entry).href);

/** @returns {Promise<number>} a free port */
const free = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

const site = await serve({ gzip: true });
try {
  for (const [name, config] of [["mobile", undefined], ["desktop", desktopConfig]]) {
    const port = await free();
    const browser = await launch("none", [`--remote-debugging-port=${port}`]);
    try {
      const { lhr, report } = await lighthouse(site.url, { port, output: "html", onlyCategories: CATEGORIES, logLevel: "error" }, config);
      const scores = CATEGORIES.map((category) => Math.round(100 * lhr.categories[category].score));
      console.log(`${name}: ${CATEGORIES.map((category, i) => `${category} ${scores[i]}`).join(", ")}`);
      const timings = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"];
      console.log(`  ${timings.map((id) => `${lhr.audits[id].title} ${lhr.audits[id].displayValue}`).join(", ")}`);
      for (const category of CATEGORIES) {
        for (const { id, weight } of lhr.categories[category].auditRefs) {
          const { score, title, scoreDisplayMode } = lhr.audits[id];
          if (weight > 0 && score !== null && score < 0.9 && scoreDisplayMode !== "informative") console.log(`  ${category}: ${title} (${Math.round(100 * score)})`);
        }
      }
      await writeFile(path.join(folder, `${name}.html`), report);
      if (scores.some((score) => score < ENOUGH)) process.exitCode = 1;
    } finally {
      await browser.close();
    }
  }
  console.log(`The reports are in ${folder}`);
} finally {
  await site.close();
}
