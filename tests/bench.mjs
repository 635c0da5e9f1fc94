// `./dev bench`: our kernels, burn's own, TensorFlow.js and PyTorch on the same network and the same loss, in turns.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { asProcess, inPage } from "./bench/hosts.mjs";
import { ALL, bundlesFor, IN_PAGE, NATIVE, ON_VULKAN, readOptions, RIVAL, UsageError } from "./bench/options.mjs";
import { pageRuns } from "./bench/page-runs.mjs";
import { wholeRuns } from "./bench/whole-runs.mjs";
import { hardwareAdapter, launch } from "./lib/chromium.mjs";
import { ISOLATED, serve } from "./lib/server.mjs";
import "./bench/workload.js";

/** @typedef {import("./bench/hosts.mjs").Host} Host */
/** @typedef {{ program: string, size: number, threads: number, forward_ms: number, step_ms: number, gflops: number, adapter: string }} Row */

const here = path.dirname(fileURLToPath(import.meta.url));
const cache = process.env.PASTICHE_CACHE ?? path.join(here, "../target");

/** Results are compared at this height and width before anything is timed. */
const CHECKED = [48, 64];
/** Relative: of the loss, and the L2 norm of the gradient, in which rounding grows because ReLU's masks flip. */
const BOUNDS = { loss: 1e-3, gradient: 2e-2 };
/** A program whose last step took fewer milliseconds than this, or that has made none, makes one before its turn counts: the others have had the caches, and its threads sleep. */
const QUICK = 1000;
/** A program that has used this many milliseconds on a size, and has had three rounds, sits out. */
const ENOUGH = 60_000;

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);
/** @param {number[]} numbers */
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** @param {ArrayLike<number>} found @param {ArrayLike<number>} expected */
function relativeL2(found, expected) {
  let [distance, norm] = [0, 0];
  for (let n = 0; n < expected.length; n++) {
    distance += ((found[n] ?? NaN) - (expected[n] ?? 0)) ** 2;
    norm += (expected[n] ?? 0) ** 2;
  }
  return Math.sqrt(distance / norm);
}

/** The numbers a program computes at the size for checks. @param {Host} host @returns {Promise<{ loss: number, gradient: number[] }>} */
async function results(host) {
  await host.ask("prepare", CHECKED);
  return host.ask("gradient");
}

/** @param {Host} host @param {{ loss: number, gradient: number[] }} expected @param {string} by */
async function check(host, expected, by) {
  const found = await results(host);
  const errors = { loss: Math.abs(found.loss / expected.loss - 1), gradient: relativeL2(found.gradient, expected.gradient) };
  const words = `${label(host)} against ${by}: loss ${errors.loss.toExponential(1)}, gradient ${errors.gradient.toExponential(1)}`;
  if (!(errors.loss < BOUNDS.loss && errors.gradient < BOUNDS.gradient)) throw new Error(`Wrong results, so nothing is timed. ${words}`);
  say(`  ${words}`);
}

/** @param {Host} host */
const label = ({ program, threads, family }) =>
  [program, family.endsWith("gpu") ? "" : threads === 1 ? "1 thread" : `${threads} threads`, family.startsWith("native") ? "native" : ""].filter(Boolean).join(", ");

/**
 * @param {Host[]} hosts
 * @param {number} size
 * @param {number} rounds
 * @returns {Promise<Row[]>}
 */
