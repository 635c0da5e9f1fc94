// Keeping a result: other formats, the clipboard, the share sheet, the film of the run; and the history on this machine.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { give, giveSettings, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import { difference, png, readPng } from "../lib/pictures.mjs";
import { written } from "./faults.mjs";
import { notBuilt, ONE_THREAD, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const RUN = { size: 64, evaluations: 24 };

/** @param {Page} page @param {string} url @param {object} [settings] */
async function painted(page, url, settings = RUN) {
  await ready(page, url, { settings, query: ONE_THREAD });
  await paint(page);
  await waitFor(page, ["finished"]);
}

/** Opens the sheet and presses one of its buttons. @param {Page} page @param {string} button */
async function keep(page, button) {
  if (!(await page.isVisible("#keep"))) await page.click("#save-more");
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), page.click(button)]);
  await page.keyboard.press("Escape");
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What an image file shows. @param {Page} page @param {Buffer} bytes */
const pixelsOf = (page, bytes) => page.evaluate(async (base64) => {
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context?.drawImage(bitmap, 0, 0);
  return { width: bitmap.width, height: bitmap.height, data: Array.from(context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? []) };
}, bytes.toString("base64"));

describe("keeping a result", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("as WebP it has the same size and looks the same", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const saved = readPng((await save(page)).bytes);
      const { name, bytes } = await keep(page, "#keep-webp");
      assert.match(name, /\.webp$/);
      assert.equal(bytes.subarray(8, 12).toString(), "WEBP");
      const webp = await pixelsOf(page, bytes);
      assert.deepEqual([webp.width, webp.height], [saved.width, saved.height]);
      const apart = difference(saved, { data: Uint8Array.from(webp.data) });
      // Noise of single pixels is what WebP is worst at.
      assert.ok(apart < 20, `${apart} levels apart`);
    });
  });

  test("as JPEG it has the same size, and white where it was transparent", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await give(page, "content", png("glass.png", 64, 48, { alphaOf: (x) => (x < 32 ? 0 : 255) }));
      await give(page, "style", png("swirl.png", 56, 60, { hue: 40 }));
      await giveSettings(page, { ...RUN, evaluations: 2 });
      await paint(page);
      await waitFor(page, ["finished"]);
      const { name, bytes } = await keep(page, "#keep-jpeg");
      assert.match(name, /\.jpg$/);
      assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
      const { width, height, data } = await pixelsOf(page, bytes);
      assert.deepEqual([width, height], [64, 48]);
      const left = data.filter((_, i) => i % 4 !== 3 && (i / 4) % 64 < 24);
      assert.ok(Math.min(...left) > 235, `${Math.min(...left)}`);
    });
  });

  test("it is saved under the name that was typed, in every format, as file systems take it", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      await page.click("#save-more");
      assert.equal(await page.inputValue("#keep-name"), "photo-swirl-pastiche");
      await page.fill("#keep-name", "  猫と/星: „Größe“ ");
      assert.equal((await keep(page, "#keep-webp")).name, "猫と 星 „Größe“.webp");
      assert.equal((await save(page)).name, "猫と 星 „Größe“.png");
      await page.click("#save-more");
      assert.equal(await page.inputValue("#keep-name"), "猫と 星 „Größe“");
      // Nothing that could be a name: the one before stays.
      await page.fill("#keep-name", " ... ");
      assert.equal((await keep(page, "#keep-png")).name, "猫と 星 „Größe“.png");
      // The next result has its own.
      await paint(page);
      await waitFor(page, ["painting"]);
      await waitFor(page, ["finished"]);
      assert.equal((await save(page)).name, "photo-swirl-pastiche.png");
    });
  });

  test("the dialog says how large it is, on the screen and in print", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      await page.click("#save-more");
      assert.equal(await page.textContent("#keep-size"), "64 × 48 pixels, 0.5 × 0.4 cm in print at 300 dpi");
    });
  });

  test("copied, it is on the clipboard", async () => {
    await at.visit(
      async (page) => {
        await painted(page, at.site.url);
        await page.click("#save-more");
        await page.click("#keep-copy");
        await page.waitForFunction(() => document.querySelector("#status")?.textContent === "Copied.");
        const size = await page.evaluate(async () => {
          const [item] = await navigator.clipboard.read();
          const bitmap = await createImageBitmap(/** @type {Blob} */ (await item?.getType("image/png")));
          return [bitmap.width, bitmap.height];
        });
        assert.deepEqual(size, [64, 48]);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    );
  });

  test("where there is a share sheet, it gets the PNG", async () => {
    await at.visit(async (page) => {
      await page.addInitScript(() => {
        navigator.canShare = () => true;
        navigator.share = async (data) => { document.title = `${data?.files?.[0]?.type} ${data?.files?.[0]?.name}`; };
      });
      await painted(page, at.site.url);
      await page.click("#save-more");
      await page.click("#keep-share");
      await page.waitForFunction(() => /^image\/png .*\.png$/.test(document.title));
    });
  });

  test("the GIF has a frame for every step, and moves", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { name, bytes } = await keep(page, "#keep-gif");
      assert.match(name, /\.gif$/);
      const film = await page.evaluate(async (base64) => {
        const data = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const decoder = new ImageDecoder({ data, type: "image/gif" });
        await decoder.tracks.ready;
        await decoder.completed;
        const frames = decoder.tracks.selectedTrack?.frameCount ?? 0;
        /** @type {number[][]} */
        const pixels = [];
        for (const frameIndex of [0, Math.floor(frames / 2), frames - 1]) {
          const { image } = await decoder.decode({ frameIndex });
          const context = new OffscreenCanvas(image.displayWidth, image.displayHeight).getContext("2d");
          context?.drawImage(image, 0, 0);
          pixels.push(Array.from(context?.getImageData(0, 0, image.displayWidth, image.displayHeight).data ?? []));
        }
        return { frames, pixels };
      }, bytes.toString("base64"));
      // Where a step of L-BFGS is tried and given up there is no picture.
      const { iterations } = /** @type {{ iterations: number }} */ (await report(page));
      assert.ok(iterations > RUN.evaluations / 2, `${iterations}`);
      assert.equal(film.frames, iterations + 1);
      const [first, middle, last] = film.pixels.map((data) => ({ data: Uint8Array.from(data) }));
      assert.ok(first && middle && last);
      assert.ok(difference(first, middle) > 1 && difference(middle, last) > 0.5);
      assert.ok(difference(readPng((await save(page)).bytes), last) < 20, "the film ends with another picture");
    });
  });

  for (const kind of ["webm", "mp4"]) test(`the video (${kind}) plays for as long as it should, and moves`, async (context) => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      await page.click("#save-more");
      await page.waitForSelector("#keep-webm:not([hidden])");
      if (kind === "mp4" && !(await page.isVisible("#keep-mp4"))) return context.skip("this Chromium has no encoder for H.264");
      const { name, bytes } = await keep(page, `#keep-${kind}`);
      assert.ok(name.endsWith(`.${kind}`));
      const film = await page.evaluate(async ([base64 = "", type = ""]) => {
        const video = document.createElement("video");
        video.muted = true;
        video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type }));
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve;
          video.onerror = () => reject(new Error(video.error?.message));
        });
        /** @type {number[][]} */
        const pixels = [];
        for (const time of [0.01, 0.9, 1.7, video.duration - 0.05]) {
          video.currentTime = time;
          await new Promise((resolve) => { video.onseeked = resolve; });
          const context = new OffscreenCanvas(video.videoWidth, video.videoHeight).getContext("2d");
          context?.drawImage(video, 0, 0);
          pixels.push(Array.from(context?.getImageData(0, 0, video.videoWidth, video.videoHeight).data ?? []));
        }
        return { duration: video.duration, width: video.videoWidth, height: video.videoHeight, pixels };
      }, [bytes.toString("base64"), `video/${kind}`]);
      assert.deepEqual([film.width, film.height], [64, 48]);
      // A twelfth of a second for each of 24 steps, then two seconds for the result.
      assert.ok(Math.abs(film.duration - (24 / 12 + 2)) < 0.3, `${film.duration} s`);
      const [a, b, c, d] = film.pixels.map((data) => ({ data: Uint8Array.from(data) }));
      assert.ok(a && b && c && d);
      assert.ok(difference(a, b) > 1 && difference(b, d) > 1);
      assert.ok(difference(readPng((await save(page)).bytes), d) < 20, "the video ends with another picture");
    });
  });
});

