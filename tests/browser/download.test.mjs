// VGG-19 from its public home, played by a server on this machine: asked for, fetched in ranges over a redirect, checked, kept, gone on with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

import { startHub, withHubAt } from "../lib/hub.mjs";
import { give, giveSettings, look, open, paint, report, waitFor, waitForError } from "../lib/page.mjs";
import { SyntheticFile, vgg19 } from "../lib/networks.mjs";
import { DIST } from "../lib/server.mjs";
import { png } from "../lib/pictures.mjs";
import { assertSentence, holdBack, notBuilt, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Opens the page and asks for VGG-19: the dialog stands there.
 *
 * @param {Page} page
 * @param {string} url
 */
async function ask(page, url) {
  await open(page, url, { engine: "cpu", network: "sketch" });
  await waitFor(page, ["empty", "ready"]);
  await page.selectOption("#network", "vgg19");
  await page.waitForSelector("dialog#consent[open]");
}

/** @param {Page} page */
const arrived = (page) =>
  page.waitForFunction(() => document.body.dataset.state !== "loading" && !document.querySelector("dialog#consent[open]"), null, { timeout: 120_000 });

/**
 * The names in a cache of the page, [] where there is none.
 *
 * @param {Page} page
 * @param {string} name
 */
const cached = (page, name) =>
  page.evaluate(async (cache) => ((await caches.has(cache)) ? (await (await caches.open(cache)).keys()).map((request) => request.url) : []), name);

/**
 * Paints two steps with whatever network is there, and returns the report.
 *
 * @param {Page} page
 */
async function paintQuickly(page, known = "") {
  await give(page, "content", png("photo.png", 40, 32));
  await give(page, "style", png("swirl.png", 40, 40, { hue: 50 }));
  await giveSettings(page, { size: 32, evaluations: 2 });
  await paint(page);
  await waitFor(page, ["finished"], { timeout: 120_000, known });
  return report(page);
}

describe("the download of VGG-19", { skip: notBuilt("cpu") }, () => {
  /** Where the page finds the public home of VGG-19. */
  let home = "";
  const at = setUp({ site: { instead: withHubAt(() => home) } });

  /**
   * @param {SyntheticFile} file
   * @param {(page: Page, hub: import("../lib/hub.mjs").Hub) => Promise<void>} body
   */
  async function withHub(file, body) {
    const hub = await startHub(file);
    home = hub.url;
    try {
      await at.visit((page) => body(page, hub));
    } finally {
      await hub.close();
    }
  }

  test("nothing is fetched before it is agreed to, and No leaves everything as it was", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      await ask(page, at.site.url);
      assert.equal(hub.sent, 0);
      await page.click("#consent-cancel");
      await arrived(page);
      assert.equal(hub.sent, 0);
      assert.match((await paintQuickly(page)).network.name, /sketch/i);
    });
  });

  test("the dialog names the host, and the address can name no other", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      const other = await startHub(new SyntheticFile(vgg19("F16")));
      await open(page, at.site.url, { engine: "cpu", network: "sketch", hub: other.url });
      await waitFor(page, ["empty", "ready"]);
      await page.selectOption("#network", "vgg19");
      await page.waitForSelector("dialog#consent[open]");
      assert.equal(await page.textContent("#consent-host"), new URL(hub.url).host);
      await page.click("#consent-cancel");
      await other.close();
    });
  });

  test("what the site serves goes to Hugging Face alone", async () => {
    const frame = readFileSync(path.join(DIST, "web/network/download-frame.html"), "utf8");
    assert.deepEqual(frame.match(/https?:\/\/[^\s";]+/g), ["https://huggingface.co", "https://*.huggingface.co", "https://*.hf.co", "https://huggingface.co/timm/vgg19.tv_in1k/resolve/main/model.safetensors"]);
  });

  test("only the tensors in use are fetched, checked, used, and kept for good", async () => {
    const file = new SyntheticFile(vgg19("F16"));
    await withHub(file, async (page, hub) => {
      await ask(page, at.site.url);
      await page.click("#consent-download");
      await arrived(page);
      assert.equal((await look(page)).error, "");
      const asked = (/** @type {string} */ name) => hub.asked.some(({ start, end }) => start <= (file.ranges.get(name)?.start ?? 0) && end >= (file.ranges.get(name)?.end ?? Infinity));
      assert.ok(asked("features.0.weight") && asked("features.30.bias"));
      assert.ok(!asked("features.32.weight") && !asked("features.34.weight"), "layers that nothing uses were fetched");
      const made = await paintQuickly(page);
      assert.deepEqual(made.network.layout, [64, 128, 256, 512, 512]);
      assert.ok(made.downloaded_bytes > 20_000_000, `downloaded_bytes is ${made.downloaded_bytes}`);

      const before = hub.sent;
      await open(page, at.site.url, { engine: "cpu", network: "vgg19" });
      await arrived(page);
      const again = await paintQuickly(page);
      assert.equal(again.network.sha256, made.network.sha256);
      assert.equal(hub.sent, before, "it was fetched a second time");
      assert.equal(again.downloaded_bytes, 0);
    });
  });

  for (const [name, sentence] of [["QuotaExceededError", /storage is full/], ["SecurityError", /does not let the page store it/]]) {
    test(`where it cannot be kept (${name}), that is said, and it is used all the same until the page is closed`, async () => {
      await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
        await page.addInitScript((kind) => { Cache.prototype.put = () => Promise.reject(new DOMException(kind, kind)); }, String(name));
        await ask(page, at.site.url);
        await page.click("#consent-download");
        await arrived(page);
        const said = (await page.textContent("#notice:not([hidden]) #notice-text")) ?? "";
        assertSentence(said);
        assert.match(said, /** @type {RegExp} */ (sentence));
        assert.equal((await paintQuickly(page)).network.layout.length, 5);
        // Another network, and this one again.
        const before = hub.sent;
        for (const network of ["sketch", "vgg19"]) {
          await page.selectOption("#network", network);
          await arrived(page);
        }
        assert.equal((await look(page)).error, "");
        assert.equal(await page.inputValue("#network"), "vgg19");
        assert.equal(hub.sent, before, "it was fetched a second time");
      });
    });
  }

  test("progress is shown in bytes", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      await ask(page, at.site.url);
      hub.delay = 100;
      await page.click("#consent-download");
      const values = await page.evaluate(async () => {
        /** @type {number[]} */
        const seen = [];
        const bar = () => document.querySelector("#loading");
        while (document.body.dataset.state === "loading") {
          seen.push(Number(bar()?.getAttribute("aria-valuenow")) / Number(bar()?.getAttribute("aria-valuemax")));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return seen.filter(Number.isFinite);
      });
      assert.ok(new Set(values).size >= 5, `it moved through ${new Set(values).size} values`);
    });
  });

  test("a connection lost in the middle is said; the next attempt goes on where it stopped", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      await ask(page, at.site.url);
      hub.cutAfter(12_000_000);
      await page.click("#consent-download");
      assertSentence(await waitForError(page, 120_000));
      assert.deepEqual(await cached(page, "pastiche-networks"), [], "half a network was kept as a whole one");
      const had = hub.asked.filter(({ start, end }) => end - start > 100_000).map(({ start }) => start);
      assert.ok(had.length > 3, "nothing arrived before the cut");

      hub.mend();
      hub.asked.length = 0;
      // As after the visitor gave up and came back the next day.
      await ask(page, at.site.url);
      await page.click("#consent-download");
      await arrived(page);
      assert.equal((await look(page)).error, "");
      const twice = hub.asked.filter(({ start, end }) => end - start > 100_000 && had.includes(start));
      assert.deepEqual(twice, [], "what had arrived was fetched again");
      assert.deepEqual((await paintQuickly(page)).network.layout, [64, 128, 256, 512, 512]);
    });
  });

  test("a download can be cancelled, and the page paints on with Sketch", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      await ask(page, at.site.url);
      hub.delay = 300;
      await page.click("#consent-download");
      await page.click("#loading-cancel", { timeout: 10_000 });
      // It offers to continue, and stays.
      const offer = await waitForError(page);
      await arrived(page);
      hub.delay = 0;
      assert.deepEqual(await cached(page, "pastiche-networks"), []);
      assert.match((await paintQuickly(page, offer)).network.name, /sketch/i);
    });
  });

  test("chosen while the engine still loads, it is fetched once there is one", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      const release = await holdBack(page, "**/browser_bg.wasm");
      await page.goto(`${at.site.url}?${new URLSearchParams({ engine: "cpu", network: "sketch", hub: hub.url })}`);
      await page.waitForFunction(() => document.body.dataset.state === "loading");
      await page.selectOption("#network", "vgg19");
      await page.click("#consent-download");
      assert.equal(hub.sent, 0, "without an engine nothing can judge what comes");
      release();
      await arrived(page);
      assert.equal(await page.inputValue("#network"), "vgg19");
      assert.deepEqual((await paintQuickly(page)).network.layout, [64, 128, 256, 512, 512]);
    });
  });

  test("refused while the engine still loads, the page opens with Sketch", async () => {
    await withHub(new SyntheticFile(vgg19("F16")), async (page, hub) => {
      const release = await holdBack(page, "**/browser_bg.wasm");
      await page.goto(`${at.site.url}?${new URLSearchParams({ engine: "cpu", network: "sketch", hub: hub.url })}`);
      await page.waitForFunction(() => document.body.dataset.state === "loading");
      await page.selectOption("#network", "vgg19");
      await page.waitForSelector("dialog#consent[open]");
      release();
      await page.waitForFunction(() => window.pastiche.engine() !== null, null, { timeout: 60_000 });
      await page.click("#consent-cancel");
      await arrived(page);
      assert.equal(await page.inputValue("#network"), "sketch");
      assert.match((await paintQuickly(page)).network.name, /sketch/i);
    });
  });

  const wrongShape = vgg19("F16").map((tensor) => (tensor.name === "features.10.weight" ? { ...tensor, shape: [256, 64, 3, 3] } : tensor));
  for (const [what, file, says] of /** @type {const} */ ([
    ["values whose checksum is not the known one", () => new SyntheticFile(vgg19("F32")), /checksum/],
    ["a tensor of the wrong shape", () => new SyntheticFile(wrongShape), /features\.10\.weight/],
    ["a missing tensor", () => new SyntheticFile(vgg19("F16").filter(({ name }) => name !== "features.28.bias")), /features\.28\.bias/],
    ["a value that is no number", () => new SyntheticFile(vgg19("F16"), { damaged: "features.5.weight" }), /features\.5\.weight/],
  ])) {
    test(`${what}: said, and nothing is cached`, async () => {
      await withHub(file(), async (page, hub) => {
        await ask(page, at.site.url);
        await page.click("#consent-download");
        const sentence = await waitForError(page, 120_000);
        assertSentence(sentence);
        assert.match(sentence, says);
        assert.deepEqual(await cached(page, "pastiche-networks"), []);
        const wrong = sentence.match(/features\.\d+\.\w+/)?.[0];
        assert.ok(!(await cached(page, "pastiche-staging")).some((url) => wrong !== undefined && url.includes(wrong)), "the wrong tensor was kept for the next attempt");
      });
    });
  }

  test("a home that cannot be reached is said", async () => {
    await at.visit(async (page) => {
      home = "http://127.0.0.1:9/model.safetensors";
      await ask(page, at.site.url);
      await page.click("#consent-download");
      assertSentence(await waitForError(page));
    });
  });

  test("a home that answers with an error page is said", async () => {
    await at.visit(async (page) => {
      home = `${at.site.url}nothing-here.safetensors`;
      await ask(page, at.site.url);
      await page.click("#consent-download");
      assertSentence(await waitForError(page));
      assert.deepEqual(await cached(page, "pastiche-networks"), []);
    });
  });
});