async function measure(hosts, size, rounds) {
  const times = hosts.map(() => ({ forward: /** @type {number[]} */ ([]), step: /** @type {number[]} */ ([]), spent: 0 }));
  for (const host of hosts) {
    await host.ask("prepare", [size, size]);
    // The first run compiles, and fills caches.
    await host.ask("step");
    await host.ask("forward");
  }
  for (let round = 0; round < rounds; round++) {
    for (const [n, host] of hosts.entries()) {
      const time = times[n];
      if (!time || (time.step.length >= 3 && time.spent > ENOUGH)) continue;
      if ((time.step.at(-1) ?? 0) < QUICK) await host.ask("step");
      const { ms: forward } = await host.ask("forward");
      const { ms: step, loss } = await host.ask("step");
      if (!Number.isFinite(loss)) throw new Error(`${label(host)} computed ${loss} at ${size} pixels.`);
      time.forward.push(forward);
      time.step.push(step);
      time.spent += forward + step;
    }
    say(`  ${size} x ${size}: round ${round + 1} of ${rounds}`);
  }
  const operations = /** @type {any} */ (globalThis).workload.operations(size, size);
  return hosts.map(({ program, threads, adapter }, n) => {
    const [forward, step] = [median(times[n]?.forward ?? []), median(times[n]?.step ?? [])];
    const round = (/** @type {number} */ value) => Number(value.toPrecision(4));
    // A gradient with respect to the picture is as many operations as the forward pass.
    return { program, size, threads, forward_ms: round(forward), step_ms: round(step), gflops: round((2 * operations) / step / 1e6), adapter };
  });
}

/** As Markdown. @param {Row[]} rows @param {Host[]} hosts */
function table(rows, hosts) {
  // Of ours the plain bundle is what the others are compared with.
  const family = (/** @type {Row} */ row) => hosts.find(({ program, threads, adapter }) => program === row.program && threads === row.threads && adapter === row.adapter)?.family;
  const lines = rows.map((row) => {
    const kind = family(row);
    const ours = rows.find((other) => other.program.startsWith("pastiche") && other.size === row.size && family(other) === kind && (kind?.endsWith("gpu") || other.threads === row.threads));
    const { operations } = /** @type {any} */ (globalThis).workload;
    const forward = operations(row.size, row.size) / row.forward_ms / 1e6;
    return [
      row.program, String(row.size), kind?.endsWith("gpu") ? "" : String(row.threads), row.forward_ms.toFixed(1), row.step_ms.toFixed(1), forward.toFixed(1), row.gflops.toFixed(1),
      ours ? (row.step_ms / ours.step_ms).toFixed(2) : "", row.adapter,
    ];
  });
  const head = ["program", "size", "threads", "forward, ms", "step, ms", "forward, GFLOP/s", "step, GFLOP/s", "step / ours", "on"];
  return markdown(head, lines, [0, 8]);
}

/** @typedef {{ operation: string, ms: number, operations: number }} Cost */

/** Where a step's time goes, as Markdown. @param {Cost[]} costs */
function profileTable(costs) {
  const whole = costs.find(({ operation }) => operation === "a step")?.ms ?? NaN;
  const lines = costs.map(({ operation, ms, operations }) => [operation, ms.toFixed(2), ((100 * ms) / whole).toFixed(1), operations > 0 ? (operations / ms / 1e6).toFixed(1) : ""]);
  return markdown(["operation", "ms", "% of a step", "GFLOP/s"], lines, [0]);
}

/** @param {string[]} head @param {string[][]} lines @param {number[]} words columns that are not numbers */
function markdown(head, lines, words) {
  const widths = head.map((title, n) => Math.max(title.length, ...lines.map((line) => line[n]?.length ?? 0)));
  const text = (/** @type {string[]} */ cells) => `| ${cells.map((cell, n) => (words.includes(n) ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(" | ")} |`;
  return [text(head), text(head.map((_, n) => (words.includes(n) ? "-".repeat(widths[n] ?? 0) : `${"-".repeat((widths[n] ?? 1) - 1)}:`))), ...lines.map(text)].join("\n");
}

/** A Python with PyTorch, or null. */
function pythonWithTorch() {
  for (const python of [process.env.PASTICHE_PYTHON ?? "python3", "python"]) {
    try {
      execFileSync(python, ["-c", "import torch, numpy"], { stdio: "ignore" });
      return python;
    } catch { /* the next */ }
  }
  return null;
}

