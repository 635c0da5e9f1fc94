// The article: readable and printable without a run, its figures alive with one.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { waitFor } from "../lib/page.mjs";
import { notBuilt, setUp } from "./support.mjs";
import { alive, drawn, STEPS, talk } from "./talk-support.mjs";

describe("the article", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("is readable without a run, from recorded figures, and printable", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?learn&engine=cpu&network=sketch`);
      await page.waitForFunction(() => document.querySelectorAll("#talk .figure-area[data-source=recorded]").length === document.querySelectorAll("#talk .figure-area").length - 1, null, { timeout: 30_000 });
      await waitFor(page, ["ready"]);
      assert.match((await page.textContent("#talk .lead")) ?? "", /recorded demonstration/);
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("#talk .figure-area canvas")].filter((canvas) => new Uint32Array(/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(0, 0, 1, 1).data.buffer ?? new ArrayBuffer(4))[0] === 0).length), 0);
      const pdf = await page.pdf({ format: "A4", printBackground: true, margin: { top: "15mm", bottom: "15mm", left: "18mm", right: "18mm" } });
      const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
      assert.ok(pages >= 8 && pages <= 30, `${pages} pages`);
      // No figure is cut: each fits on a page and stands whole on it, and nothing is behind a scroll bar.
      await page.emulateMedia({ media: "print" });
      const plates = await page.locator("#talk .plate").evaluateAll((all) => all.map((plate) => ({ inside: getComputedStyle(plate).breakInside, height: plate.getBoundingClientRect().height })));
      assert.equal(plates.length, STEPS.length);
      for (const { inside, height } of plates) assert.ok(inside === "avoid" && height > 100 && height < 900, `${inside}, ${height} px`);
      assert.equal(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector("#talk .reading"))).overflowY), "visible");
      await page.emulateMedia({ media: null });
      await page.getByRole("button", { name: "Compute live" }).click();
      await waitFor(page, ["painting"]);
      await page.locator("#learn-content .figure-area").scrollIntoViewIfNeeded();
      await page.waitForSelector("#learn-content .figure-area[data-source=live]", { timeout: 90_000 });
    });
  });

  test("has every step, its formulas in MathML, figures that are alive, and its sources", async () => {
    await at.visit(async (page) => {
      await talk(page, at.site.url, "learn");
      assert.match(page.url(), /\?learn/);
      assert.deepEqual(await page.locator("#talk [data-step]").evaluateAll((sections) => sections.map((section) => section.getAttribute("data-step"))), STEPS);
      const formulas = await page.locator("#talk math").evaluateAll((all) => all.map((math) => ({ aloud: math.getAttribute("aria-label") ?? "", width: math.getBoundingClientRect().width, parts: math.querySelectorAll("mi").length })));
      assert.ok(formulas.length >= 10);
      for (const { aloud, width, parts } of formulas) assert.ok(aloud.length > 10 && width > 40 && parts > 2, aloud);
      // A fraction is taller than a line: the browser lays the mathematics out.
      assert.ok(((await page.locator("#learn-gram mfrac").first().boundingBox())?.height ?? 0) > 30);
      for (const id of ["blend", "gram", "gradient"]) {
        await page.locator(`#learn-${id} .figure-area`).scrollIntoViewIfNeeded();
        await drawn(page, `#learn-${id} .figure-area`);
      }
      const cited = await page.locator("#talk a.cite").evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href") ?? ""))]);
      for (const href of cited) assert.equal(await page.locator(`#talk ${href} a`).count(), 1, href);
      for (const who of [/Gatys.*2015/, /Gatys.*2017/, /Simonyan.*Zisserman/, /Johnson/, /Keras/]) assert.match((await page.textContent("#learn-sources")) ?? "", who);
      await page.locator("#talk .contents a").nth(STEPS.indexOf("style")).click();
      await page.waitForFunction(() => Math.abs(document.querySelector("#learn-style")?.getBoundingClientRect().top ?? 1e4) < 300);
      await page.locator("#talk .reading-bar .link:visible").first().click();
      await page.waitForSelector("#talk.talk .slide");
      assert.match(page.url(), /\?talk/);
    });
  });
});
