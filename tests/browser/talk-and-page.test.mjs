// The talk and the article beside the page: loaded when asked for, Back and Forward, without a network, accessible.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { look, open, paint, waitFor } from "../lib/page.mjs";
import { goOffline, kept, notBuilt, noticed, ready, still, setUp } from "./support.mjs";
import { AXE, drawn, goTo, seeing, STEPS, talk } from "./talk-support.mjs";

describe("talk and article", { skip: notBuilt("cpu") }, () => {
  const at = setUp({ site: { mount: "/some/where/" } });

  test("the page does not load what nobody asked for", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /talk/.test(name)));
      assert.deepEqual(loaded, []);
    });
  });

  test("Back leads from either to the page as it was, Forward there again, and closing is as good as Back", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { size: 48, evaluations: 12 } });
      await paint(page);
      await waitFor(page, ["finished"]);
      const url = page.url();
      const entries = await page.evaluate(() => history.length);
      const asBefore = async () => {
        await page.waitForSelector("#talk", { state: "detached" });
        await page.waitForFunction((address) => location.href === address, url);
        assert.equal((await look(page)).state, "finished");
        assert.equal(await page.textContent("#content-name"), "photo.png");
      };
      for (const kind of ["learn", "talk"]) {
        await page.click("#help");
        await page.click(`#open-${kind}`);
        await page.waitForSelector(`#talk.${kind}[open]`);
        assert.match(page.url(), new RegExp(`\\?${kind}`));
        await page.goBack();
        await asBefore();
        await page.goForward();
        await page.waitForSelector(`#talk.${kind}[open]`);
        await page.keyboard.press("Escape");
        await asBefore();
        assert.equal(await page.evaluate(() => history.length), entries + 1);
        assert.equal(await page.evaluate(() => document.activeElement?.id), "help");
      }
      await page.click("#help");
      const [other] = await Promise.all([page.context().waitForEvent("page"), page.click("#open-learn", { modifiers: ["Control"] })]);
      await other.waitForSelector("#talk.learn[open]");
      assert.equal(await page.locator("#talk").count(), 0);
    });
  });

  test("Back from the talk does not read the link again that the page was opened with", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" }, "#preset=painting&size=96");
      await waitFor(page, ["ready"]);
      assert.equal(await page.inputValue("#size"), "96");
      await noticed(page, /link are in use/);
      await page.click("#notice-close");
      await page.fill("#size", "64");
      await page.press("#size", "Tab");
      await page.click("#help");
      await page.click("#open-talk");
      await page.waitForSelector("#talk[open] .slide");
      await page.waitForFunction(() => location.hash === "#opening");
      await page.goBack();
      await page.waitForSelector("#talk", { state: "detached" });
      await waitFor(page, ["ready"]);
      assert.match(page.url(), /#preset=painting&size=96$/);
      assert.equal(await page.inputValue("#size"), "64");
      assert.ok(!(await page.isVisible("#notice")));
    });
  });

  test("both work without a network after the first visit, which need not have been to them", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await kept(page, ["talk/talk.js", "talk/talk.css"]);
      await goOffline(page, at.site);
      await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#gram`);
      await seeing(page);
      await drawn(page, "#step-gram");
      await goTo(page, "styles");
      await drawn(page, "#step-styles");
      await page.goto(`${at.site.url}?learn&engine=cpu&network=sketch`);
      await page.locator("#learn-content .figure-area").scrollIntoViewIfNeeded();
      await drawn(page, "#learn-content .figure-area");
      // The browser looks for a new version by itself; nothing that the talk needs is asked for.
      assert.deepEqual(at.site.requests.filter((request) => !request.path.endsWith("/sw.js")), []);
    }, { serviceWorkers: "allow" });
  });

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`axe finds nothing in any step, nor in the article, ${colorScheme}`, async () => {
      await at.visit(
        async (page) => {
          const clean = async (/** @type {string} */ what) => {
            await still(page);
            const found = await page.evaluate(async () => {
              const { violations } = await /** @type {any} */ (window).axe.run("#talk", { resultTypes: ["violations"] });
              return violations.map((/** @type {any} */ each) => `${each.id}: ${each.nodes.map((/** @type {any} */ node) => node.target.join(" ")).join(", ")}`);
            });
            assert.deepEqual(found, [], what);
          };
          await talk(page, at.site.url);
          await page.evaluate(AXE);
          for (const id of STEPS) {
            await clean(id);
            if (id === "blocks") {
              await page.keyboard.press("Enter");
              await page.waitForSelector("#step-blocks .enlarged");
              await clean("a channel, enlarged");
            }
            await page.keyboard.press("ArrowRight");
          }
          await page.click("#talk .walk .link");
          await page.waitForSelector("#talk.learn");
          await clean("the article");
        },
        { colorScheme },
      );
    });
  }
});
