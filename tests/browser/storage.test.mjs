// Storage that fails, in every way it can: the page says what it does not keep, results can be saved, and it goes on once storage works again.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { TINY, canBeSaved, changeHistory, history, injectFaults, neighbour, painted, says, setFault, withOneEntry } from "./faults.mjs";
import { QUICK, notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./faults.mjs").Fault} Fault */

describe("a history that cannot be opened", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("because the browser refuses", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(injectFaults, /** @type {Fault} */ ("refused"));
      await ready(page, at.site.url, { settings: TINY });
      await painted(page);
      await says(page, /does not let the page store/);
      await canBeSaved(page);
      await history(page, /does not let the page store/, 0);
      // Once: the next result is not said again.
      await page.click("#notice-close");
      await painted(page);
      await history(page, /does not let the page store/, 0);
      assert.ok(!(await page.isVisible("#notice")));
      await setFault(page, null);
      await history(page, null, 1);
    });
  });

  test("because it never answers", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(injectFaults, /** @type {Fault} */ ("silent"));
      await ready(page, at.site.url, { settings: TINY });
      await painted(page);
      await says(page, /does not answer/);
      await canBeSaved(page);
      await setFault(page, null);
      await history(page, null, 1);
    });
  });

  test("because a tab with an older version of the page holds it", async () => {
    await at.visit(async (page) => {
      const other = await neighbour(page, at.site.url);
      await other.evaluate(() => new Promise((resolve) => {
        const request = indexedDB.open("pastiche", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("paintings", { keyPath: "id" }).createIndex("time", "time");
        request.onsuccess = () => {
          // A connection that nobody refers to is closed with the next garbage collection.
          Object.assign(window, { held: request.result });
          resolve(null);
        };
      }));
      await page.addInitScript(injectFaults, /** @type {Fault} */ ("upgrade"));
      await ready(page, at.site.url, { settings: TINY });
      await painted(page);
      await says(page, /an older version of this page/);
      await canBeSaved(page);
      await history(page, /an older version of this page/, 0);
    });
  });

  test("because a tab with a newer version of the page has upgraded it", async () => {
    await at.visit(async (page) => {
      const other = await withOneEntry(page, at.site.url);
      // Ours is closed for it.
      await other.evaluate(() => new Promise((resolve) => {
        const request = indexedDB.open("pastiche", 2);
        request.onsuccess = () => { request.result.close(); resolve(null); };
      }));
      await says(page, /a newer version of this page/);
      await painted(page);
      await canBeSaved(page);
      await history(page, /a newer version of this page/, 0);
    });
  });
});

describe("a history that cannot be written", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("each failure is said, and what could not be written is written later", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(injectFaults, null);
      await ready(page, at.site.url, { settings: TINY });
      let written = 0;
      for (const [fault, sentence] of /** @type {[Fault, RegExp][]} */ ([["full", /storage is full/], ["rejected", /could not write/]])) {
        await setFault(page, fault);
        await painted(page);
        await says(page, sentence);
        await canBeSaved(page);
        await history(page, sentence, written);
        await setFault(page, null);
        written += 1;
        await history(page, null, written);
      }
      // A transaction that is aborted was no writing, though its request succeeded.
      await setFault(page, "aborted");
      await painted(page);
      await history(page, /could not write/, written);
      await canBeSaved(page);
    });
  });

  test("over quota the oldest entries make room", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(injectFaults, null);
      await ready(page, at.site.url, { settings: TINY });
      await painted(page);
      await history(page, null, 1);
      await setFault(page, "cramped");
      await painted(page);
      // The older one has gone, the newer one is there.
      await page.waitForFunction(() => /** @type {any} */ (window).fault === null);
      await history(page, null, 1);
      assert.ok(!(await page.isVisible("#notice")));
    });
  });

  test("beyond sixty the oldest go, those of lost runs last", async () => {
    await at.visit(async (page) => {
      const other = await withOneEntry(page, at.site.url);
      await changeHistory(other, (store) => {
        const request = store.getAll();
        request.onsuccess = () => {
          const [entry] = request.result;
          for (let n = 0; n < 62; n++) store.put({ ...entry, id: `old ${n}`, time: n, open: n === 0 });
        };
      });
      await history(page, null, 63);
      await painted(page);
      await history(page, null, 60);
      await page.click("#show-history");
      await page.waitForSelector('#history-list li[data-entry="old 0"]', { state: "attached" });
      assert.equal(await page.locator('#history-list li[data-entry="old 1"]').count(), 0);
      assert.equal(await page.locator('#history-list li[data-entry="old 61"]').count(), 1);
    });
  });
});

describe("a history that is lost while the page is open", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  /** @type {Record<string, (page: Page) => Promise<unknown>>} */
  const losses = {
    "deleted in another tab": async (page) => {
      const other = await neighbour(page, at.site.url);
      return other.evaluate(() => new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase("pastiche");
        request.onsuccess = resolve;
        request.onerror = reject;
      }));
    },
    "cleared by the browser": async (page) => {
      const session = await page.context().newCDPSession(page);
      return session.send("Storage.clearDataForOrigin", { origin: new URL(at.site.url).origin, storageTypes: "indexeddb" });
    },
  };
  for (const [name, lose] of Object.entries(losses)) {
    test(`${name}: it is opened again, what is shown is kept in it, and so is what comes after`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url, { settings: TINY });
        await painted(page);
        await history(page, null, 1);
        await painted(page);
        await history(page, null, 2);
        await lose(page);
        await says(page, /history was deleted/);
        await history(page, null, 1);
        await painted(page);
        await canBeSaved(page);
        await history(page, null, 2);
      });
    });
  }

  test("two tabs paint and keep their results side by side", async () => {
    await at.visit(async (page) => {
      const other = await page.context().newPage();
      for (const each of [page, other]) await ready(each, at.site.url, { settings: QUICK });
      await Promise.all([painted(page), painted(other)]);
      for (const each of [page, other]) await history(each, null, 2);
      // None of them is offered to a third as lost.
      const third = await page.context().newPage();
      await ready(third, at.site.url, { settings: TINY });
      await history(third, null, 2);
      assert.ok(!(await third.isVisible("#notice")));
    });
  });
});

describe("a Cache API that is refused", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const kind of ["refused", "missing", "silent"]) {
    test(`(${kind}) does not keep the network from being read`, async () => {
      await at.visit(async (page) => {
        await page.addInitScript((how) => {
          // What was used last is looked for in the cache.
          localStorage.setItem("pastiche network", "vgg19");
          if (how === "missing") Object.defineProperty(window, "caches", { value: undefined });
          const fail = how === "silent" ? () => new Promise(() => {}) : () => Promise.reject(new DOMException("refused", "SecurityError"));
          for (const name of /** @type {const} */ (["open", "match", "has", "delete", "keys"])) CacheStorage.prototype[name] = fail;
        }, kind);
        await ready(page, at.site.url, { settings: TINY, query: { network: "" } });
        await painted(page);
        await canBeSaved(page);
      });
    });
  }
});