describe("the history", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  /** Opens the list once it holds so many, all of them finished: they are written a moment after. @param {Page} page @param {number} count */
  async function listed(page, count) {
    for (let tries = 0; tries < 40; tries++) {
      await page.click("#show-history");
      await page.waitForSelector("#history[open]");
      const texts = await page.locator("#history-list li").allTextContents();
      if (texts.length === count && texts.every((text) => !text.includes("can be continued"))) return;
      await page.click("#history-close");
      await page.waitForTimeout(250);
    }
    assert.fail(`there are not ${count} finished results in the list`);
  }

  test("a finished one hangs again after a reload, with its pictures and settings; a thrown away one is gone", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url, { ...RUN, style: { weight: 1.5 } });
      const before = readPng((await save(page)).bytes);
      await listed(page, 1);
      await painted(page, at.site.url, { size: 32, evaluations: 4 });
      await listed(page, 2);
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      await listed(page, 2);
      assert.match((await page.textContent("#history-sum")) ?? "", /2 results .* MB/);
      await page.locator("#history-list .open-entry").nth(1).click();
      await waitFor(page, ["finished"]);
      assert.ok(difference(before, readPng((await save(page)).bytes)) === 0, "another picture");
      assert.equal(await page.inputValue("#size"), "64");
      assert.equal(await page.inputValue('input[data-path="style.weight"]'), "1.5");
      assert.match((await page.textContent("#content-name")) ?? "", /photo/);
      // The same again, from what was brought back.
      await paint(page);
      await waitFor(page, ["painting"]);
      await waitFor(page, ["finished"]);
      assert.ok(difference(before, readPng((await save(page)).bytes)) === 0, "painted again it is another picture");

      await listed(page, 3);
      await page.locator("#history-list .icon").first().click();
      await page.waitForFunction(() => document.querySelectorAll("#history-list li").length === 2);
      await page.click("#history-close");
      await listed(page, 2);
    });
  });

  test("one of a cropped photo comes back cropped, and what was cut off is not lost", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 4 } });
      await page.click("#content-crop");
      await page.click("#turn-left");
      await page.focus("#crop-nw");
      for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowDown");
      await page.click("#crop-use");
      await paint(page);
      await waitFor(page, ["finished"]);
      await listed(page, 1);
      await page.click("#history-close");
      await open(page, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await waitFor(page, ["ready"]);
      await listed(page, 1);
      await page.locator("#history-list .open-entry").click();
      await waitFor(page, ["finished"]);
      assert.equal(await page.evaluate(() => { const { width, height } = /** @type {HTMLCanvasElement} */ (document.querySelector("#content-canvas")); return width / height; }), 48 / 32);
      await page.click("#content-crop");
      await page.waitForSelector("#crop[open]");
      assert.equal(await page.textContent("#crop-size"), "48 × 32 pixels");
      await page.focus("#crop-nw");
      for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowUp");
      assert.equal(await page.textContent("#crop-size"), "48 × 64 pixels");
    });
  });

  test("a tab that is closed in the middle finds its run again, and goes on to the same picture", async () => {
    await at.visit(async (page) => {
      const settings = { size: 48, evaluations: 300 };
      await painted(page, at.site.url, settings);
      const straight = readPng((await save(page)).bytes);

      await ready(page, at.site.url, { settings, query: ONE_THREAD });
      await paint(page);
      await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 20);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      const { value } = await look(page);
      await written(page, value);
      // The tab goes; another one comes.
      const other = await page.context().newPage();
      await page.close();
      await open(other, at.site.url, { engine: "cpu", network: "sketch", ...ONE_THREAD });
      await other.waitForSelector("#notice-action:not([hidden])");
      assert.match((await other.textContent("#notice-text")) ?? "", /was at step/);
      await other.click("#notice-action");
      // It goes on by itself, from where it was.
      await waitFor(other, ["painting", "finished"], { watch: (view) => { if (view.state === "painting") assert.ok(view.value >= value - 1, `at step ${view.value} of ${value}`); } });
      await waitFor(other, ["finished"]);
      assert.equal(difference(readPng((await save(other)).bytes), straight), 0, "another picture");
    });
  });
});
