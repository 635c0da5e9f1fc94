// Pictures that are none, or odd: each is refused with a sentence or simply works.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { give, giveSettings, look, open, paint, report, save, waitFor, waitForError } from "../lib/page.mjs";
import * as pictures from "../lib/pictures.mjs";
import { assertSentence, drop, notBuilt, noticed, QUICK, ready, setUp } from "./support.mjs";

const fixture = (/** @type {string} */ name) => ({
  name,
  mimeType: "image/jpeg",
  buffer: readFileSync(new URL(`../fixtures/${name}`, import.meta.url)),
});

const canal = readFileSync(new URL("../../web/examples/canal.jpg", import.meta.url));

describe("odd pictures", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const [what, file] of /** @type {const} */ ([
    ["a text under a picture's name", pictures.text],
    ["an empty file", pictures.empty],
    ["a truncated picture", pictures.truncated],
    ["half a JPEG", () => pictures.cutJpeg(canal, Math.floor(canal.length / 2))],
    ["a drawing that is broken off", () => ({ ...pictures.drawing("broken.svg", ""), buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect') })],
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
    ["a JPEG without its end marker", () => pictures.cutJpeg(canal, 2), 448 / 640],
    ["a JPEG that its EXIF turns, without its end marker", () => pictures.cutJpeg(fixture("turned.jpg").buffer, 2), 48 / 32],
    ["a JPEG that ends with something else", () => pictures.trailingJpeg(canal), 448 / 640],
    ["a GIF without its end", pictures.openGif, 48 / 64],
    ["a drawing with HTML in it", () => pictures.drawing("foreign.svg", '<foreignObject width="100" height="60"><div xmlns="http://www.w3.org/1999/xhtml">words</div></foreignObject>'), 80 / 120],
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

  for (const [what, within] of /** @type {const} */ ([
    ["an image elsewhere", '<image width="120" height="80" xlink:href="https://example.org/a.png"/>'],
    ["an image beside it", '<image width="120" height="80" href="a.png"/>'],
    ["HTML with an image elsewhere", '<foreignObject width="120" height="80"><img xmlns="http://www.w3.org/1999/xhtml" width="120" height="80" src="https://example.org/a.png"/></foreignObject>'],
  ])) {
    test(`a drawing that refers to ${what} is painted without it, and says so`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        await give(page, "content", pictures.drawing("outside.svg", within));
        await noticed(page, /refers to other files/);
        const colours = await page.evaluate(() => {
          const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#content-canvas"));
          const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
          return [...new Set(Array.from({ length: data.length / 4 }, (_, i) => Array.from(data.slice(4 * i, 4 * i + 4)).join(" ")))];
        });
        assert.deepEqual(colours, ["136 170 204 255"], "a broken image is in it");
      });
    });
  }
});

describe("what is dropped or pasted", { skip: notBuilt("cpu") }, () => {
  const at = setUp();
  const several = Array.from({ length: 12 }, (_, n) => pictures.png(`p${n}.png`, 40, 30, { hue: 10 * n }));
  /** @param {import("playwright-core").Page} page */
  const chosen = async (page) => [await page.textContent("#content-name"), await page.textContent("#style-name")];

  test("twelve files: the first is the photo, the second the style, and the others are named", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await drop(page, { files: several });
      assert.equal(await noticed(page, /Not used/), "Used: p0.png and p1.png. Not used: p2.png, p3.png, p4.png, and 7 more; a photo and a style are taken at a time.");
      assert.deepEqual(await chosen(page), ["p0.png", "p1.png"]);
      await drop(page, { files: several.slice(4, 6) }, { onto: "#style-pick" });
      await page.waitForFunction(() => document.querySelector("#style-name")?.textContent === "p4.png" && document.querySelector("#content-name")?.textContent === "p5.png");
      await drop(page, { files: several.slice(6, 9) }, { paste: true });
      assert.match(await noticed(page, /Not used: p8\.png;/), /^Used: p6\.png and p7\.png\./);
    });
  });

  test("a file that cannot be opened is not among those that are used, and why is said of each", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await drop(page, { files: [pictures.truncated(), ...several.slice(0, 2)] });
      assert.equal(await noticed(page, /Used/), "Used: p0.png. Not used: p1.png; a photo and a style are taken at a time.");
      assert.match(await waitForError(page), new RegExp(`^${pictures.truncated().name} is cut short`));
      assert.deepEqual(await chosen(page), ["photo.png", "p0.png"]);
      await drop(page, { files: [several[2] ?? pictures.empty(), pictures.empty()] });
      assert.equal(await noticed(page, /p2/), "Used: p2.png.");
      await drop(page, { files: [pictures.truncated(), pictures.empty()] });
      await page.waitForFunction(() => /cut short.*empty file/.test(document.querySelector("#error-text")?.textContent ?? ""));
      assert.ok(!(await page.isVisible("#notice")), "nothing is used");
    });
  });

  for (const [what, data, says] of /** @type {[string, Record<string, string>, RegExp][]} */ ([
    ["a link", { "text/uri-list": "https://example.org/a.jpg", "text/plain": "https://example.org/a.jpg" }, /link, not a picture/],
    ["a text", { "text/plain": "a photo of a cat" }, /text, not a picture/],
  ])) {
    for (const paste of [false, true]) {
      test(`${what} that is ${paste ? "pasted" : "dropped"} gets an answer, and everything stays`, async () => {
        await at.visit(async (page) => {
          await ready(page, at.site.url);
          await drop(page, { data }, { paste });
          const sentence = await waitForError(page);
          assertSentence(sentence);
          assert.match(sentence, says);
          assert.deepEqual(await chosen(page), ["photo.png", "swirl.png"]);
          // Where text belongs it is the browser's.
          await page.click("#error-close");
          await drop(page, { data }, { paste, onto: "#size" });
          assert.equal((await look(page)).error, "");
        });
      });
    }
  }

  test("a text file gets an answer, and beside pictures it is passed by", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("words") };
      await drop(page, { files: [notes] });
      assert.match(await waitForError(page), /^notes\.txt is not a picture/);
      await drop(page, { files: [notes, ...several.slice(0, 2)] });
      assert.match(await noticed(page, /Not used: notes\.txt;/), /^Used: p0\.png and p1\.png\./);
      assert.equal((await look(page)).error, "");
    });
  });
});
