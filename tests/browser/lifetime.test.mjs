// Features have a lifetime: mounted again and again, each still does a thing once, and leaves nothing behind.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { paint, waitFor } from "../lib/page.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @param {string} body of a function of the page's module */
const inPage = (page, body) => page.evaluate(`import(new URL("web/app/main.js", document.baseURI).href).then(async ({ listenerCounts, register, remount }) => { ${body} })`);

/** How many listen to what outlives a feature: window, document, body, and the fixed elements. @param {Page} page */
async function listeners(page) {
  const session = await page.context().newCDPSession(page);
  /** @type {Record<string, number>} */
  const counts = {};
  for (const expression of ["window", "document", "document.body", "document.querySelector('#frame')", "document.querySelector('#content-pick')", "document.querySelector('#crop-area')", "document.querySelector('#mask-canvas')"]) {
    const { result } = await session.send("Runtime.evaluate", { expression });
    const { listeners: found } = await session.send("DOMDebugger.getEventListeners", { objectId: /** @type {string} */ (result.objectId) });
    counts[expression] = found.length;
  }
  await session.detach();
  return { ...counts, .../** @type {Record<string, number>} */ (await inPage(page, "return listenerCounts();")) };
}

describe("the lifetime of features", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("after twenty mounts one click does a thing once, and nobody listens twice", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await paint(page);
      await waitFor(page, ["finished"]);
      // What waited for the engine on the first mount waits no more.
      await inPage(page, "remount();");
      const before = await listeners(page);
      await inPage(page, "for (let n = 0; n < 20; n++) remount();");
      assert.deepEqual(await listeners(page), before);

      const level = async () => Number((await page.textContent("#zoom-level"))?.replace(/\D/g, ""));
      const first = await level();
      await page.click("#zoom-in");
      const zoomed = (await level()) / first;
      assert.ok(Math.abs(zoomed - 1.5) < 0.05, `zoomed ${zoomed} times`);
      const theme = () => page.evaluate(() => document.documentElement.dataset.theme ?? "");
      await page.click("#theme");
      const toggled = await theme();
      await page.click("#theme");
      assert.notEqual(await theme(), toggled);
      let saved = 0;
      page.on("download", () => saved++);
      for (let n = 1; n <= 2; n++) {
        await Promise.all([page.waitForEvent("download"), page.click("#save")]);
        assert.equal(saved, n);
      }
      await page.click("#style-add");
      assert.equal(await page.getAttribute("#style-add", "aria-pressed"), "true");
      await page.click("#large");
      assert.equal(await page.getAttribute("#large", "aria-pressed"), "true");
    });
  });

  test("the talk, opened and closed twenty times, leaves nobody listening", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 32, evaluations: 4000 } });
      await paint(page);
      await waitFor(page, ["painting"]);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      const openAndClose = async () => {
        await page.click("#help");
        await page.click("#open-talk");
        await page.waitForSelector("#talk[open]");
        await page.keyboard.press("Escape");
        await page.waitForFunction(() => !document.querySelector("#talk"));
      };
      await openAndClose();
      const before = await listeners(page);
      for (let n = 0; n < 20; n++) await openAndClose();
      assert.deepEqual(await listeners(page), before);
    });
  });

  test("a command with a dialog of its own is one registration: its button, its key and its line in the sheet", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url);
      await inPage(page, `
        document.body.insertAdjacentHTML("beforeend", '<button type="button" id="palette-open">Palette</button><dialog id="palette"><p>Colours</p></dialog>');
        window.lifetime = new AbortController();
        register({ id: "palette", row: "Colours of the result", buttons: ["palette-open"], shortcuts: [{ key: "p" }], run: () => document.querySelector("#palette").showModal() }, lifetime.signal);
      `);
      assert.equal(await page.getAttribute("#palette-open", "aria-keyshortcuts"), "P");
      await page.keyboard.press("p");
      await page.waitForSelector("#palette[open]");
      await page.keyboard.press("Escape");
      await page.waitForSelector("#palette", { state: "hidden" });
      await page.keyboard.press("?");
      assert.match((await page.textContent("#keys-single")) ?? "", /PColours of the result/);
      await page.keyboard.press("Escape");
      await page.evaluate("lifetime.abort()");
      await page.keyboard.press("p");
      await page.keyboard.press("?");
      await page.waitForSelector("#keys-dialog[open]");
      assert.doesNotMatch((await page.textContent("#keys-single")) ?? "", /Colours of the result/);
      assert.ok(!(await page.isVisible("#palette")));
    });
  });
});
