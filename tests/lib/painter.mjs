// The work of `./dev paint`: the real page in headless Chromium, driven as a person would, with a progress bar. One browser for all photos, and one
// page as long as nothing fails in it.

import path from "node:path";

import { launchFor } from "./chromium.mjs";
import { EXIT, printError, say, sentenceOf } from "./failures.mjs";
import { Interrupted, untilInterrupted } from "./interrupt.mjs";
import { intermediateName, problemOf, tryToWrite, writeOutput } from "./outputs.mjs";
import { give, giveMask, giveSettings, giveStyle, look, open, PageError, paint, report, save, waitFor } from "./page.mjs";
import { progressBar } from "./progress.mjs";
import { ISOLATED, serve } from "./server.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./arguments.mjs").Job} Job */
/** @typedef {import("./arguments.mjs").Task} Task */

/** VGG-19 is 15 to 61 MB to read and check, and the first start compiles shaders. */
const LOADING = 10 * 60_000;
const PAINTING = 7 * 24 * 3600_000;
/** The page stops within a second; encoding a large picture may take a few more. */
const STOPPING = 60_000;
/** After this the browser is ended from outside. */
const CLOSING = 10_000;

const NOTHING_YET = "Interrupted before there was a picture to keep.";

/** What a batch cannot go on after: every photo would fail by it. */
class SetupError extends Error {}

/**
 * @param {Job} job
 * @returns {Promise<number>} the exit code
 */
export async function paintAll(job) {
  const { race } = untilInterrupted();
  const site = await serve({ headers: ISOLATED });
  const launching = launchFor(job.engine, { signals: false });
  /** @type {Painter | undefined} */
  let painter;
  /** @type {{content: string, why: string}[]} */
  const failed = [];
  let done = 0;
  try {
    painter = new Painter(job, await race(launching), site.url, race);
    if (job.left.length > 0) say(`Not taken for pictures: ${job.left.map((file) => path.basename(file)).join(", ")}.`);
    for (const [n, task] of job.tasks.entries()) {
      if (job.batch) say(`${n + 1} of ${job.tasks.length}: ${task.content}`);
      const why = await painter.paint(task);
      if (why === null) done += 1;
      else failed.push({ content: task.content, why });
      if (why !== null) say(why);
    }
  } catch (error) {
    painter?.bar.end();
    if (error instanceof Interrupted) {
      if (painter) await painter.keepSoFar();
      else say(NOTHING_YET);
      if (job.batch) summarize(job, done, failed);
      return error.code;
    }
    if (error instanceof SetupError) say(error.message);
    else printError(error);
    if (done + failed.length > 0) summarize(job, done, failed);
    return done > 0 ? EXIT.partly : EXIT.failed;
  } finally {
    painter?.bar.end();
    const browser = await launching.catch(() => null);
    await Promise.race([browser?.close(), new Promise((resolve) => setTimeout(resolve, CLOSING).unref())]).catch(() => {});
    await site.close();
  }
  if (job.batch) summarize(job, done, failed);
  if (failed.length === 0) return EXIT.done;
  return done > 0 ? EXIT.partly : EXIT.failed;
}

/**
 * Says what a batch has come to.
 *
 * @param {Job} job
 * @param {number} done
 * @param {{content: string, why: string}[]} failed
 */
function summarize(job, done, failed) {
  const missing = job.tasks.length - done - failed.length;
  say(`${done} of ${job.tasks.length} painted${failed.length > 0 ? `, ${failed.length} failed` : ""}${missing > 0 ? `, ${missing} left` : ""}.`);
  for (const { content, why } of failed) say(`  ${content}: ${why}`);
}

/** A browser in which one photo after the other is painted. */
class Painter {
  bar = progressBar();
  /** @type {Page | null} with the styles, their masks and the settings, where they have been given */
  page = null;
  ready = false;
  /** The one under way, once Paint is about to be pressed. @type {Task | null} */
  current = null;
  /** @type {import("playwright-core").JSHandle<any> | null} */
  intermediates = null;
  /** Why an intermediate picture could not be written. @type {string | null} */
  unwritten = null;
  /** The page's report before the task, as JSON. */
  earlier = "null";

  /**
   * @param {Job} job
   * @param {import("playwright-core").Browser} browser
   * @param {string} url
   * @param {<T>(work: Promise<T>) => Promise<T>} race
   */
  constructor(job, browser, url, race) {
    this.job = job;
    this.browser = browser;
    this.url = url;
    this.race = race;
  }

  /**
   * @param {Task} task
   * @returns {Promise<string | null>} why it failed
   */
  async paint(task) {
    try {
      // Anything may have happened to the disk since the first.
      const problem = this.job.batch ? problemOf(task.out) : null;
      if (problem) return problem;
      return await this.race(this.#paint(task));
    } catch (error) {
      if (error instanceof Interrupted || error instanceof SetupError) throw error;
      // A page that has failed is not asked again.
      await this.page?.context().close().catch(() => {});
      this.page = null;
      this.ready = false;
      this.bar.end();
      this.bar = progressBar();
      if (!this.browser.isConnected()) throw error;
      return sentenceOf(error);
    } finally {
      if (this.page === null) this.current = null;
    }
  }

  /**
   * @param {Task} task
   * @returns {Promise<string | null>}
   */
  async #paint(task) {
    this.current = null;
    this.unwritten = null;
    const page = this.page ?? (await this.#open());
    await give(page, "content", task.content, LOADING);
    if (!this.ready) await this.#setUp(page).catch(setupFailed);
    this.ready = true;
    await waitFor(page, ["ready"], { timeout: LOADING });
    this.current = task;
    this.earlier = JSON.stringify(await report(page));
    await paint(page, LOADING);
    await waitFor(page, ["painting", "finished"], { timeout: LOADING });
    await waitFor(page, ["finished"], { timeout: PAINTING, watch: this.bar.show });
    this.bar.end();
    this.bar = progressBar();
    const problem = await this.#write(page, task, (made) => `${made.evaluations} evaluations`);
    this.current = null;
    return problem;
  }

  /** A new page with the network. @returns {Promise<Page>} */
  async #open() {
    const { job } = this;
    const page = await this.browser.newPage();
    this.page = page;
    const named = job.network === "sketch" || job.network === "vgg19";
    try {
      await open(page, this.url, { engine: job.engine, network: named ? job.network : "sketch" });
      await waitFor(page, ["empty", "ready"], { timeout: LOADING });
      if (!named) await give(page, "network", job.network, LOADING);
    } catch (error) {
      setupFailed(error);
    }
    return page;
  }

