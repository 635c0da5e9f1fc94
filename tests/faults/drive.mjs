// Injects one fault into the real page, and looks at what comes of it: what is said, how much is lost, whether the result stays, whether it goes on.

import { readFileSync } from "node:fs";
import path from "node:path";

import { assertSentence, noteWorkers, ready } from "../browser/support.mjs";
import { injectFaults, neighbour, setFault } from "../browser/faults.mjs";
import { withFile } from "../lib/checksums.mjs";
import { look, open, paint, save, waitFor } from "../lib/page.mjs";
import { difference, readPng } from "../lib/pictures.mjs";
import { DIST } from "../lib/server.mjs";
import { withMemory } from "../lib/wasm-memory.mjs";
import { HAPPENED, injectFault, withFault } from "./inject.mjs";
import { expectedOf } from "./rows.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("./rows.mjs").Row} Row */
/** @typedef {import("./inject.mjs").Moment} Moment */
/** @typedef {import("./inject.mjs").WorkerFault} WorkerFault */
/**
 * What came of a fault.
 * @typedef {object} Outcome
 * @property {string} said
 * @property {number | null} lost steps; null where none could be lost
 * @property {boolean | null} stayed whether a result was on the page all the time, and could be saved; null where there was none yet
 * @property {boolean} isNextOk whether the next run came to its result
 * @property {string[]} problems what should not be; none: the promise was kept
 * @property {number} happened how often the fault was injected
 * @property {Moment | null} moment when it first happened in a worker
 */

/** Two layers are enough for a run with all its phases, and compile in a few seconds on a software adapter. */
export const RUN = {
  preset: "reference", size: 48, evaluations: 12, optimiser: { kind: "adam" },
  content: { layers: [{ layer: "conv2_1", weight: 1 }] }, style: { layers: [{ layer: "conv1_1", weight: 1 }] },
};
/** On the software adapter a step takes a quarter of a second; a fault at a late step asks for more of them. */
const stepsOf = (/** @type {Row} */ { engine, worker }) => (engine === "cpu" ? 12 : Math.max(5, worker && "message" in worker ? worker.at + 1 : 0));
/** The size of a run that the engine's memory is not enough for. */
const LARGE = 320;

/** Nothing may be waited for longer, in milliseconds; and no row may take longer. */
const TIMEOUT = 180_000;
const MOST = 8 * 60_000;
const HOST = "web/engine/host-worker.js";
const WASM = "engine/cpu/browser_bg.wasm";
/** What may be lost besides one step, in milliseconds. */
const MOST_LOST = 10_000;

const file = (/** @type {string} */ name) => readFileSync(path.join(DIST, name));

/**
 * @param {Row} row
 * @param {Browser} browser with a software adapter for rows of the gpu engine
 * @param {string} url
 * @returns {Promise<Outcome>}
 */
export async function inject(row, browser, url) {
  const context = await browser.newContext({ acceptDownloads: true, serviceWorkers: "block" });
  /** @type {Outcome} */
  const outcome = { said: "", lost: null, stayed: null, isNextOk: false, problems: [], happened: 0, moment: null };
  try {
    const page = await context.newPage();
    // On a machine that is busy elsewhere everything takes its time.
    page.setDefaultTimeout(TIMEOUT);
    page.on("pageerror", (error) => outcome.problems.push(`it let escape: ${error.message}`));
    page.on("console", (message) => {
      if (!message.text().startsWith(HAPPENED)) return;
      outcome.happened += 1;
      outcome.moment ??= /** @type {Moment} */ (message.text().slice(HAPPENED.length).trim());
    });
    await within(MOST, new Attempt(row, page, url, outcome).run());
  } catch (error) {
    outcome.problems.push(firstLine(error));
  } finally {
    // A page that hangs is not waited for.
    await within(TIMEOUT, context.close()).catch((error) => outcome.problems.push(firstLine(error)));
  }
  return outcome;
}

const firstLine = (/** @type {unknown} */ error) => String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";

