// The second window of the talk, for the speaker.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { notBuilt, setUp } from "./support.mjs";
import { AXE } from "./talk-support.mjs";

describe("the speaker", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("has notes, a clock and the next step in a second window, which leads the talk too", async () => {
    await at.visit(async (page) => {
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#gram`);
      await page.waitForSelector("#step-gram");
      const [notes] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("n")]);
      await notes.waitForSelector("#talk-notes h1");
      await notes.waitForFunction(() => document.querySelector("#talk-notes h1")?.textContent === "Style: what occurs together");
      assert.match((await notes.textContent("#talk-notes .note")) ?? "", /row/);
      assert.match((await notes.textContent("#talk-notes .coming")) ?? "", /^Next: Shuffled/);
      assert.match((await notes.textContent("#talk-notes .time")) ?? "", /^\d+:\d\d/);
      assert.equal(await notes.evaluate(() => window.pastiche.engine()), null, "it starts no engine");
      await notes.keyboard.press("PageDown");
      await page.waitForSelector("#step-shuffle");
      await notes.waitForFunction(() => /Shuffled/.test(document.querySelector("#talk-notes h1")?.textContent ?? ""));
      await notes.getByRole("button", { name: "Blank" }).click();
      await page.waitForSelector("#talk .blank:visible");
      // Five minutes: fewer steps, and the nearest one before stays.
      await notes.selectOption("#talk-plan", "5");
      await page.waitForSelector("#step-gram");
      const place = (await page.textContent("#talk .place")) ?? "";
      assert.ok(Number(place.split("/")[1]) <= 8, place);
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await notes.emulateMedia({ colorScheme });
        await notes.evaluate(AXE);
        const found = await notes.evaluate(async () => (await /** @type {any} */ (window).axe.run("#talk-notes", { resultTypes: ["violations"] })).violations.map((/** @type {any} */ each) => each.id));
        assert.deepEqual(found, [], colorScheme);
      }
    });
  });
});
