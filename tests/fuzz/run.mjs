// Runs fuzz targets of the page's modules: node tests/fuzz/run.mjs [TARGET ...] [--seconds N] [--executions N] [--seed S] [--at N] [--out FOLDER].
// `./dev fuzz` calls it. An execution's input is made from the seed and the execution's number; where one fails, its input goes to the folder, as
// far as it can be written, and the command that repeats it is printed.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { randomOf } from "./random.mjs";
import { TARGETS } from "./targets.mjs";

const MOST_FAILURES = 10;
/** What an execution may take, in milliseconds. */
const LIMIT = 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string" }, executions: { type: "string" }, seed: { type: "string", default: "1" }, at: { type: "string" },
    out: { type: "string", default: path.join(process.env["PASTICHE_CACHE"] ?? "target", "fuzz") },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0) {
  console.error(`There is no target ${unknown.join(", ")}; there are ${Object.keys(TARGETS).join(", ")}.`);
  process.exit(2);
}
const seed = Number(values.seed);
const first = Number(values.at ?? 0);
const executions = values.at === undefined ? Number(values.executions ?? (values.seconds === undefined ? 2000 : Infinity)) : 1;
const milliseconds = 1000 * Number(values.seconds ?? Infinity);

/** @param {string} name @param {number | string} number @param {unknown} input @param {unknown} reason */
function failure(name, number, input, reason) {
  console.error(`${name}: execution ${number} failed: ${reason instanceof Error ? reason.stack?.split("\n").slice(0, 4).join("\n") : String(reason)}`);
  mkdirSync(values.out, { recursive: true });
  const file = path.join(values.out, `${name}-${seed}-${number}`);
  const text = () => { try { return JSON.stringify(input) ?? String(input); } catch { return String(input); } };
  writeFileSync(file, input instanceof Uint8Array || typeof input === "string" ? input : text());
  console.error(`  The input is ${file}; ./dev fuzz ${name} --seed ${seed} --at ${number} repeats it.`);
}

for (const name of names) {
  const target = /** @type {import('./targets.mjs').Target<any>} */ (TARGETS[name]);
  const [begun, counts] = [performance.now(), { executions: 0, accepted: 0, refused: 0, failed: 0 }];
  for (const [n, input] of target.seeds().entries()) {
    const accepted = await Promise.resolve(input).then((it) => target.check(it)).catch((error) => { failure(name, `seed${n}`, input, error); return null; });
    if (accepted === false) failure(name, `seed${n}`, input, "a valid input is refused");
    if (accepted !== true) counts.failed += 1;
  }
  for (let number = first; counts.executions < executions && counts.failed < MOST_FAILURES && performance.now() - begun < milliseconds; number += 1) {
    const input = target.input(randomOf(seed, number));
    counts.executions += 1;
    const started = performance.now();
    try {
      const accepted = await target.check(input);
      if (accepted) counts.accepted += 1;
      else counts.refused += 1;
      if (performance.now() - started <= LIMIT) continue;
      // Once more, by the processor's clock: a machine with other work to do takes seconds for anything.
      const before = process.cpuUsage();
      await target.check(input);
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1000;
      if (took > LIMIT) throw new Error(`it takes ${Math.round(took)} ms, and ${LIMIT} are allowed`);
    } catch (error) {
      counts.failed += 1;
      failure(name, number, input, error);
    }
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(5);
  console.log(`${name.padEnd(14)} ${String(counts.executions).padStart(9)} executions in ${seconds} s: ${String(counts.accepted).padStart(8)} accepted, ${String(counts.refused).padStart(9)} refused, ${counts.failed} failed (seed ${seed})`);
  if (counts.failed > 0) process.exitCode = 1;
}
