// Runs the browser tests, one file after the other: two Chromiums at once would measure each other. Arguments choose files by part of their name;
// --built-only skips, by name, the tests of an engine that is not built.

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

import { DIST } from "./lib/server.mjs";

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

const results = run({ files, concurrency: 1, timeout: 15 * 60_000 });
results.on("test:fail", () => {
  process.exitCode = 1;
});
results.pipe(new spec()).pipe(process.stdout);