class Attempt {
  /** Whether the fault is to happen. */
  armed = false;
  /** Workers that were started since. */
  workers = 0;
  /** What the page keeps on showing: the result of the first run. @type {ReturnType<typeof readPng> | null} */
  first = null;

  /** @param {Row} row @param {Page} page @param {string} url @param {Outcome} outcome */
  constructor(row, page, url, outcome) {
    this.row = row;
    this.page = page;
    this.url = url;
    this.outcome = outcome;
  }

  async run() {
    const { row, page } = this;
    await this.#intercept();
    await noteWorkers(page);
    if (row.wait) await page.clock.install();
    if (row.cache) await page.addInitScript(refuseCache, row.cache);
    if (row.storage && row.storage !== "deleted") await page.addInitScript(injectFaults, row.storage === "refused" || row.storage === "silent" ? row.storage : null);
    if (row.site && !row.site.atRestart) return this.#atOpening();
    const settings = { ...RUN, evaluations: stepsOf(row) };
    await ready(page, this.url, { settings });
    await this.#paint();
    this.first = readPng((await save(page)).bytes);
    await this.#watchResult();
    await this.#arm();
    if (row.engine === "gpu" && !await this.#chooseGpu()) return this.#next();
    if (row.budget) {
      await page.fill("#size", String(LARGE));
      await page.press("#size", "Tab");
    }
    await this.#paintWithFault();
    await this.#next();
  }

  /** Has the site and the worker fail while the fault is armed. */
  async #intercept() {
    const { row, page } = this;
    const { site } = row;
    await page.route((address) => address.pathname.endsWith("/weights/vgg19.safetensors"), (route) => route.fulfill({ status: 404, contentType: "text/html", body: "" }));
    await page.context().route((address) => address.href.startsWith(this.url), async (route) => {
      const name = new URL(route.request().url()).pathname.slice(new URL(this.url).pathname.length);
      if (!this.armed) return route.fallback();
      if (site && (site.file === name || site.how === "dead") && (!site.atRestart || this.workers > 0)) {
        this.outcome.happened += 1;
        if (site.how === "missing") return route.fulfill({ status: 404, contentType: "text/html", body: "<!doctype html>" });
        if (site.how === "dead") return route.abort();
        // Never answered; the page may be gone by the time that it is let go.
        if (site.how === "stalled") return undefined;
        const bytes = file(name);
        return route.fulfill({ contentType: TYPES[path.extname(name)] ?? "application/octet-stream", body: site.how === "cut" ? bytes.subarray(0, bytes.length / 2) : damaged(bytes) });
      }
      if (name === HOST) {
        const { workers = 1, worker, then } = row;
        const fault = this.workers < workers ? worker : this.workers === workers ? then : undefined;
        this.workers += 1;
        if (fault) return route.fulfill({ contentType: "text/javascript", body: withFault(fault, file(name).toString()) });
      }
      const body = row.budget ? withFile(name, WASM, withMemory(file(WASM), row.budget)) : undefined;
      if (!body) return route.fallback();
      if (name === WASM) this.outcome.happened += 1;
      return route.fulfill({ contentType: TYPES[path.extname(name)] ?? "", body });
    });
  }

