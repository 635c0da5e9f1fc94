// After the first visit the network may go: the page opens, paints and saves. A new version fetches what changed, and waits to be let in.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { look, open, paint, save, waitFor } from "../lib/page.mjs";
import { readPng } from "../lib/pictures.mjs";
import { DIST } from "../lib/server.mjs";
import { eventually, goOffline, kept, notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");

const MOUNT = "/people/someone/pastiche/";

describe("without a network", { skip: notBuilt("cpu") }, () => {
  const at = setUp({ serviceWorkers: "allow", site: { mount: MOUNT } });

  test("the page opens again, paints an example and pictures of one's own, and saves", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page);
      // From here on the page is isolated, which gives it another process; Playwright would not make that one offline.
      await page.reload();
      await waitFor(page, ["ready"]);
      await goOffline(page, at.site);
      await page.reload();
      await waitFor(page, ["ready"]);
      assert.ok(await page.isVisible("#offline"));
      await page.locator("#style-gallery [data-example]").nth(2).click();
      await page.fill("#size", "48");
      await page.fill("#iterations", "4");
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.equal(readPng((await save(page)).bytes).width, 48);
      await page.click("#save-more");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#keep-gif")]);
      assert.match(download.suggestedFilename(), /\.gif$/);
      await ready(page, at.site.url);
      await paint(page);
      await waitFor(page, ["finished"]);
      // The browser looks for a new version by itself, past what Playwright closes.
      assert.deepEqual(at.site.requests.filter((request) => !request.path.endsWith("/sw.js")), []);
    });
  });

  test("it can be installed: Chromium finds nothing missing", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page);
      const session = await page.context().newCDPSession(page);
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
      // A private window, which every test has, is the one thing that may stand in the way.
      assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
      const { errors, url } = await session.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      assert.ok(url.startsWith(at.site.url));
    });
  });
});

