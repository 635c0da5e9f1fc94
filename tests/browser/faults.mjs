// Storage that fails on demand, and what the page says of its history.

import assert from "node:assert/strict";

import { assertSentence, eventually, ready } from "./support.mjs";
import { paint, save, waitFor } from "../lib/page.mjs";
import { readPng } from "../lib/pictures.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"refused" | "silent" | "upgrade" | "rejected" | "aborted" | "full" | "cramped"} Fault */

export const TINY = { size: 32, evaluations: 4 };

/**
 * In the page: has IndexedDB fail as `window.fault` says, and work while it says nothing. What the page opened before stays open.
 *
 * @param {Fault | null} first
 */
export function injectFaults(first) {
  const faults = /** @type {{ fault: Fault | null }} */ (/** @type {unknown} */ (window));
  faults.fault = first;
  const { open: openDatabase } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (/** @type {string} */ name, /** @type {number | undefined} */ version) {
    if (faults.fault === "refused") throw new DOMException("refused", "SecurityError");
    // As if the page were newer than the tab that holds the database.
    const request = openDatabase.call(this, name, faults.fault === "upgrade" ? (version ?? 1) + 1 : version);
    if (faults.fault === "silent") for (const type of ["success", "error"]) request.addEventListener(type, (event) => event.stopImmediatePropagation());
    return request;
  };
  const { put, delete: remove } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (/** @type {unknown} */ value, /** @type {IDBValidKey | undefined} */ key) {
    if (faults.fault === "rejected") throw new DOMException("rejected", "UnknownError");
    if (faults.fault === "full" || faults.fault === "cramped") throw new DOMException("full", "QuotaExceededError");
    const request = put.call(this, value, key);
    if (faults.fault === "aborted") this.transaction.abort();
    return request;
  };
  IDBObjectStore.prototype.delete = function (/** @type {IDBValidKey} */ query) {
    if (faults.fault === "cramped") faults.fault = null;
    return remove.call(this, query);
  };
}

/** @param {Page} page @param {Fault | null} fault */
export const setFault = (page, fault) => page.evaluate((value) => { /** @type {any} */ (window).fault = value; }, fault);

/** Paints, and returns once the result is there. @param {Page} page */
export async function painted(page) {
  await paint(page);
  await waitFor(page, ["painting", "finished"]);
  await waitFor(page, ["finished"]);
}

/** @param {Page} page @param {RegExp} sentence */
export async function says(page, sentence) {
  await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#notice:not([hidden])")?.textContent ?? ""), sentence.source, { timeout: 30_000 });
  assertSentence((await page.textContent("#notice-text")) ?? "");
}

/**
 * Paints a run, which is then the only entry of the history.
 *
 * @param {Page} page
 * @param {string} url
 * @returns {Promise<Page>} another tab, which may change the history
 */
export async function withOneEntry(page, url) {
  await ready(page, url, { settings: TINY });
  await painted(page);
  await history(page, null, 1);
  return neighbour(page, url);
}

/** Opens the history, waits until it says this and holds so many entries, and closes it. @param {Page} page @param {RegExp | null} problem @param {number} count */
export async function history(page, problem, count) {
  await page.click("#show-history");
  await page.waitForFunction(
    ({ entries, source }) => {
      const said = document.querySelector("#past-problem:not([hidden])")?.textContent ?? null;
      const isRight = source === null ? said === null : said !== null && new RegExp(source).test(said);
      return document.querySelector("#history[open]") && isRight && document.querySelectorAll("#history-list li").length === entries;
    },
    { entries: count, source: problem?.source ?? null },
    { timeout: 30_000 },
  );
  if (problem) assert.ok(!(await page.isVisible("#history-none")), "it says that every result is kept");
  await page.click("#history-close");
}

/** Waits until the history holds the newest run as it has come so far. @param {Page} page @param {number} least evaluations */
export const written = (page, least) =>
  eventually(
    page,
    (wanted) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("pastiche");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("paintings").objectStore("paintings").getAll();
          reading.onsuccess = () => {
            opening.result.close();
            const [newest] = reading.result.sort((a, b) => b.time - a.time);
            resolve(newest?.evaluation >= wanted);
          };
        };
      }),
    least,
  );

/** @param {Page} page */
export async function canBeSaved(page) {
  const { width } = readPng((await save(page)).bytes);
  assert.ok(width >= TINY.size, `it is ${width} pixels wide`);
}

/** A page of the same site that is not ours. @param {Page} page @param {string} url */
export async function neighbour(page, url) {
  const other = await page.context().newPage();
  await other.route("**/neighbour", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await other.goto(`${url}neighbour`);
  return other;
}

/**
 * Deletes the history while no page has it open: one with a result would write that again. The page is blank then.
 *
 * @param {Page} page
 * @param {string} url
 */
export async function deleteHistory(page, url) {
  await page.goto("about:blank");
  const other = await neighbour(page, url);
  await other.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("pastiche");
    request.onsuccess = () => resolve(null);
    request.onerror = () => reject(request.error);
  }));
  await other.close();
}

/** In a page of the site: changes what the history holds. @param {Page} page @param {(store: IDBObjectStore) => void} change */
export async function changeHistory(page, change) {
  await page.evaluate(async (source) => {
    const db = await new Promise((/** @type {(db: IDBDatabase) => void} */ resolve) => {
      const request = indexedDB.open("pastiche");
      request.onsuccess = () => resolve(request.result);
    });
    const transaction = db.transaction("paintings", "readwrite");
    new Function("store", `(${source})(store)`)(transaction.objectStore("paintings"));
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    db.close();
  }, String(change));
}

