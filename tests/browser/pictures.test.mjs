// Pictures that are none, or odd: each is refused with a sentence or simply works.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { give, giveSettings, look, open, paint, report, save, waitFor, waitForError } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { assertSentence, notBuilt, QUICK, ready, studio } from "./support.mjs";

const fixture = (/** @type {string} */ name) => ({
  name,
  mimeType: "image/jpeg",
  buffer: readFileSync(new URL(`../fixtures/${name}`, import.meta.url)),
});

describe("odd pictures", { skip: notBuilt("cpu") }, () => {
  const at = studio();

  for (const [what, file] of /** @type {const} */ ([
    ["a text under a picture's name", pictures.text],
    ["an empty file", pictures.empty],
    ["a truncated picture", pictures.truncated],
  ])) {
    test(`${what} is refused with a sentence, and the picture before it stays`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        const name = file().name;
        await page.setInputFiles("#content-file", file());
        const sentence = await waitForError(page);
        assertSentence(sentence);
        assert.ok(sentence.includes(name), `which file? ${sentence}`);
        await paint(page);
        await page.waitForFunction(() => document.body.dataset.state === "finished", null, { timeout: 60_000 });
        assert.equal((await report(page)).inputs.find((/** @type {any} */ input) => input.role === "content").name, "photo.png");
      });
    });
  }

  for (const [what, file, shape] of /** @type {const} */ ([
    ["a 1x1 picture", pictures.onePixel, 1],
    ["an animated GIF", pictures.animatedGif, 48 / 64],
    ["a CMYK JPEG", () => fixture("cmyk.jpg"), 32 / 48],
    ["a 16-bit PNG", pictures.sixteenBit, 64 / 96],
    ["an SVG", pictures.svg, 80 / 120],
    ["a panorama of 20,000 x 500 pixels", pictures.wide, 500 / 20_000],
    ["a photo that its EXIF turns", () => fixture("turned.jpg"), 48 / 32],
  ])) {
    test(`${what} simply works`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        await give(page, "content", file());
        await paint(page);
        await waitFor(page, ["finished"]);
        const painted = pictures.readPng((await save(page)).bytes);
        const [longest, shortest] = [Math.max(painted.width, painted.height), Math.min(painted.width, painted.height)];
        assert.equal(longest, QUICK.size);
        const side = (/** @type {number} */ ratio) => Math.max(16, Math.round(QUICK.size * ratio));
        assert.equal(shortest, side(Math.min(shape, 1 / shape)));
        if (Math.abs(shape - 1) > 0.01) assert.equal(painted.height > painted.width, shape > 1, "it lies on its side");
      });
    });
  }

  test("an animated GIF says that its first frame is used", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await give(page, "style", pictures.animatedGif());
      await page.waitForFunction(() => document.querySelector("#notice:not([hidden])")?.textContent?.includes("frame"));
    });
  });

  test("20,000 x 20,000 pixels are scaled down or refused with a sentence, and the page lives", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.setInputFiles("#content-file", pictures.vast());
      await page.waitForFunction(() => document.body.dataset.state !== "loading", null, { timeout: 120_000 });
      const { error } = await look(page);
      if (error) assertSentence(error);
      await give(page, "content", pictures.png("after.png", 64, 64));
      await paint(page);
      await waitFor(page, ["finished"]);
    });
  });

  test("transparency is laid on white", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await give(page, "content", pictures.png("glass.png", 64, 64, { alpha: 0 }));
      await give(page, "style", pictures.png("swirl.png", 64, 64, { hue: 40 }));
      // One step of a size that changes nothing to speak of: what comes out is what went in.
      await giveSettings(page, { size: 64, evaluations: 1, average: 0, optimiser: { step: 0.0001 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const { data } = pictures.readPng((await save(page)).bytes);
      const darkest = Math.min(...data);
      assert.ok(darkest > 250, `a channel is ${darkest}`);
    });
  });
});