/** The software driver that comes with Debian's Chromium. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** @param {string[]} programs @param {boolean} hardware @returns {Promise<Host[]>} */
async function startOnVulkan(programs, hardware) {
  const binary = path.join(cache, "native-gpu/release/bench-native");
  const env = !hardware && !process.env.VK_DRIVER_FILES && existsSync(SWIFTSHADER) ? { VK_DRIVER_FILES: SWIFTSHADER } : {};
  const hosts = [];
  for (const program of programs.filter((name) => ON_VULKAN.includes(name))) hosts.push(await asProcess({ program, threads: 1, command: [binary, program], env }));
  return hosts;
}

/** @param {string[]} programs @param {string} [before] folder of an earlier build @returns {Promise<Host[]>} */
async function startNative(programs, before) {
  const counts = ALL > 1 ? [1, ALL] : [1];
  const hosts = [];
  const binary = path.join(cache, "native/release/bench-native");
  for (const program of programs.filter((name) => name !== "pytorch" && NATIVE.includes(name))) {
    if (!existsSync(binary)) {
      say(`  ${program} is not built natively.`);
      continue;
    }
    for (const threads of counts) hosts.push(await asProcess({ program, threads, command: [binary, program, String(threads)] }));
    const earlier = before && path.join(before, "bench-native");
    if (earlier && program.startsWith("pastiche") && existsSync(earlier)) {
      for (const threads of counts) hosts.push(await asProcess({ program: `earlier-${program}`, threads, command: [earlier, program, String(threads)] }));
    }
  }
  if (programs.includes("pytorch")) {
    const python = pythonWithTorch();
    if (python) for (const threads of counts) hosts.push(await asProcess({ program: "pytorch", threads, command: [python, path.join(here, "bench/pytorch.py"), String(threads)] }));
    else say("  PyTorch is not installed here (python3 -c 'import torch'), so there are no rows of it.");
  }
  return hosts;
}

/** @param {import("playwright-core").Page} page @param {string[]} programs @param {string} [before] folder of an earlier build's bundles @returns {Promise<Host[]>} */
async function startInPage(page, programs, before) {
  const hosts = [];
  for (const program of programs.filter((name) => name in IN_PAGE)) {
    const { one = "", several } = IN_PAGE[program] ?? {};
    hosts.push(await inPage(page, { program, bundle: one, threads: 1 }));
    for (const [bundle, threads] of /** @type {const} */ ([[one, 1], [several, ALL]])) {
      if (before && bundle && program.startsWith("pastiche") && existsSync(path.join(before, bundle)) && (threads === 1 || ALL > 1)) {
        hosts.push(await inPage(page, { program: `earlier-${program}`, bundle: `../before/${bundle}`, threads }));
      }
    }
    if (several === undefined || ALL === 1) continue;
    if (several && !existsSync(path.join(cache, "bench", several))) say(`  ${program}: there is no bundle with threads.`);
    else hosts.push(await inPage(page, { program, bundle: several, threads: ALL }));
  }
  return hosts;
}

