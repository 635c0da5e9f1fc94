// What the history holds: records of earlier versions, damaged ones, runs that were lost; and the question before the page is left.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, paint, save, waitFor } from "../lib/page.mjs";
import { TINY, canBeSaved, changeHistory, history, injectFaults, painted, says, setFault, withOneEntry } from "./faults.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

describe("records of the history", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("of earlier versions open, damaged ones do not break the list and can be deleted", async () => {
    await at.visit(async (page) => {
      const other = await withOneEntry(page, at.site.url);
      await changeHistory(other, (store) => {
        const request = store.getAll();
        request.onsuccess = () => {
          const { manners: _manners, ...old } = request.result[0];
          delete old.job.changes;
          store.put({ ...old, id: "old", time: 1 });
          store.put({ ...old, id: "without a picture", time: 2, painting: null });
          store.put({ id: 5, time: "never" });
        };
      });
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await history(page, null, 4);
      await page.click("#show-history");
      await page.waitForSelector("#history-list li[data-damaged]");
      for (let left = 2; left > 0; left--) {
        assert.equal(await page.locator("#history-list li[data-damaged]").count(), left);
        await page.locator("#history-list li[data-damaged] button").first().click();
        await page.waitForFunction((count) => document.querySelectorAll("#history-list li[data-damaged]").length === count, left - 1);
      }
      await page.click('#history-list li[data-entry="old"] .open-entry');
      await waitFor(page, ["finished"]);
      await canBeSaved(page);
    });
  });
});

describe("a long history", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("opens with its newest entry in sight", async () => {
    for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
      await at.visit(async (page) => {
        await page.setViewportSize(viewport);
        const other = await withOneEntry(page, at.site.url);
        await changeHistory(other, (store) => {
          const request = store.getAll();
          request.onsuccess = () => {
            for (let n = 0; n < 12; n++) store.put({ ...request.result[0], id: `copy ${n}`, time: n });
          };
        });
        await page.click("#show-history");
        await page.waitForFunction(() => document.querySelectorAll("#history-list li").length === 13);
        const seen = await page.waitForFunction(() => {
          const [dialog, first] = ["#history", "#history-list li"].map((selector) => /** @type {Element} */ (document.querySelector(selector)));
          if (!dialog || !first || dialog.scrollHeight <= dialog.clientHeight) return false;
          const [area, newest] = [dialog, first].map((element) => element.getBoundingClientRect());
          return dialog.scrollTop === 0 && area && newest && newest.top >= area.top && newest.bottom <= area.bottom;
        });
        assert.ok(seen, JSON.stringify(viewport));
        await page.keyboard.press("Tab");
        assert.ok(await page.evaluate(() => document.activeElement?.closest("#history-list") !== null), "the keyboard begins at the start too");
      });
    }
  });
});

describe("what is deleted from the history", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("comes back by Undo, in the dialog and on the page, the newest first, and can be opened", async () => {
    await at.visit(async (page) => {
      const other = await withOneEntry(page, at.site.url);
      await changeHistory(other, (store) => store.put({ id: 5, time: "never" }));
      await page.click("#show-history");
      const entries = (/** @type {number} */ count) => page.waitForFunction((many) => document.querySelectorAll("#history-list li").length === many, count);
      await entries(2);
      assert.ok(!(await page.isVisible("#history-undo")));
      await page.locator("#history-list li[data-entry] > button").last().click();
      await entries(1);
      assert.equal(await page.textContent("#history-deletion"), "Deleted: photo, after swirl.");
      await page.locator("#history-list li[data-damaged] button").click();
      await entries(0);
      assert.equal(await page.textContent("#history-deletion"), "Deleted: a damaged entry.");
      await page.click("#history-undo");
      await page.waitForSelector("#history-list li[data-damaged]");
      await page.click("#history-close");
      await says(page, /^Deleted: photo, after swirl\./);
      await page.click("#notice-action");
      await history(page, null, 2);
      assert.ok(!(await page.isVisible("#notice")), "nothing more can be taken back");
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await page.click("#show-history");
      await page.click("#history-list li[data-entry] .open-entry");
      await waitFor(page, ["finished"]);
      await canBeSaved(page);
    });
  });

  test("is gone once the notice has been dismissed", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: TINY });
      await painted(page);
      await history(page, null, 1);
      await page.click("#show-history");
      await page.locator("#history-list li[data-entry] > button").last().click();
      await page.waitForSelector("#history-undo:not([hidden])");
      await page.click("#history-close");
      await page.click("#notice-close");
      await page.click("#show-history");
      await page.waitForSelector("#history-none:not([hidden])");
      assert.ok(!(await page.isVisible("#history-undo")));
    });
  });
});

describe("the offer of a lost run", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  /** Opens the page anew, and waits for what it offers. @param {Page} page */
  async function offered(page) {
    await open(page, at.site.url, { engine: "cpu", network: "sketch" });
    await says(page, /was at step/);
  }

  test("comes again until it is answered", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 2000 } });
      await paint(page);
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 5);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      await history(page, null, 1);
      const other = await page.context().newPage();
      await page.close();
      await offered(other);
      await offered(other);
      await other.click("#notice-close");
      // Dismissed, it is in the list all the same.
      await history(other, null, 1);
      await open(other, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(other, ["ready"]);
      await history(other, null, 1);
      assert.ok(!(await other.isVisible("#notice")));
    });
  });
});

describe("leaving the page", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  /** Tries to leave, and stays if asked. @param {Page} page @returns {Promise<boolean>} whether the browser asked */
  async function isAsked(page) {
    const answer = Promise.race([
      page.waitForEvent("dialog").then(async (dialog) => {
        assert.equal(dialog.type(), "beforeunload");
        await dialog.dismiss();
        return true;
      }),
      page.waitForEvent("close").then(() => false),
    ]);
    await page.close({ runBeforeUnload: true });
    return answer;
  }

  test("asks during a run, and for a result that is neither in the history nor saved; else not", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(injectFaults, null);
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 2000 } });
      await paint(page);
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 5);
      assert.ok(await isAsked(page), "during a run");
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      assert.ok(await isAsked(page), "while it is paused");
      await setFault(page, "rejected");
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      await page.click("#go-on");
      await waitFor(page, ["painting"]);
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 10);
      await page.click("#stop");
      await waitFor(page, ["stopped"]);
      await says(page, /could not write/);
      assert.ok(await isAsked(page), "with a result that is not kept");
      await save(page);
      assert.ok(!(await isAsked(page)), "with a result that was saved");
    });
  });

  test("does not ask with nothing to lose, or with a result in the history", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: TINY });
      const other = await page.context().newPage();
      await ready(other, at.site.url, { settings: TINY });
      assert.ok(!(await isAsked(page)), "with pictures alone");
      await painted(other);
      await history(other, null, 1);
      assert.ok(!(await isAsked(other)), "with a result in the history");
    });
  });
});
