// Network files that are none: each is named for what it is, and the network before it stays.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { give, giveSettings, paint, report, waitFor, waitForError } from "../lib/page.mjs";
import * as networks from "../lib/networks.mjs";
import { assertSentence, notBuilt, ready, setUp, VGG19, withoutVgg19 } from "./support.mjs";

/** A whole network, small enough to be read at once. */
const TINY = new URL("../tiny/tiny-network.safetensors", import.meta.url);

describe("network files", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const [what, file, says] of /** @type {const} */ ([
    ["truncated", networks.truncatedNetwork, /cut short|truncated|bytes/i],
    ["of another kind", networks.notANetwork, /safetensors.*\.pth or \.bin/i],
    ["a damaged file of PyTorch's", networks.damagedTorch, /PyTorch file.*damaged/i],
    ["an HTML error page", networks.errorPage, /web page|HTML/i],
    ["of unknown origin", networks.unknownNetwork, /metadata|VGG-19/],
    ["without VGG-19's tensors", networks.headless, /features\.0\.weight|VGG-19/],
    ["of the wrong shape", networks.misshapenNetwork, /features\.0\.weight/],
  ])) {
    test(`a file that is ${what} is refused with a sentence`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        await page.setInputFiles("#network-file", file());
        const sentence = await waitForError(page);
        assertSentence(sentence);
        assert.match(sentence, says);
        await page.click("#paint");
        await page.waitForFunction(() => document.body.dataset.state === "finished", null, { timeout: 60_000 });
        assert.match((await report(page)).network.name, /sketch/i);
      });
    });
  }

  test("a file given while the page is still opening is the one that is used", async () => {
    await at.visit(async (page) => {
      // Held back until the file is given, so that the two always meet.
      let release = () => {};
      const given = new Promise((resolve) => { release = () => resolve(undefined); });
      await page.route("**/weights/sketch.safetensors", async (route) => {
        await given;
        await route.continue();
      });
      await page.goto(new URL("?engine=cpu&network=sketch", at.site.url).href);
      await page.setInputFiles("#network-file", { name: "mine.safetensors", mimeType: "application/octet-stream", buffer: readFileSync(TINY) });
      release();
      await page.waitForFunction(() => document.querySelector("#network-file-option")?.textContent?.includes("mine"), null, { timeout: 60_000 });
      await page.fill("#size", "48");
      await page.fill("#iterations", "3");
      await page.click("#paint");
      await page.waitForFunction(() => document.body.dataset.state === "finished", null, { timeout: 60_000 });
      assert.equal((await report(page)).network.name, "tiny");
    });
  });

  test("VGG-19 from disk (vgg19)", { skip: withoutVgg19 }, async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 3 } });
      await give(page, "network", VGG19);
      await paint(page);
      await waitFor(page, ["finished"], { timeout: 120_000 });
      const { network, losses } = await report(page);
      assert.match(network.name, /VGG-19/);
      assert.deepEqual(network.layout, [64, 128, 256, 512, 512]);
      assert.ok(losses.at(-1).style < losses[0].style);
    });
  });

  test("the talk's recipe paints with VGG-19 (vgg19)", { skip: withoutVgg19 }, async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await give(page, "network", VGG19);
      await giveSettings(page, { preset: "talk", size: 32, evaluations: 20 });
      await paint(page);
      await waitFor(page, ["finished"], { timeout: 120_000 });
      const { losses, settings } = await report(page);
      assert.equal(settings.loss.normalisation, "sum");
      assert.ok(losses.at(-1).total < losses[0].total);
    });
  });
});
