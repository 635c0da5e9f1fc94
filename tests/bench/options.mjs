// The command line of `./dev bench`, and which programs there are.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { PAGE_RUNS } from "./page-runs.mjs";

export class UsageError extends Error {}

/** Programs in the page: the engine bundles that they come in, for one thread and for several. */
export const IN_PAGE = /** @type {Record<string, { one?: string, several?: string }>} */ ({
  "pastiche-gpu": { one: "gpu" },
  "burn-webgpu": { one: "gpu" },
  "tfjs-webgpu": { one: "" },
  "pastiche-cpu": { one: "cpu", several: "cpu-threads" },
  "pastiche-cpu-relaxed": { one: "cpu-relaxed", several: "cpu-relaxed" },
  "burn-flex": { one: "cpu", several: "cpu-threads" },
  "tfjs-wasm": { one: "", several: "" },
});
/** Programs that run natively too, or only so; and, where it is asked for, those that do on Vulkan. */
export const NATIVE = ["pastiche-cpu", "burn-flex", "pytorch"];
export const ON_VULKAN = ["pastiche-gpu", "burn-webgpu"];
/** The program of that name on PyPI, which has a network and a loss of its own: a whole run of it beside one of ours, in a table of its own. */
export const RIVAL = "pypi-pastiche";
const OURS = "pastiche";
const PROGRAMS = [...new Set([...Object.keys(IN_PAGE), ...NATIVE, RIVAL])];

const USAGE = `Usage: ./dev bench [--size N[,N...]] [--programs A,B,...] [--rounds N] [--json FILE] [--profile] [--vulkan] [--before FOLDER] [--page-only]
       ./dev bench --page-runs [${PAGE_RUNS.join(",")}] [--before FOLDER] [--rounds N] [--json FILE]
Programs: ${PROGRAMS.join(", ")}
--profile: where a step of ours spends its time, operation by operation
--vulkan: the programs for GPUs natively as well
--page-only: nothing natively, and nothing is built for that
--page-runs: of the finished page (./dev build) on the gpu engine: how soon the first losses come and how many pipelines that takes, what late
  answers cost a step of L-BFGS, and the longest submission; --before is then the folder of an earlier build's site
--before: ours of an earlier build in the same run: a copy of its folder bench/, and of native/release/bench-native in there
${RIVAL}: iterations of PyPI's pastiche, and of our default, on the bundled example, with their optimisers; the others are timed without one`;

export const ALL = availableParallelism();

/**
 * @typedef {object} Options
 * @property {number[] | null} sizes null: what suits the machine
 * @property {string[]} programs
 * @property {number} rounds
 * @property {string | undefined} json file
 * @property {boolean} profile of our programs, instead of times beside the others'
 * @property {boolean} vulkan whether those for GPUs run natively as well
 * @property {boolean} pageOnly whether nothing runs natively
 * @property {string | undefined} before folder with the bundles of an earlier build
 * @property {string[]} pageRuns what is measured of the finished page; empty: nothing, and the programs are
 * @property {boolean} bundles only print which bundles are needed
 */

/** @param {string[]} words @returns {Options} */
export function readOptions(words) {
  const { values, positionals } = parse(words);
  if (positionals.length > 0 && !values["page-runs"]) throw new UsageError(`What is "${positionals[0]}"?\n${USAGE}`);
  const pageRuns = values["page-runs"] ? (positionals[0]?.split(",") ?? PAGE_RUNS) : [];
  if (positionals.length > 1 || pageRuns.some((name) => !PAGE_RUNS.includes(name))) throw new UsageError(`--page-runs takes some of ${PAGE_RUNS.join(",")}.\n${USAGE}`);
  const profile = Boolean(values.profile);
  const programs = values.programs?.split(",") ?? PROGRAMS.filter((program) => !profile || program.startsWith(OURS));
  const unknown = programs.find((program) => !PROGRAMS.includes(program));
  if (unknown !== undefined) throw new UsageError(`There is no program called "${unknown}".\n${USAGE}`);
  if (profile && programs.some((program) => !program.startsWith(OURS))) throw new UsageError(`--profile is of our own programs: ${PROGRAMS.filter((program) => program.startsWith(OURS)).join(", ")}.\n${USAGE}`);
  const sizes = values.size?.split(",").map(Number) ?? null;
  if (sizes?.some((size) => !Number.isInteger(size) || size < 16)) throw new UsageError(`A size is a whole number of pixels, 16 or more.\n${USAGE}`);
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError(`--rounds wants a whole number, 1 or more.\n${USAGE}`);
  return { sizes, programs, rounds, json: values.json, profile, vulkan: Boolean(values.vulkan), before: values.before, pageOnly: Boolean(values["page-only"]), pageRuns, bundles: Boolean(values.bundles) };
}

/** @param {string[]} words */
function parse(words) {
  const text = /** @type {const} */ ({ type: "string" });
  try {
    return parseArgs({ args: words, allowPositionals: true, options: { size: text, programs: text, rounds: text, json: text, profile: { type: "boolean" }, vulkan: { type: "boolean" }, before: text, "page-only": { type: "boolean" }, "page-runs": { type: "boolean" }, bundles: { type: "boolean" } } });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

/** The engines whose bundles are needed. @param {string[]} programs @returns {string[]} */
export function bundlesFor(programs) {
  if (programs.every((program) => program === RIVAL)) return [];
  // What the others are checked against is always there.
  const needed = new Set(["cpu"]);
  for (const program of programs) {
    const { one, several } = IN_PAGE[program] ?? {};
    if (one) needed.add(one);
    if (several && ALL > 1) needed.add(several);
  }
  return [...needed];
}
