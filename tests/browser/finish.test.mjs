// Draft, then finish: what Sketch painted small is where VGG-19 begins, at full size.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { paint, report, save, waitFor } from "../lib/page.mjs";
import { readPng } from "../lib/pictures.mjs";
import { readFileSync } from "node:fs";
import { BESIDE, notBuilt, ready, setUp, withoutBeside } from "./support.mjs";

describe("draft, then finish", { skip: notBuilt("cpu") || withoutBeside }, () => {
  const at = setUp({ site: { instead: (name) => (name === "weights/vgg19.safetensors" && !withoutBeside ? readFileSync(BESIDE) : undefined) } });

  test("the draft is carried over, and the controls stay as they were (vgg19)", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 6 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      await page.click("#finish");
      await page.waitForSelector("#finish-dialog[open]");
      assert.deepEqual([await page.inputValue("#finish-size"), await page.inputValue("#finish-steps")], ["512", "150"]);
      await page.fill("#finish-size", "64");
      await page.fill("#finish-steps", "2");
      await page.click("#finish-go");
      await waitFor(page, ["painting"], { timeout: 120_000 });
      await waitFor(page, ["finished"], { timeout: 120_000 });
      const made = await report(page);
      assert.deepEqual(made.network.layout, [64, 128, 256, 512, 512]);
      assert.deepEqual([made.width, made.settings.start, made.evaluations], [64, "picture", 2]);
      assert.match(made.inputs.find((/** @type {any} */ input) => input.role === "start").name, /^Draft of photo/);
      assert.equal(readPng((await save(page)).bytes).width, 64);
      assert.equal(await page.inputValue("#size"), "32");
      assert.ok(!(await page.isVisible("#start-slot")));
      // Painted by VGG-19 it is no draft any more.
      assert.ok(!(await page.isVisible("#finish")));
    });
  });
});
