// The work of `./dev faults`: injects every fault of tests/faults/rows.mjs, or those whose names contain a word, and prints what came of each.
// --every N: of what fails at each of its calls, one run in N of them.

import { EXIT, guard, say } from "./lib/failures.mjs";
import { launch } from "./lib/chromium.mjs";
import { serve } from "./lib/server.mjs";
import { inject } from "./faults/drive.mjs";
import { ROWS } from "./faults/rows.mjs";

/** @typedef {import("./faults/rows.mjs").Row} Row */
/** @typedef {import("./faults/drive.mjs").Outcome} Outcome */

guard();
const { every, words } = readArguments(process.argv.slice(2));
const rows = ROWS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (rows.length === 0) {
  say(`No fault is called ${words.join(" or ")}; there are:\n  ${ROWS.map(({ name }) => name).join("\n  ")}`);
  process.exit(EXIT.usage);
}

const COLUMNS = ["fault", "phase", "said", "lost", "result stayed", "next run", ""];
/** @type {Record<"runs" | "failed" | "lostPictures" | "stuck", number>} */
const sum = { runs: 0, failed: 0, lostPictures: 0, stuck: 0 };
const site = await serve();
/** One for each kind of row: a graphics process that has crashed is not to be met by others. */
let browser = await launchFor();
console.log(`| ${COLUMNS.join(" | ")} |\n|${COLUMNS.map(() => "---").join("|")}|`);
try {
  for (const row of rows) {
    if (row.every) await injectEvery(row);
    else print(row, await once(row));
  }
} finally {
  await browser.close();
  await site.close();
}
console.log(`\n${sum.runs} faults injected: ${sum.failed} broke the promise; pictures lost: ${sum.lostPictures}; runs that did not go on: ${sum.stuck}.`);
if (sum.failed > 0) process.exitCode = EXIT.failed;

/** @param {Row} row @returns {Promise<Outcome>} */
async function once(row) {
  if (!browser.isConnected()) browser = await launchFor();
  const outcome = await inject(row, browser, site.url);
  if (outcome.happened === 0) outcome.problems.push("the fault did not happen");
  if (row.browser || outcome.problems.some((problem) => /does not answer any more/.test(problem))) {
    await browser.close();
    browser = await launchFor();
  }
  sum.runs += 1;
  if (outcome.problems.length > 0) sum.failed += 1;
  if (outcome.stayed === false) sum.lostPictures += 1;
  if (!outcome.isNextOk) sum.stuck += 1;
  return outcome;
}

/** The call fails at the n-th time, for every n until a run has no more of them. @param {Row} row */
async function injectEvery(row) {
  const { worker } = row;
  if (!worker) return;
  let count = 0;
  /** @type {Map<string, number>} */
  const sentences = new Map();
  /** @type {Outcome} */
  const all = { said: "", lost: null, stayed: true, isNextOk: true, problems: [], happened: 1, moment: null };
  for (let n = 1; ; n += every) {
    const outcome = await inject({ ...row, worker: { ...worker, at: n } }, browser, site.url);
    if (outcome.happened === 0) break;
    count += 1;
    sum.runs += 1;
    // Of hundreds, each of several seconds.
    if (count % 25 === 0) say(`${row.name}: at call ${n}, ${all.problems.length} broke the promise`);
    sentences.set(outcome.said, (sentences.get(outcome.said) ?? 0) + 1);
    all.lost = Math.max(all.lost ?? 0, outcome.lost ?? 0);
    all.stayed &&= outcome.stayed !== false;
    all.isNextOk &&= outcome.isNextOk;
    if (outcome.problems.length > 0) {
      sum.failed += 1;
      all.problems.push(`at ${n}: ${outcome.problems.join("; ")}`);
    }
    if (outcome.stayed === false) sum.lostPictures += 1;
    if (!outcome.isNextOk) sum.stuck += 1;
  }
  all.said = [...sentences].map(([sentence, times]) => `${times}: ${sentence}`).join(" / ");
  print({ ...row, name: `${row.name} (${count} of them${every > 1 ? `, one in ${every}` : ""})` }, all);
}

/** @param {Row} row @param {Outcome} outcome */
function print({ name, phase }, { said, lost, stayed, isNextOk, problems }) {
  const cells = [name, phase, said, lost === null ? "" : lost === 1 ? "1 step" : `${lost} steps`, stayed === null ? "" : stayed ? "yes" : "NO", isNextOk ? "ok" : "FAILED", problems.length > 0 ? `BROKEN: ${problems.join("; ")}` : ""];
  console.log(`| ${cells.map((cell) => cell.replaceAll("|", "/").replaceAll("\n", " ")).join(" | ")} |`);
}

function launchFor() {
  return launch(rows.some(({ engine }) => engine === "gpu") ? "software" : "none", ["--disable-gpu-process-crash-limit"]);
}

/** @param {string[]} given */
function readArguments(given) {
  const at = given.indexOf("--every");
  if (at === -1) return { every: 1, words: given };
  const every = Number(given[at + 1]);
  if (!Number.isInteger(every) || every < 1) {
    say("--every takes a whole number from 1 on.");
    process.exit(EXIT.usage);
  }
  return { every, words: given.toSpliced(at, 2) };
}