describe("a new version", { skip: notBuilt("cpu") }, () => {
  /** Whether the host has the new version already. */
  let fresh = false;
  /** Whether it has another talk, and no writer of GIFs. */
  let gone = false;
  const TALK = "web/talk/talk.js";
  const GIF = `web/parts/${readdirSync(path.join(DIST, "web/parts")).find((name) => name.endsWith(".js") && readFileSync(path.join(DIST, "web/parts", name), "utf8").includes("GIF89a"))}`;
  const talk = 'throw new Error("of the new version");';
  const index = readFileSync(path.join(DIST, "index.html"), "utf8").replace("<html ", '<html data-version="two" ');
  // Not its title, which the page writes by itself.
  const version = (/** @type {Page} */ page) => page.getAttribute("html", "data-version");
  const at = setUp({
    serviceWorkers: "allow",
    site: {
      instead: (name) => {
        if (!fresh) return undefined;
        if (name === "index.html") return index;
        if (gone && name === TALK) return talk;
        if (gone && name === GIF) return null;
        return name === "sw.js" ? renewed() : undefined;
      },
    },
  });
  /** The service worker's list with the new page's checksum. */
  const renewed = () => {
    const list = readFileSync(path.join(DIST, "sw.js"), "utf8").replace(/("index\.html": )"\w+"/, `$1"${sha256(index)}"`);
    return gone ? list.replace(new RegExp(`("${TALK}": )"\\w+"`), `$1"${sha256(talk)}"`).replace(new RegExp(`\\s*"${GIF}": "\\w+",`), "") : list;
  };

  test("is said to be ready, taken when asked for, and fetches only what changed; a second window is offered it", async () => {
    await at.visit(async (page) => {
      fresh = false;
      gone = false;
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page);
      fresh = true;
      at.site.requests.length = 0;
      await page.reload();
      await waitFor(page, ["ready"]);
      assert.equal(await version(page), null);
      await page.waitForSelector("#notice-action:not([hidden])", { timeout: 60_000 });
      assert.match((await page.textContent("#notice-text")) ?? "", /new version/);
      const second = await page.context().newPage();
      await open(second, at.site.url, { engine: "cpu", network: "sketch" });
      await second.waitForSelector("#notice-action:not([hidden])", { timeout: 60_000 });
      await second.click("#notice-close");
      await Promise.all([page.waitForEvent("load"), page.click("#notice-action")]);
      await waitFor(page, ["ready"]);
      assert.equal(await version(page), "two");
      await second.waitForSelector("#notice-action:not([hidden])");
      assert.equal(await version(second), null);
      await second.close();
      const fetched = at.site.requests.map((request) => request.path).filter((file) => !file.endsWith("vgg19.safetensors"));
      assert.deepEqual([...new Set(fetched)].sort(), ["/index.html", "/sw.js"]);
    });
  });

  test("taken in one window, leaves the other its run and its files, until nobody uses them", async () => {
    await at.visit(async (page) => {
      fresh = false;
      gone = true;
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page);
      const second = await page.context().newPage();
      await ready(second, at.site.url, { settings: { size: 48, evaluations: 4000 } });
      await paint(second);
      await waitFor(second, ["painting"]);
      fresh = true;
      await page.reload();
      await waitFor(page, ["ready"]);
      // In the middle of a run it says that it waits, and offers nothing to press.
      await second.waitForFunction(() => document.querySelector("[data-topic=update]")?.textContent?.includes("after this run"), null, { timeout: 60_000 });
      assert.equal(await second.locator("[data-topic=update] .toast-action").count(), 0);
      await page.waitForSelector("[data-topic=update] .toast-action", { timeout: 60_000 });
      await Promise.all([page.waitForEvent("load"), page.click("[data-topic=update] .toast-action")]);
      await waitFor(page, ["ready"]);
      assert.equal(await version(page), "two");

      assert.equal((await look(second)).state, "painting");
      await second.click("#stop");
      await waitFor(second, ["stopped"]);
      assert.match((await second.textContent("[data-topic=update] p")) ?? "", /has to be chosen again/);
      // What the new version has in another form, or not at all, is there as it was: for the page, and for its workers.
      await second.click("#save-more");
      const [download] = await Promise.all([second.waitForEvent("download"), second.click("#keep-gif")]);
      assert.match(download.suggestedFilename(), /\.gif$/);
      await second.keyboard.press("Escape");
      await second.click("#help");
      await second.click("#open-talk");
      await second.waitForSelector("#talk[open]");
      await second.keyboard.press("Escape");
      assert.equal(await version(second), null);

      const olds = () => page.evaluate(async (sum) => (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat().filter(({ url }) => url.includes(sum)).length, sha256(readFileSync(path.join(DIST, GIF), "utf8")));
      assert.equal(await olds(), 1);
      await Promise.all([second.waitForEvent("load"), second.click("[data-topic=update] .toast-action")]);
      await waitFor(second, ["ready"]);
      assert.equal(await version(second), "two");
      await page.reload();
      await waitFor(page, ["ready"]);
      await eventually(page, async (sum) => (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat().every(({ url }) => !url.includes(sum)), sha256(readFileSync(path.join(DIST, GIF), "utf8")));
      await second.close();
    });
  });
});

describe("with storage that is refused after a while", { skip: notBuilt("cpu") }, () => {
  /** In the worker: its caches are refused from the message "refuse" on. */
  const refusable = () => {
    let isRefused = false;
    addEventListener("message", (event) => { isRefused ||= event.data === "refuse"; });
    for (const kind of [CacheStorage.prototype, Cache.prototype]) {
      for (const name of ["open", "match", "put", "keys"]) {
        const real = /** @type {any} */ (kind)[name];
        if (!real) continue;
        /** @this {unknown} @param {unknown[]} values */
        const either = function (...values) {
          return isRefused ? Promise.reject(new DOMException("refused", "SecurityError")) : real.apply(this, values);
        };
        /** @type {any} */ (kind)[name] = either;
      }
    }
  };
  const at = setUp({
    serviceWorkers: "allow",
    site: { instead: (name) => (name === "sw.js" ? `(${refusable})();\n${readFileSync(path.join(DIST, "sw.js"), "utf8")}` : undefined) },
  });

  test("the page comes from the network", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page);
      await page.evaluate(() => navigator.serviceWorker.controller?.postMessage("refuse"));
      at.site.requests.length = 0;
      await ready(page, at.site.url);
      await paint(page);
      await waitFor(page, ["finished"]);
      assert.ok(at.site.requests.some((request) => request.path.endsWith("web/app/main.js")));
    });
  });
});
