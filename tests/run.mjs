// Runs the browser tests, two files at a time, as much of a test is waiting. Files that measure time or memory are alone. Arguments choose
// files by part of their name; --built-only skips, by name, the tests of an engine that is not built.

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

import { DIST } from "./lib/server.mjs";

/** Beside another Chromium they would measure that one too. */
const ALONE = ["estimate", "paint", "running", "session", "start", "talk-figures", "threads"];

const folder = new URL("browser/", import.meta.url);
const wanted = process.argv.slice(2).filter((word) => word !== "--built-only");
const missing = ["cpu", "gpu"].filter((engine) => !existsSync(path.join(DIST, "engine", engine, "browser.js")));
if (missing.length > 0 && !process.argv.includes("--built-only")) {
  console.error(`Not built: the engine ${missing.join(" and the engine ")}. Run ./dev build first, or give --built-only.`);
  process.exit(1);
}
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .map((name) => fileURLToPath(new URL(name, folder)));
if (files.length === 0) {
  console.error(`No browser test is called ${wanted.join(" or ")}.`);
  process.exit(1);
}

const isAlone = (/** @type {string} */ file) => ALONE.includes(path.basename(file, ".test.mjs"));

/** @typedef {{ type: string, data: { nesting: number, message: string } }} Event */

/** What both groups report, with one closing tally. */
async function* results() {
  /** @type {Map<string, number>} */
  const tally = new Map();
  for (const [some, concurrency] of /** @type {const} */ ([[files.filter((file) => !isAlone(file)), 2], [files.filter(isAlone), 1]])) {
    if (some.length === 0) continue;
    for await (const each of run({ files: some, concurrency, timeout: 15 * 60_000 })) {
      const event = /** @type {Event} */ (/** @type {unknown} */ (each));
      if (event.type === "test:fail") process.exitCode = 1;
      const [, name = "", count] = (event.type === "test:diagnostic" && /^(\w+) ([\d.]+)$/.exec(event.data.message)) || [];
      if (count === undefined) yield event;
      else tally.set(name, (tally.get(name) ?? 0) + Number(count));
    }
  }
  for (const [name, count] of tally) yield { type: "test:diagnostic", data: { nesting: 0, message: `${name} ${count}` } };
}

Readable.from(results()).pipe(new spec()).pipe(process.stdout);