/** What it measured. @param {import("./bench/options.mjs").Options} options @returns {Promise<object[]>} */
async function run({ sizes, programs, rounds, profile, vulkan, before, pageOnly }) {
  const site = await serve({ folder: path.join(here, ".."), also: { "engine/": path.join(cache, "bench"), ...(before ? { "before/": path.resolve(before) } : {}) }, headers: ISOLATED });
  const hardware = await hardwareAdapter();
  const browser = await launch(hardware ? "hardware" : "software");
  /** @type {Host[]} */
  const hosts = [];
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => say(`  the page: ${error}`));
    await page.goto(new URL("tests/bench/page.html", site.url).href);
    await page.waitForFunction(() => "bench" in window);
    say(`${cpus()[0]?.model.trim()}, ${ALL} cores; Chromium ${browser.version()}.`);
    say("Checking results before anything is timed:");
    const [stock, shipped] = [await inPage(page, { program: "burn-flex", bundle: "cpu", threads: 1 }), await inPage(page, { program: "pastiche-cpu", bundle: "cpu", threads: 1 })];
    const expected = await results(stock);
    await check(shipped, expected, "burn-flex");
    await stock.stop();
    await shipped.stop();
    hosts.push(...(await startInPage(page, programs, before)), ...(pageOnly ? [] : await startNative(programs, before)));
    if (vulkan) hosts.push(...(await startOnVulkan(programs, hardware)));
    for (const host of hosts) await check(host, expected, "burn-flex");
    if (profile) {
      const all = [];
      for (const host of hosts) {
        for (const size of sizes ?? [hardware ? 512 : host.family.endsWith("gpu") ? 64 : 128]) {
          const { costs } = await host.ask("profile", [size, size]);
          console.log(`\n${label(host)}, ${size} x ${size}, on ${host.adapter}:\n\n${profileTable(costs)}`);
          all.push({ program: host.program, size, threads: host.threads, adapter: host.adapter, costs });
        }
      }
      return all;
    }
    say("Measuring:");
    /** @type {Row[]} */
    const rows = [];
    for (const size of sizes ?? (hardware ? [256, 512] : [64, 128])) {
      // On an adapter in software a step of 128 pixels takes burn the better part of a minute.
      const able = hosts.filter(({ family }) => sizes !== null || hardware || size <= 64 || !family.endsWith("gpu"));
      rows.push(...(await measure(able, size, rounds)));
    }
    console.log(table(rows, hosts));
    return rows;
  } finally {
    await Promise.allSettled(hosts.map((host) => host.stop()));
    await browser.close();
    await site.close();
  }
}

/** Whole runs of the rival and of ours, where it can be had. @param {import("./bench/options.mjs").Options} options @returns {object[]} */
function beside({ sizes, rounds }) {
  const python = pythonWithTorch();
  if (!python) {
    say(`  PyTorch is not installed here (python3 -c 'import torch'), so there are no rows of ${RIVAL}.`);
    return [];
  }
  const rows = wholeRuns({ python, sizes: sizes ?? [64, 128], counts: ALL > 1 ? [1, ALL] : [1], rounds, cache, say });
  const lines = rows.map(({ program, threads, width, height, evaluations, iterations, ms, start_s, adapter }) => {
    const ours = rows.find((row) => row.program.startsWith("pastiche") && row.width === width && row.height === height && row.threads === threads);
    return [
      program, `${width} x ${height}`, String(threads), `${iterations} (${evaluations})`, ms.toFixed(1), ours ? (ms / ours.ms).toFixed(2) : "", start_s.toFixed(1), `native, ${adapter}`,
    ];
  });
  const head = ["program", "painting", "threads", "iterations (evaluations)", "with its optimiser, ms an evaluation", "that / ours", "the rest of the run, s", "on"];
  if (rows.length > 0) console.log(`\n${markdown(head, lines, [0, 7])}`);
  return rows;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.bundles) console.log(options.pageRuns.length > 0 ? "" : bundlesFor(options.programs).join("\n"));
  else if (options.pageRuns.length > 0) {
    const rows = await pageRuns({ ...options, which: options.pageRuns, say });
    const lines = rows.map(({ measured, build, value, unit, more }) => {
      const earlier = rows.find((row) => row.measured === measured && row.build === "earlier");
      return [measured, build, `${value.toFixed(0)} ${unit}`, earlier && build === "this" ? (value / earlier.value).toFixed(2) : "", more];
    });
    console.log(markdown(["measured", "build", "median", "this / earlier", ""], lines, [0, 1, 4]));
    if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  } else {
    const programs = options.programs.filter((program) => program !== RIVAL);
    const rows = programs.length > 0 ? await run({ ...options, programs }) : [];
    if (options.programs.includes(RIVAL)) rows.push(...beside(options));
    if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
