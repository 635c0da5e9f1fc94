// The main path, as a person goes it, on both engines.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, look, open, paint, report, save, waitFor } from "../lib/page.mjs";
import { difference, png, readPng } from "../lib/pictures.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** Longest side, and the other of a 64 x 48 picture. */
const WIDTH = 48;
const HEIGHT = 36;
const LONG = { size: WIDTH, evaluations: 2000 };

for (const engine of /** @type {const} */ (["cpu", "gpu"])) {
  describe(`painting on the ${engine} engine`, { skip: notBuilt(engine) }, () => {
    const at = setUp({ webgpu: engine === "gpu" ? "software" : "none" });

    test("upload, paint, pause, resume, change a weight, stop, download", async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url, { engine, settings: LONG });
        await paint(page);
        await waitFor(page, ["painting"]);
        const iteration = () => look(page).then((view) => view.value);
        await page.waitForFunction(() => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) >= 3, null, { timeout: 120_000 });

        await page.click("#pause");
        await waitFor(page, ["paused"]);
        // What was on its way to the GPU when the button was pressed may still arrive: two steps at most.
        const pressed = await iteration();
        await page.waitForTimeout(engine === "gpu" ? 8000 : 1500);
        const paused = await iteration();
        assert.ok(paused <= pressed + 2, `${paused - pressed} steps after Pause`);
        await page.waitForTimeout(engine === "gpu" ? 4000 : 1500);
        assert.equal(await iteration(), paused, "it went on while it was paused");
        assert.equal((await page.textContent("#pause"))?.trim(), "Resume");

        await page.click("#pause");
        await waitFor(page, ["painting"]);
        await page.waitForFunction((from) => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) > from, paused, { timeout: 120_000 });

        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        const weight = page.locator('input[data-path="style.weight"]').first();
        await weight.fill("2.5");
        await weight.press("Tab");
        const changed = await iteration();
        await page.waitForFunction((from) => Number(document.querySelector("#progress")?.getAttribute("aria-valuenow")) > from + 3, changed, { timeout: 120_000 });

        const stop = Date.now();
        await page.click("#stop");
        await waitFor(page, ["stopped"], { timeout: 5000 });
        assert.ok(Date.now() - stop < 2500, `Stop took ${Date.now() - stop} ms`);

        const { name, bytes } = await save(page);
        assert.match(name, /\.png$/);
        const painted = readPng(bytes);
        assert.deepEqual([painted.width, painted.height], [WIDTH, HEIGHT]);
        const content = await asPainted(page, png("photo.png", 64, 48).buffer);
        assert.ok(difference(painted, content) > 2, "the result is the photo");

        const made = await report(page);
        assert.equal(made.schema, 1);
        assert.equal(made.engine, engine);
        assert.deepEqual([made.width, made.height], [WIDTH, HEIGHT]);
        assert.equal(made.settings.style.weight, 2.5);
        assert.ok(made.losses.length >= 5 && made.losses.every((/** @type {any} */ loss) => Number.isFinite(loss.total)));
        const [before, after] = [made.losses[0], made.losses.at(-1)];
        assert.ok(after.style < before.style, "the style loss did not fall");
        assert.deepEqual(made.inputs.map((/** @type {any} */ input) => input.role).sort(), ["content", "style"]);
      });
    });

    test("from the gallery, with nothing uploaded, to the end", async () => {
      await at.visit(async (page) => {
        await open(page, at.site.url, { engine, network: "sketch", size: "48", iterations: "8" });
        await page.locator("#content-gallery [data-example]").nth(1).click();
        await waitFor(page, ["empty", "ready"]);
        await page.locator("#style-gallery [data-example]").nth(2).click();
        await waitFor(page, ["ready"]);
        await paint(page);
        await waitFor(page, ["finished"], { timeout: 180_000 });
        const painted = readPng((await save(page)).bytes);
        assert.equal(Math.max(painted.width, painted.height), 48);
        const made = await report(page);
        assert.equal(made.evaluations, 8);
        const shown = (await page.textContent("body")) ?? "";
        assert.ok(shown.includes(made.adapter), `the page does not name the adapter, ${made.adapter}`);
      });
    });

    test("the bundled example paints at once with ?paint", async () => {
      await at.visit(async (page) => {
        await open(page, at.site.url, { engine, network: "sketch", size: "32", iterations: "4", paint: "" });
        await waitFor(page, ["finished"], { timeout: 180_000 });
        assert.equal((await report(page)).evaluations, 4);
      });
    });

    test("noise with a seed, and a third picture to start from", async () => {
      await at.visit(async (page) => {
        const noise = { size: 32, evaluations: 2, start: "noise", average: 0 };
        /** @type {Buffer[]} */
        const painted = [];
        for (const seed of [7, 7, 8]) {
          await ready(page, at.site.url, { engine, settings: { ...noise, seed } });
          await paint(page);
          await waitFor(page, ["finished"], { timeout: 120_000 });
          painted.push((await save(page)).bytes);
        }
        const [first, again, other] = painted.map(readPng);
        assert.ok(first && again && other);
        assert.ok(difference(first, again) < 1, "the same seed painted something else");
        assert.ok(difference(first, other) > 1, "another seed painted the same");

        await ready(page, at.site.url, { engine, settings: { size: 32, evaluations: 2, start: "picture" } });
        await give(page, "start", png("start.png", 40, 40, { hue: 90 }));
        await paint(page);
        await waitFor(page, ["finished"], { timeout: 120_000 });
        const roles = (await report(page)).inputs.map((/** @type {any} */ input) => input.role);
        assert.ok(roles.includes("start"), `inputs are ${roles}`);
      });
    });
  });
}

describe("Sketch's views, in turn", { skip: notBuilt("cpu") || notBuilt("gpu") }, () => {
  const at = setUp({ webgpu: "software" });

  test("paint the same on both engines, and something else than one view", async () => {
    await at.visit(async (page) => {
      const painted = async (/** @type {"cpu" | "gpu"} */ engine, /** @type {string} */ views) => {
        await ready(page, at.site.url, { engine, settings: { preset: "reference", size: 48, evaluations: 9, network: { views } } });
        await paint(page);
        await waitFor(page, ["finished"], { timeout: 180_000 });
        const picture = readPng((await save(page)).bytes);
        assert.ok(picture);
        return picture;
      };
      const [cpu, gpu, four, one] = [await painted("cpu", "auto"), await painted("gpu", "auto"), await painted("cpu", "four"), await painted("cpu", "one")];
      assert.ok(difference(cpu, gpu) < 0.5, `the engines differ by ${difference(cpu, gpu)}`);
      assert.equal(difference(cpu, four), 0, "Sketch does not ask for its views");
      assert.ok(difference(cpu, one) > 1, `one view differs by ${difference(cpu, one)} only`);
    });
  });
});

/**
 * The content as it stands at the result's size, scaled by the browser: near enough to show whether anything was painted.
 *
 * @param {import("playwright-core").Page} page
 * @param {Buffer} bytes
 */
async function asPainted(page, bytes) {
  const data = await page.evaluate(
    async ([base64, width, height]) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob().catch(() => new Blob());
      const bitmap = await createImageBitmap(blob, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context?.drawImage(bitmap, 0, 0);
      return Array.from(context?.getImageData(0, 0, width, height).data ?? []);
    },
    /** @type {const} */ ([bytes.toString("base64"), WIDTH, HEIGHT]),
  );
  return { data: Uint8Array.from(data) };
}
