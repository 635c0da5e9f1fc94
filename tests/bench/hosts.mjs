// Where the benchmark's programs run: in a page, or as processes on this machine. Both are asked the same things.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @typedef {object} Host
 * @property {string} program
 * @property {number} threads
 * @property {string} adapter
 * @property {"gpu" | "cpu" | "native" | "native gpu"} family programs whose times are compared with ours of the same
 * @property {(type: "prepare" | "forward" | "step" | "gradient" | "profile", size?: number[]) => Promise<any>} ask
 * @property {() => Promise<void>} stop
 */

/**
 * A program in the benchmark's page.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ program: string, bundle: string, threads: number }} spec
 * @returns {Promise<Host>}
 */
export async function inPage(page, spec) {
  const { id, adapter } = await page.evaluate((spec) => /** @type {any} */ (window).bench.start(spec), spec);
  return {
    program: spec.program,
    threads: spec.threads,
    adapter,
    family: /gpu$/.test(spec.program) ? "gpu" : "cpu",
    ask: (type, size) => page.evaluate(([id, type, size]) => /** @type {any} */ (window).bench.ask(id, type, size), /** @type {const} */ ([id, type, size])),
    stop: () => page.evaluate((id) => /** @type {any} */ (window).bench.stop(id), id),
  };
}

/**
 * A program that reads commands from its standard input.
 *
 * @param {{ program: string, threads: number, command: string[], env?: Record<string, string> }} spec its first line says on what it runs
 * @returns {Promise<Host>}
 */
export async function asProcess({ program, threads, command: [file = "", ...words], env = {} }) {
  const child = spawn(file, words, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env, RAYON_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads) } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`${program} ended by itself; what it said stands above.`)));
  });
  ended.catch(() => {});
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), /** @type {Promise<never>} */ (ended)]);
    if (done) throw new Error(`${program} ended by itself; what it said stands above.`);
    return JSON.parse(value);
  };
  const { adapter } = await answer();
  return {
    program,
    threads,
    adapter: `native, ${adapter}`,
    family: /gpu$/.test(program) || /CUDA|NVIDIA/.test(adapter) ? "native gpu" : "native",
    ask: (type, size = []) => {
      child.stdin.write(`${[type, ...size].join(" ")}\n`);
      return answer();
    },
    stop: async () => {
      child.removeAllListeners("exit");
      child.kill();
    },
  };
}
