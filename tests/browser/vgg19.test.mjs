// VGG-19 from the page's own host: offered by its size, fetched without asking, kept as it came, and there without a network.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { give, open, paint, report, save, waitFor } from "../lib/page.mjs";
import { readPng } from "../lib/pictures.mjs";
import { BESIDE, kept, notBuilt, ready, setUp, VGG19, withoutBeside, withoutVgg19 } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const FILE = "weights/vgg19.safetensors";
const LOADING = 240_000;

/** Paints 96 pixels in a few steps. @param {Page} page @param {string} url @param {"cpu" | "gpu"} engine */
async function paint96(page, url, engine) {
  await paint(page, LOADING);
  await waitFor(page, ["finished"], { timeout: LOADING });
  const made = await report(page);
  assert.deepEqual([made.network.name, made.network.layout, made.engine], ["VGG-19 (Oxford)", [64, 128, 256, 512, 512], engine]);
  assert.ok(made.losses.at(-1).style < made.losses[0].style, `${made.losses[0].style} to ${made.losses.at(-1).style}`);
  assert.equal(readPng((await save(page)).bytes).width, 96);
  return made;
}

for (const engine of /** @type {const} */ (["cpu", "gpu"])) {
  describe(`VGG-19 beside the page, on the ${engine} engine`, { skip: notBuilt(engine) || withoutBeside }, () => {
    const at = setUp({ serviceWorkers: "allow", webgpu: engine === "gpu" ? "software" : "none", site: { instead: (name) => (name === FILE ? readFileSync(BESIDE) : undefined) } });
    const settings = { size: 96, evaluations: engine === "gpu" ? 2 : 4 };

    test("it is fetched when it is chosen, kept, and there without a network (vgg19)", async () => {
      await at.visit(async (page) => {
        /** @type {string[]} */
        const elsewhere = [];
        page.on("request", (request) => { if (/^http/.test(request.url()) && !request.url().startsWith(at.site.url)) elsewhere.push(request.url()); });
        await ready(page, at.site.url, { engine, settings });
        // A fresh visitor has Sketch, until VGG-19 is chosen.
        assert.ok(!at.site.requests.some(({ method, path: where }) => method === "GET" && where.endsWith(FILE)));
        await page.focus("#network");
        await page.waitForFunction(() => /\b15 MB/.test(document.querySelector("#network-vgg19-option")?.textContent ?? ""));
        await page.selectOption("#network", "vgg19");
        const first = await paint96(page, at.site.url, engine);
        assert.equal(first.downloaded_bytes, readFileSync(BESIDE).length + readFileSync(new URL("../../weights/sketch.safetensors", import.meta.url)).length);
        assert.equal(await page.locator("dialog#consent[open]").count(), 0);
        assert.deepEqual(elsewhere, []);
        const bytes = await page.evaluate(async () => {
          const [cache] = (await caches.keys()).filter((name) => name.includes("networks"));
          const opened = await caches.open(cache ?? "");
          const [key] = await opened.keys();
          return key ? (await (await opened.match(key))?.arrayBuffer())?.byteLength : 0;
        });
        assert.equal(bytes, readFileSync(BESIDE).length, "kept as it came");

        await kept(page, [], engine);
        await page.reload();
        await waitFor(page, ["ready"], { timeout: LOADING });
        await page.context().setOffline(true);
        at.site.requests.length = 0;
        await ready(page, at.site.url, { engine, settings, query: { network: "vgg19" } });
        const second = await paint96(page, at.site.url, engine);
        assert.equal(second.network.sha256, first.network.sha256);
        assert.ok(!at.site.requests.some(({ path: where }) => where.endsWith(FILE)));
      });
    });
  });
}

describe("the network that comes first", { skip: notBuilt("cpu") || notBuilt("gpu") || withoutBeside }, () => {
  const at = setUp({ webgpu: "software", site: { instead: (name) => (name === FILE ? readFileSync(BESIDE) : undefined) } });

  for (const [engine, network] of /** @type {const} */ ([["cpu", "sketch"], ["gpu", "vgg19"]])) {
    test(`is ${network} on the ${engine} engine where VGG-19 lies beside the page (vgg19)`, async () => {
      await at.visit(async (page) => {
        await open(page, at.site.url, { engine });
        await waitFor(page, ["ready"], { timeout: LOADING });
        assert.equal(await page.inputValue("#network"), network);
        assert.equal(await page.locator("dialog#consent[open]").count(), 0);
      });
    });
  }
});

describe("choosing VGG-19 on the processor", { skip: notBuilt("cpu") || withoutBeside }, () => {
  const at = setUp({ site: { instead: (name) => (name === FILE ? readFileSync(BESIDE) : undefined) } });

  test("one button says what it costs, in bytes and in time, and the next visit needs no bytes (vgg19)", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 96, evaluations: 4 } });
      await page.waitForSelector("#use-vgg19:not([hidden])");
      await page.waitForFunction(() => /^Use VGG-19 \(15 MB, finer, about \d+ times slower: about .+\)$/.test(document.querySelector("#use-vgg19")?.textContent ?? ""), null, { timeout: 60_000 });
      await page.click("#use-vgg19");
      await waitFor(page, ["ready"], { timeout: LOADING });
      assert.equal(await page.inputValue("#network"), "vgg19");
      assert.ok(await page.isHidden("#use-vgg19"));
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await page.waitForFunction(() => /^Use VGG-19 \(finer/.test(document.querySelector("#use-vgg19:not([hidden])")?.textContent ?? ""), null, { timeout: 60_000 });
    });
  });
});

describe("VGG-19 where the host has none", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("there is no button to it", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.waitForFunction(() => document.querySelector("#estimate")?.textContent !== "", null, { timeout: 60_000 });
      assert.ok(await page.isHidden("#use-vgg19"));
    });
  });

  test("a file of PyTorch's is converted, used, and kept for the next visit (vgg19)", { skip: withoutVgg19 || path.extname(VGG19) !== ".bin" }, async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 96, evaluations: 4 } });
      await give(page, "network", VGG19, LOADING);
      const first = await paint96(page, at.site.url, "cpu");
      await ready(page, at.site.url, { settings: { size: 96, evaluations: 4 }, query: { network: "vgg19" } });
      const second = await paint96(page, at.site.url, "cpu");
      assert.equal(second.network.sha256, first.network.sha256);
    });
  });
});
