// Settings that make no sense: said in a sentence, and nothing changes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { giveSettings, look, open, paint, report, waitFor, waitForError } from "../lib/page.mjs";
import { assertSentence, notBuilt, QUICK, ready, setUp } from "./support.mjs";

const json = (/** @type {string} */ text) => ({ name: "settings.json", mimeType: "application/json", buffer: Buffer.from(text) });

describe("settings", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  for (const [what, text, says] of /** @type {const} */ ([
    ["an unknown key", '{"style": {"wieght": 2}}', /wieght.*weight/s],
    ["a size of zero", '{"size": 0}', /size/],
    ["a negative number of evaluations", '{"evaluations": -5}', /evaluations/],
    ["a huge size", '{"size": 1000000}', /size/],
    ["a word for a number", '{"tv": {"weight": "much"}}', /tv|weight/],
    ["a layer that there is not", '{"content": {"layers": [{"layer": "conv9_9", "weight": 1}]}}', /conv9_9/],
    ["a preset that there is not", '{"preset": "vangogh"}', /vangogh/],
    ["something that is not JSON", "size = 512", /JSON/],
    ["a list", "[1, 2]", /./],
    ["a later schema", '{"schema": 2}', /schema/],
  ])) {
    test(`a settings file with ${what} is refused, and changes nothing`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        await page.setInputFiles("#settings-file", json(text));
        const sentence = await waitForError(page);
        assertSentence(sentence);
        assert.match(sentence, says);
        assert.equal(await page.inputValue("#size"), String(QUICK.size));
        await page.click("#paint");
        await page.waitForFunction(() => document.body.dataset.state === "finished", null, { timeout: 60_000 });
        assert.equal((await report(page)).evaluations, QUICK.evaluations);
      });
    });
  }

  for (const [what, value] of /** @type {const} */ ([
    ["zero", "0"],
    ["negative", "-64"],
    ["huge", "99999999"],
    ["empty", ""],
  ])) {
    test(`a size that is ${what}, typed by hand, is refused, and the old one comes back`, async () => {
      await at.visit(async (page) => {
        await ready(page, at.site.url);
        await page.fill("#size", value);
        await page.press("#size", "Tab");
        assertSentence(await waitForError(page));
        assert.equal(await page.inputValue("#size"), String(QUICK.size));
      });
    });
  }

  test("that contradict each other are refused by the labels of their controls, in the language of the page", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      const pull = page.locator('select[data-path="content.gradient"]');
      await pull.evaluate((select) => { for (let up = select.closest("details"); up; up = up.parentElement?.closest("details") ?? null) up.open = true; });
      await pull.selectOption("normalised");
      await page.click("#paint");
      await waitForError(page);
      assert.match((await page.textContent("#error-text")) ?? "", /^“Likeness to the photo: Gradient normalisation” is “By each layer's L1 norm”, .* Set “Optimiser” to “Adam”/);
      await page.selectOption("#language", "de");
      await page.waitForFunction(() => /^„Ähnlichkeit mit dem Foto: Gradienten normieren“/.test(document.querySelector("#error-text")?.textContent ?? ""));
      // Whoever wrote paths, in a file or on a command line, reads of paths.
      assert.match((await look(page)).error, /^"content\.gradient" is "normalised"/);
    });
  });

  test("letters cannot be typed as a number of iterations", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await page.focus("#iterations");
      await page.keyboard.press("Control+A");
      await page.keyboard.type("many");
      await page.keyboard.press("Tab");
      const { error } = await look(page);
      if (error) assertSentence(error);
      assert.equal(await page.inputValue("#iterations"), String(QUICK.evaluations));
    });
  });

  test("a decimal comma is a decimal comma, what might be thousands is refused, and arrow keys step", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      const box = page.locator(".primary input.number").first();
      const weight = () => page.evaluate(async () => {
        const path = document.querySelector(".primary input.number")?.getAttribute("data-path") ?? "";
        const { settings } = await import(new URL("web/app/main.js", document.baseURI).href);
        return path.split(".").reduce((at, key) => at[key], settings());
      });
      await box.fill("");
      await box.pressSequentially("0,45");
      assert.equal(await weight(), 0.45);
      await box.press("Tab");
      assert.equal(await box.inputValue(), "0.45");
      await page.fill("#size", "1,024");
      await page.press("#size", "Tab");
      assertSentence(await waitForError(page));
      assert.equal(await page.inputValue("#size"), String(QUICK.size));
      await page.press("#size", "ArrowUp");
      assert.equal(await page.inputValue("#size"), String(QUICK.size + 1));
      await page.press("#size", "ArrowDown");
      assert.equal(await page.inputValue("#size"), String(QUICK.size));
    });
  });

  test("a double click on a slider brings back the preset's value, not the engine's default", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { ...QUICK, preset: "gentle" } });
      const box = page.locator('input[data-path="strength"]');
      const slider = box.locator('xpath=../input[@type="range"]');
      const kept = await box.inputValue();
      assert.equal(Number(kept), 0.5);
      await slider.focus();
      await page.keyboard.press("Home");
      assert.notEqual(await box.inputValue(), kept);
      await slider.dblclick({ position: { x: 12, y: 8 } });
      assert.equal(await box.inputValue(), kept);
    });
  });

  test("a settings file's preset comes first, then its other keys", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await giveSettings(page, { preset: "reference", size: 32, evaluations: 3, content: { weight: 0.125 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const { settings } = await report(page);
      assert.deepEqual([settings.size, settings.evaluations, settings.content.weight, settings.style.weight], [32, 3, 0.125, 1]);
      assert.deepEqual(settings.content.layers, [{ layer: "conv4_2", weight: 1 }]);
    });
  });

  test("numbers in the address that make no sense do not keep the page from opening", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", size: "-3", iterations: "lots" });
      await waitFor(page, ["empty", "ready"]).catch((error) => assertSentence(error.message));
      assert.ok(Number(await page.inputValue("#size")) > 0);
    });
  });
});
