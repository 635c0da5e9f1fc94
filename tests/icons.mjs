// Draws web/pwa/icons/ from web/pwa/icons/icon.svg again: the sizes that installing wants, and one whose edges a round mask may take.

import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { launch } from "./lib/chromium.mjs";

const svg = readFileSync(new URL("../web/pwa/icons/icon.svg", import.meta.url), "utf8");
const out = fileURLToPath(new URL("../web/pwa/icons/", import.meta.url));
mkdirSync(out, { recursive: true });
const browser = await launch("none");
for (const [name, size, inset] of /** @type {const} */ ([["192", 192, 0], ["512", 512, 0], ["maskable", 512, 0.12]])) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const paper = inset > 0 ? "background:#f4f0e7;" : "";
  await page.setContent(`<body style="margin:0;${paper}">${svg.replace("<svg", `<svg style="display:block;box-sizing:border-box;width:100vw;height:100vh;padding:${100 * inset}vw"`)}</body>`);
  await page.screenshot({ path: `${out}${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