  /** From now on the fault may happen; the worker gives way to one that has it. */
  async #arm() {
    const { row, page } = this;
    this.armed = true;
    this.workers = 0;
    if (row.page) await page.evaluate(`(${injectFault})(${JSON.stringify(row.page)}, ${JSON.stringify(HAPPENED)})`);
    if (row.storage === "deleted") {
      this.outcome.happened += 1;
      const other = await neighbour(page, this.url);
      await other.evaluate(() => new Promise((resolve) => { indexedDB.deleteDatabase("pastiche").onsuccess = resolve; }));
      await other.close();
    } else if (row.storage) {
      this.outcome.happened += 1;
      await setFault(page, row.storage);
    }
    if (row.cache) this.outcome.happened += 1;
    if (row.engine === "cpu" && (row.worker || row.budget)) await endWorker(page);
  }

  /** A fault that is there when the page is opened: it says so, and one click goes on once the cause is gone. */
  async #atOpening() {
    const { page, outcome } = this;
    this.armed = true;
    await open(page, this.url, { engine: "cpu", network: "sketch" });
    await this.#passTime(() => hasError(page));
    await page.waitForFunction(() => document.querySelector("#error:not([hidden])") && document.body.dataset.state !== "loading", null, { timeout: TIMEOUT });
    this.#hear((await look(page)).error);
    this.armed = false;
    await page.click("#error-action");
    await waitFor(page, ["empty", "ready"], { timeout: TIMEOUT, known: outcome.said });
    if (await hasError(page)) outcome.problems.push("what was said stayed");
    await ready(page, this.url, { settings: { ...RUN, evaluations: 4 } });
    await this.#paint();
    outcome.isNextOk = true;
  }

  /** @returns {Promise<boolean>} whether it started; else the processor was chosen with one click */
  async #chooseGpu() {
    const { row, page, outcome } = this;
    await page.selectOption("#engine", "gpu");
    if (row.phase === "engine start") await this.#passTime(() => hasError(page));
    await page.waitForFunction(() => document.body.dataset.state !== "loading" && (window.pastiche.engine()?.engine === "gpu" || document.querySelector("#error:not([hidden])")), null, { timeout: TIMEOUT });
    const { error } = await look(page);
    if (error === "") return true;
    this.#hear(error);
    if (this.#expected.end !== "click" || (outcome.moment ?? "start") !== "start") outcome.problems.push("the engine did not start");
    await page.click("#error-action");
    await page.waitForFunction(() => !document.querySelector("#error:not([hidden])") && document.body.dataset.state !== "loading", null, { timeout: TIMEOUT });
    await this.#look();
    return false;
  }

  /** What must come of the fault. */
  get #expected() {
    return expectedOf(this.row, this.outcome.moment);
  }

  async #paintWithFault() {
    const { row, page, outcome } = this;
    if (row.phase === "warm-up") {
      await until(async () => outcome.happened > 0, "the fault did not happen");
      // What the page hears of it is on its way.
      await page.waitForTimeout(300);
    }
    const runs = await eventsOf(page, "finished");
    const before = await said(page);
    await paint(page);
    if (row.browser === "crash") await this.#crash();
    const isOver = async () => (await hasError(page)) || (await eventsOf(page, "finished")) > runs;
    await this.#passTime(async () => this.workers > (row.then ? 2 : 1) || (await isOver()));
    await until(isOver, `the run has no end: it is ${(await look(page)).state}`);
    const { error } = await look(page);
    const notice = await said(page);
    if (row.storage && row.said && row.storage !== "deleted") await until(async () => row.said?.test(await said(page)) ?? true, "nothing was said");
    this.#hear(error || (notice !== before ? notice : row.storage ? await said(page) : ""));
    this.#countLost(await page.evaluate(() => /** @type {any} */ (globalThis).noted.messages.map((/** @type {any} */ { event = "", run = 0, evaluation = 0, step = null, milliseconds = 0 }) => ({ event, run, evaluation: step?.issued_evaluation ?? evaluation, milliseconds }))));
    await this.#look();
    const { end } = this.#expected;
    if (error === "") {
      if (end === "click") outcome.problems.push("it went on by itself");
      return this.#compare();
    }
    if (end === "continues" || end === "unaffected") outcome.problems.push("it did not go on by itself");
    // The machine gets no more memory, but everything else is mended.
    if (!row.budget) this.armed = false;
    else await this.#offered();
    await page.click("#error-action");
    await until(async () => (await eventsOf(page, "finished")) > runs || (await look(page)).error !== "", "the click led nowhere");
    const after = (await look(page)).error;
    if (after) outcome.problems.push(`after the click: ${after}`);
    else if (!row.budget) await this.#compare();
  }

  /** Waits for the size that the engine plans for the memory there was, which takes the place of the first offer unless that is smaller. */
  async #offered() {
    const { page } = this;
    const label = await page.textContent("#error-action");
    await page.waitForFunction((first) => document.querySelector("#error-action")?.textContent !== first, label, { timeout: 20_000 }).catch(() => {});
  }

  /** The graphics process of the browser ends after a few steps. */
  async #crash() {
    const { page, outcome } = this;
    await page.waitForFunction(() => /** @type {any} */ (globalThis).noted.messages.filter((/** @type {any} */ { event, run }) => event === "progress" && run === 2).length >= 2, null, { timeout: TIMEOUT });
    const session = await page.context().browser()?.newBrowserCDPSession();
    // It never answers: what it goes through has gone.
    void session?.send("Browser.crashGpuProcess").catch(() => {});
    outcome.happened += 1;
  }

  /** Has the page's clock run, five seconds at a time, until it has noticed. @param {() => Promise<boolean>} noticed */
  async #passTime(noticed) {
    const { row, page, outcome } = this;
    if (!row.wait) return;
    // While another engine is on its way the clock is not to run.
    await until(async () => outcome.happened >= (row.then ? 2 : 1) || (await noticed()), "the fault did not happen");
    for (let passed = 0; passed < row.wait; passed += 5000) {
      if (await noticed()) return;
      await page.clock.fastForward(5000);
      // In the real time between, a worker that is alive answers.
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await until(noticed, `nothing was noticed within ${row.wait / 1000} s`, 5000);
  }

  /** @param {string} sentence */
  #hear(sentence) {
    const { outcome } = this;
    const { said: expected } = this.#expected;
    outcome.said = sentence;
    if (expected === null && sentence === "") return;
    if (expected && !expected.test(sentence)) outcome.problems.push(`it said "${sentence}", not ${expected}`);
    try {
      assertSentence(sentence);
    } catch {
      outcome.problems.push("that is no sentence");
    }
  }

  /** @param {{ event: string, run: number, evaluation: number, milliseconds: number }[]} messages of all workers */
  #countLost(messages) {
    const { row, outcome } = this;
    const steps = messages.filter(({ event }) => event === "progress");
    const mine = steps.filter(({ run }) => run === 2);
    const reached = Math.max(0, ...mine.map(({ evaluation }) => evaluation)) + (row.worker && "message" in row.worker && row.worker.message === "progress" ? 1 : 0);
    if (reached === 0 || this.#expected.end === "unaffected") return;
    const from = Math.max(0, ...messages.filter(({ event, run }) => event === "kept" && run === 2).map(({ evaluation }) => evaluation));
    outcome.lost = Math.max(0, reached - from);
    const seconds = mine.slice(-outcome.lost).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    if (outcome.lost > 1 && seconds > MOST_LOST) outcome.problems.push(`${outcome.lost} steps were lost`);
  }

  /** Notes in the page whether its result goes away, at any moment. */
  async #watchResult() {
    await this.page.evaluate(() => {
      const watch = { isGone: false };
      Object.assign(globalThis, { watch });
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
      const look = () => {
        if (!canvas.checkVisibility() || canvas.width < 2) watch.isGone = true;
        setTimeout(look, 50);
      };
      look();
    });
  }

  /** Whether a result is there, was there all the time, and can be saved. */
  async #look() {
    const { page, outcome } = this;
    const isGone = await page.evaluate(() => /** @type {any} */ (globalThis).watch.isGone);
    const { data } = readPng((await save(page)).bytes);
    const isBlank = data.every((value, at) => at < 4 || value === data[at % 4]);
    outcome.stayed = !isGone && !isBlank;
    if (isGone) outcome.problems.push("the result went away");
    if (isBlank) outcome.problems.push("what was saved is blank");
  }

  /** The run with the fault must come to the picture of the run without one. */
  async #compare() {
    // A smaller one was offered where memory ran out.
    if (await this.page.inputValue("#size") !== String(RUN.size)) return;
    // Part of it may have been made on the other engine; they differ in the last bits.
    if (await this.#isAsAtFirst(this.row.engine === "cpu" ? 0 : 2)) return;
    this.outcome.problems.push("it came to another picture");
  }

  /** Whether the picture is the one of the first run. @param {number} most mean difference */
  async #isAsAtFirst(most) {
    const { page, first } = this;
    const { data, width, height } = readPng((await save(page)).bytes);
    const off = first && first.width === width && first.height === height ? difference(first, { data }) : Infinity;
    return off <= most;
  }

  /** The next run, without a fault: on whichever engine is in use now, with the picture that it came to at first. */
  async #next() {
    const { row, page, outcome } = this;
    this.armed = false;
    if (row.storage && row.storage !== "deleted") await setFault(page, null);
    // One click may have chosen a smaller one.
    await page.fill("#size", String(RUN.size));
    await page.press("#size", "Tab");
    await this.#paint();
    const engine = await page.evaluate(() => window.pastiche.engine()?.engine);
    if (await this.#isAsAtFirst(engine === "cpu" ? 0 : 2)) outcome.isNextOk = true;
    else outcome.problems.push("the next run came to another picture");
  }

  async #paint() {
    const { page } = this;
    const runs = await eventsOf(page, "finished");
    const known = (await look(page)).error;
    await paint(page, TIMEOUT);
    await until(async () => {
      const { error } = await look(page);
      if (error && error !== known) throw new Error(`the run without a fault failed: ${error}`);
      return (await eventsOf(page, "finished")) > runs;
    }, "the run without a fault has no end");
  }
}

