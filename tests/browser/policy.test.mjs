// Nothing leaves the machine: not from the page, not from its workers, on the first visit or later, whatever code is run in them.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";

import { open, waitFor } from "../lib/page.mjs";
import { close, listen } from "../lib/server.mjs";
import { notBuilt, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

describe("nothing leaves", { skip: notBuilt("cpu") }, () => {
  const at = setUp({ serviceWorkers: "allow" });
  /** A stranger who would answer anybody. */
  let heard = 0;
  const stranger = createServer((_, response) => {
    heard += 1;
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end("welcome");
  });
  let address = "";
  before(async () => { address = `http://127.0.0.1:${await listen(stranger)}/`; });
  after(() => close(stranger));

  const reach = async (/** @type {string} */ url) => fetch(url).then(() => "answered", () => "refused");

  test("the policy holds in the page and in the engine's worker, on the first visit and on the next", async () => {
    await at.visit(async (page) => {
      for (const visit of ["first", "next"]) {
        await open(page, at.site.url, { engine: "cpu", network: "sketch" });
        await waitFor(page, ["ready"]);
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, { timeout: 60_000 });
        assert.equal(await page.evaluate(reach, address), "refused", `the page, ${visit} visit`);
        const worker = page.workers().find((each) => each.url().startsWith("blob:"));
        assert.ok(worker, "there is no worker");
        assert.equal(await worker.evaluate(reach, address), "refused", `the worker, ${visit} visit`);
        await page.evaluate((url) => {
          new Image().src = `${url}image`;
          navigator.sendBeacon(`${url}beacon`, "secret");
        }, address);
        await page.waitForTimeout(300);
      }
      assert.equal(heard, 0, "the stranger heard something");
    });
  });

  test("scripts of others do not run", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      const ran = await page.evaluate(async () => {
        const script = document.createElement("script");
        script.textContent = "window.intruder = true";
        document.body.append(script);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return "intruder" in window;
      });
      assert.equal(ran, false);
    });
  });
});