  /**
   * What is the same for all photos.
   *
   * @param {Page} page
   */
  async #setUp(page) {
    const { job } = this;
    await refuseConsent(page);
    for (const [n, style] of job.styles.entries()) await giveStyle(page, n, style, LOADING);
    for (const [n, mask] of job.masks.entries()) if (mask !== null) await giveMask(page, n, mask);
    if (Object.keys(job.settings).length > 0) await giveSettings(page, job.settings);
    await refuseConsent(page);
    if (job.every === undefined) return;
    await page.exposeFunction("keepIntermediate", (/** @type {number} */ evaluation, /** @type {string} */ png) => this.#writeIntermediate(evaluation, png));
    this.intermediates = await page.evaluateHandle((every) => {
      const { pastiche, keepIntermediate } = /** @type {any} */ (window);
      /** @param {Blob} png @returns {Promise<string>} */
      const base64 = (png) =>
        new Promise((resolve, reject) => {
          const reader = new FileReader();
          reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
          reader.onerror = () => reject(reader.error);
          reader.readAsDataURL(png);
        });
      return pastiche.every(every, async (/** @type {number} */ evaluation, /** @type {Blob} */ png) => keepIntermediate(evaluation, await base64(png)));
    }, job.every * job.evaluationsPerIteration);
  }

  /**
   * @param {number} evaluation
   * @param {string} png in base 64
   */
  #writeIntermediate(evaluation, png) {
    // Where one could not be written, the next cannot either.
    if (!this.current || this.unwritten !== null) return;
    const file = intermediateName(this.current.out, evaluation / this.job.evaluationsPerIteration);
    this.unwritten = tryToWrite(file, Buffer.from(png, "base64"));
    if (this.unwritten !== null) say(`\n${this.unwritten} No more intermediate pictures are written.`);
  }

  /**
   * Writes the picture that the page shows, and the report.
   *
   * @param {Page} page
   * @param {Task} task
   * @param {(made: any) => string} progress how far it has come, from its report
   * @returns {Promise<string | null>} what could not be written
   */
  async #write(page, task, progress) {
    await this.intermediates?.evaluate((intermediates) => intermediates.settled());
    const { bytes } = await save(page);
    const made = await report(page);
    const picture = writeOutput(task.out, bytes);
    const data = task.report === undefined ? null : writeOutput(task.report, `${JSON.stringify(made, null, 2)}\n`);
    if (picture.problem === null) {
      const last = made.losses.at(-1);
      const losses = last ? `; content ${last.content.toPrecision(4)}, style ${last.style.toPrecision(4)}` : "";
      say(`${task.out}: ${made.width} x ${made.height}, ${made.network.name}, ${made.engine} (${made.adapter}), ${progress(made)} in ${made.seconds.toFixed(1)} s${losses}`);
    }
    for (const warning of made.warnings) say(warning);
    const problems = [problemWith(picture, "picture"), data && problemWith(data, "report"), this.unwritten].filter((problem) => problem !== null);
    return problems.length > 0 ? problems.join(" ") : null;
  }

  /** After a signal: the picture as far as it has come, in its place. */
  async keepSoFar() {
    const { page, current } = this;
    try {
      const under = page && current && (await page.evaluate(() => ["painting", "paused", "finished"].includes(document.body.dataset.state ?? "") && /** @type {any} */ (window).pastiche.report() !== null));
      if (!page || !current || !under) {
        say(NOTHING_YET);
        return;
      }
      say("Interrupted: the picture so far is kept (Ctrl+C again ends at once) ...");
      if ((await look(page)).state !== "finished") {
        await page.evaluate(() => /** @type {HTMLButtonElement | null} */ (document.querySelector("#stop"))?.click());
        await waitFor(page, ["stopped", "finished", "ready"], { timeout: STOPPING });
      }
      // Stopped before its first step, a run gives its place back to the picture before it.
      if (JSON.stringify(await report(page)) === this.earlier) {
        say(NOTHING_YET);
        return;
      }
      const problem = await this.#write(page, current, (made) => `the picture so far, after ${made.evaluations} of ${made.settings.evaluations} evaluations`);
      if (problem) say(problem);
    } catch (error) {
      say("The picture so far could not be kept.");
      printError(error);
    }
  }
}

/** @param {Page} page */
async function refuseConsent(page) {
  if (await page.evaluate(() => document.querySelector("dialog#consent[open]"))) {
    throw new PageError("VGG-19 is not beside the page. Put it there with ./dev weights, or give a file: --network FILE.");
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function setupFailed(error) {
  throw new SetupError(sentenceOf(error));
}

/**
 * @param {{file: string | null, problem: string | null}} written
 * @param {string} what
 * @returns {string | null}
 */
function problemWith({ file, problem }, what) {
  if (problem === null) return null;
  return `${problem} ${file === null ? `The ${what} could not be kept anywhere else.` : `The ${what} is kept as ${file}.`}`;
}