/** @type {Record<string, string>} */
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** A byte in the middle is another. @param {Buffer} bytes */
function damaged(bytes) {
  const copy = Buffer.from(bytes);
  // In what is data rather than code, which would not compile: near the end.
  const at = Math.floor(copy.length * 0.97);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Ends the engine's worker between two runs: the next one gets another. @param {Page} page */
async function endWorker(page) {
  await page.evaluate(() => {
    const { workers } = /** @type {any} */ (globalThis).noted;
    const { worker } = workers.findLast((/** @type {{ name: string }} */ { name }) => /^pastiche (cpu|gpu)$/.test(name));
    worker.terminate();
    worker.dispatchEvent(new ErrorEvent("error", { message: "ended by the test", cancelable: true }));
  });
}

/** In the page. @param {string} kind */
function refuseCache(kind) {
  // What was used last is looked for in the cache.
  localStorage.setItem("pastiche network", "vgg19");
  if (kind === "missing") Object.defineProperty(window, "caches", { value: undefined });
  const fail = kind === "silent" ? () => new Promise(() => {}) : () => Promise.reject(new DOMException("refused", "SecurityError"));
  for (const name of /** @type {const} */ (["open", "match", "has", "delete", "keys"])) CacheStorage.prototype[name] = fail;
}

/** @param {Page} page @param {string} name @returns {Promise<number>} how many of these events workers have posted */
const eventsOf = (page, name) => page.evaluate((wanted) => /** @type {any} */ (globalThis).noted.messages.filter((/** @type {any} */ { event }) => event === wanted).length, name);

/** @param {Page} page */
const hasError = (page) => page.evaluate(() => document.querySelector("#error:not([hidden])") !== null);

/** What the notice says. @param {Page} page */
const said = (page) => page.evaluate(() => document.querySelector("#notice:not([hidden]) #notice-text")?.textContent ?? "");

/** @template T @param {number} milliseconds @param {Promise<T>} work @returns {Promise<T>} */
async function within(milliseconds, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const end = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("the page does not answer any more")), milliseconds); });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([work, end]));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {() => Promise<boolean>} isSo @param {string} otherwise @param {number} [timeout] milliseconds */
async function until(isSo, otherwise, timeout = TIMEOUT) {
  for (const end = Date.now() + timeout; !await isSo();) {
    if (Date.now() > end) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
