// The page as a person uses it: the same controls, by id.

import { readFile } from "node:fs/promises";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"empty" | "loading" | "ready" | "painting" | "paused" | "finished" | "stopped" | "failed"} State */
/** @typedef {{state: State, error: string, status: string, value: number, max: number}} View */
/** @typedef {string | {name: string, mimeType: string, buffer: Buffer}} Upload */

/**
 * Opens the page and waits until it has said what it can do.
 *
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, string>} [query]
 * @param {string} [hash] with its #
 */
export async function open(page, url, query = {}, hash = "") {
  await page.goto(`${url}?${new URLSearchParams(query)}${hash}`);
  await page.waitForFunction(() => "pastiche" in window && document.body.dataset.state !== undefined);
}

/**
 * What a person sees of the page's state.
 *
 * @param {Page} page
 * @returns {Promise<View>}
 */
export function look(page) {
  return page.evaluate(() => {
    const error = document.querySelector("#error");
    const progress = document.querySelector("#progress");
    return {
      state: /** @type {any} */ (document.body.dataset.state),
      error: error instanceof HTMLElement && !error.hidden ? (error.dataset.exact ?? (error.querySelector("#error-text") ?? error).textContent ?? "").trim() : "",
      status: (document.querySelector("#status")?.textContent ?? "").trim(),
      value: Number(progress?.getAttribute("aria-valuenow") ?? 0),
      max: Number(progress?.getAttribute("aria-valuemax") ?? 0),
    };
  });
}

/**
 * Waits for one of the states; an error on the page ends the wait, with its sentence.
 *
 * @param {Page} page
 * @param {State[]} states
 * @param {object} [options]
 * @param {number} [options.timeout] milliseconds
 * @param {(view: View) => void} [options.watch] is shown every look
 * @param {string} [options.known] an error that stood there already, about something else
 */
export async function waitFor(page, states, { timeout = 60_000, watch, known = "" } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const view = await look(page);
    watch?.(view);
    if (states.includes(view.state)) return view;
    if (view.error && view.error !== known) throw new PageError(view.error);
    if (Date.now() > end) throw new Error(`The page is ${view.state} ("${view.status}") after ${timeout / 1000} s, not ${states.join(" or ")}.`);
    await page.waitForTimeout(100);
  }
}

/** A sentence from the page's #error. */
export class PageError extends Error {}

/**
 * Waits for the page to complain, and returns the sentence.
 *
 * @param {Page} page
 * @param {number} [timeout] milliseconds
 */
export async function waitForError(page, timeout = 30_000) {
  await page.waitForFunction(() => document.querySelector("#error:not([hidden])"), null, { timeout });
  return (await look(page)).error;
}

/**
 * Gives the page a file through one of its file inputs, and waits until it is read.
 *
 * @param {Page} page
 * @param {"content" | "style" | "start" | "network" | "settings"} which
 * @param {Upload} file
 * @param {number} [timeout] milliseconds
 */
export async function give(page, which, file, timeout = 60_000) {
  const known = (await look(page)).error;
  await page.setInputFiles(`#${which}-file`, file);
  await waitFor(page, ["empty", "ready", "paused", "painting", "finished", "stopped", "failed"], { timeout, known });
  const { error } = await look(page);
  if (error && error !== known) throw new PageError(error);
}

/**
 * Gives the page its first style, or one more beside the others.
 *
 * @param {Page} page
 * @param {number} n from 0
 * @param {Upload} file
 * @param {number} [timeout] milliseconds
 */
export async function giveStyle(page, n, file, timeout = 60_000) {
  if (n > 0) await page.click("#style-add");
  await give(page, "style", file, timeout);
  if (n > 0) await page.locator("#styles-list li").nth(n).waitFor({ timeout });
}

/**
 * Loads a mask for a style.
 *
 * @param {Page} page
 * @param {number} n the style, from 0
 * @param {Upload} file
 */
export async function giveMask(page, n, file) {
  const several = (await page.locator("#styles-list li").count()) > 0;
  const button = several ? page.locator("#styles-list li").nth(n).locator("button[aria-pressed]") : page.locator("#style-mask");
  await button.click();
  await page.setInputFiles("#mask-file", file);
  await page.waitForFunction(() => /** @type {HTMLInputElement} */ (document.querySelector("#mask-file")).value === "");
  const problem = page.locator("#mask-dialog .problem");
  if (await problem.count() > 0) throw new PageError((await problem.textContent()) ?? "");
  await page.click("#mask-use");
  await page.waitForFunction(() => !document.querySelector("#mask-dialog[open]"));
}

/**
 * @param {Page} page
 * @param {object} settings partial settings, with "preset" if one is wanted
 */
export function giveSettings(page, settings) {
  return give(page, "settings", { name: "settings.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(settings)) });
}

/**
 * Presses Paint, once it can be pressed.
 *
 * @param {Page} page
 * @param {number} [timeout] milliseconds
 */
export async function paint(page, timeout = 60_000) {
  await page.waitForFunction(
    () => document.querySelector("#paint:not([disabled])") ?? (document.body.dataset.state !== "loading" && document.querySelector("#error:not([hidden])")),
    null,
    { timeout },
  );
  if (await page.isDisabled("#paint")) throw new PageError((await look(page)).error);
  await page.click("#paint");
}

/**
 * Presses Paint and waits until that run has finished. A short one may begin and end between two looks at the page, so its states are noted in the page.
 *
 * @param {Page} page
 * @param {number} [timeout] milliseconds
 * @param {() => Promise<void>} [press] Paint
 */
export async function paintToEnd(page, timeout = 60_000, press = () => paint(page, timeout)) {
  const known = (await look(page)).error;
  const noted = await page.evaluateHandle(() => {
    /** @type {string[]} */
    const states = [];
    const observer = new MutationObserver(() => states.push(document.body.dataset.state ?? ""));
    observer.observe(document.body, { attributeFilter: ["data-state"] });
    return { states, observer };
  });
  try {
    await press();
    for (const end = Date.now() + timeout; ;) {
      const states = await noted.evaluate(({ states: all }) => all);
      const began = states.indexOf("painting");
      if (began >= 0 && states.includes("finished", began)) return;
      const { error, state, status } = await look(page);
      if (error && error !== known) throw new PageError(error);
      if (Date.now() > end) throw new Error(`The page is ${state} ("${status}") after ${timeout / 1000} s; ${began >= 0 ? "the run has no end" : "no run began"}.`);
      await page.waitForTimeout(50);
    }
  } finally {
    await noted.evaluate(({ observer }) => observer.disconnect()).catch(() => {});
    await noted.dispose().catch(() => {});
  }
}

/**
 * Presses Save and returns the PNG.
 *
 * @param {Page} page
 * @returns {Promise<{name: string, bytes: Buffer}>}
 */
export async function save(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/**
 * @param {Page} page
 * @returns {Promise<any>} the last report
 */
export function report(page) {
  return page.evaluate(() => /** @type {any} */ (window).pastiche.report());
}
