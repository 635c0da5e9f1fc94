// Looking closer: zoom, pan, before and after, only the picture; and the keys that do it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { give, open, paint, waitFor } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Where the result lies on the screen, and in what. @param {Page} page */
const boxes = (page) =>
  page.evaluate(() => {
    const box = (/** @type {string} */ selector) => {
      const { x, y, width, height } = /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect();
      return { x, y, width, height };
    };
    return { frame: box("#frame"), painting: box("#canvas"), photo: box("#before"), cut: Number(/** @type {HTMLInputElement} */ (document.querySelector("#compare")).value) };
  });

/** @param {Page} page @param {string} url */
async function painted(page, url) {
  await ready(page, url);
  await paint(page);
  await waitFor(page, ["finished"]);
}

describe("looking at the result", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("the wheel zooms about the pointer, a drag moves photo and painting together, and never out of the frame", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { frame } = await boxes(page);
      const [x, y] = [frame.x + frame.width / 4, frame.y + frame.height / 4];
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, -300);
      const zoomed = await boxes(page);
      assert.ok(zoomed.painting.width > 1.5 * frame.width);
      // What was under the pointer still is.
      assert.ok(Math.abs((x - zoomed.painting.x) / zoomed.painting.width - 0.25) < 0.01);
      await page.mouse.down();
      await page.mouse.move(x + 40, y + 20);
      await page.mouse.up();
      const moved = await boxes(page);
      assert.ok(Math.abs(moved.painting.x - zoomed.painting.x - 40) < 2);
      assert.deepEqual(moved.photo, moved.painting);
      assert.equal(moved.cut, 0, "the drag cut the picture as well");
      await page.mouse.down();
      await page.mouse.move(frame.x + 5000, frame.y + 5000);
      await page.mouse.up();
      assert.ok((await boxes(page)).painting.x <= frame.x + 0.5);
      await page.click("#zoom-level");
      const back = (await boxes(page)).painting;
      assert.ok(Math.abs(back.width - frame.width) < 1 && Math.abs(back.x - frame.x) < 1);
    });
  });

  test("a drag across the whole picture shows the photo up to there", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { frame } = await boxes(page);
      await page.mouse.move(frame.x + 20, frame.y + 50);
      await page.mouse.down();
      await page.mouse.move(frame.x + frame.width * 0.4, frame.y + 50, { steps: 4 });
      await page.mouse.up();
      assert.equal((await boxes(page)).cut, 40);
    });
  });

  test("a double click zooms and leaves the picture whole; the right button drags nothing", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { frame } = await boxes(page);
      const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
      await page.mouse.click(x, y);
      assert.equal((await boxes(page)).cut, 0, "a click cut the picture");
      await page.mouse.dblclick(x, y);
      const zoomed = await boxes(page);
      assert.ok(zoomed.painting.width > 1.5 * frame.width);
      assert.equal(zoomed.cut, 0, "the double click cut the picture");
      await page.mouse.down({ button: "right" });
      await page.mouse.move(x + 60, y + 30, { steps: 3 });
      assert.deepEqual((await boxes(page)).painting, zoomed.painting);
      await page.mouse.up({ button: "right" });
    });
  });

  test("another pointer does not end the drag of the comparison", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { frame } = await boxes(page);
      await page.mouse.move(frame.x + 20, frame.y + 50);
      await page.mouse.down();
      await page.mouse.move(frame.x + frame.width * 0.3, frame.y + 50, { steps: 4 });
      await page.evaluate(() => {
        for (const type of ["pointermove", "pointerup"]) document.querySelector("#frame")?.dispatchEvent(new PointerEvent(type, { pointerId: 77, isPrimary: false, bubbles: true, clientX: 5 }));
      });
      assert.equal((await boxes(page)).cut, 30);
      await page.mouse.move(frame.x + frame.width * 0.6, frame.y + 50, { steps: 4 });
      await page.mouse.up();
      assert.equal((await boxes(page)).cut, 60);
    });
  });

  test("a drag ends with its pointer, however that is lost, and a hand beside a pen does nothing", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const { frame } = await boxes(page);
      const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
      const session = await page.context().newCDPSession(page);
      const mouse = (/** @type {"mousePressed" | "mouseMoved" | "mouseReleased"} */ type, /** @type {number} */ at, /** @type {"mouse" | "pen"} */ pointerType, buttons = type === "mouseReleased" ? 0 : 1) =>
        session.send("Input.dispatchMouseEvent", { type, x: at, y, pointerType, buttons, button: buttons || type === "mouseReleased" ? "left" : "none", clickCount: 1 });
      // Outside the window it is still dragged; there its release may be lost.
      await mouse("mousePressed", x, "mouse");
      await mouse("mouseMoved", frame.x + 0.25 * frame.width, "mouse");
      assert.equal((await boxes(page)).cut, 25);
      await mouse("mouseMoved", frame.x + 0.75 * frame.width, "mouse", 0);
      assert.equal((await boxes(page)).cut, 25, "moved without a button");
      await mouse("mouseReleased", x, "mouse");
      // The next drag begins as ever, and is lost with its capture.
      await mouse("mousePressed", x, "mouse");
      await mouse("mouseMoved", frame.x + 0.5 * frame.width + 20, "mouse");
      await page.evaluate(() => {
        const element = /** @type {HTMLElement} */ (document.querySelector("#frame"));
        element.addEventListener("pointermove", (event) => element.releasePointerCapture(event.pointerId), { once: true });
      });
      await mouse("mouseMoved", frame.x + 0.6 * frame.width, "mouse");
      await mouse("mouseMoved", frame.x + 0.65 * frame.width, "mouse");
      const lost = (await boxes(page)).cut;
      await mouse("mouseMoved", frame.x + 0.9 * frame.width, "mouse");
      assert.equal((await boxes(page)).cut, lost, "dragged on without its capture");
      await mouse("mouseReleased", x, "mouse");
      await mouse("mousePressed", x, "pen");
      await mouse("mouseMoved", frame.x + 0.3 * frame.width, "pen");
      await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: x + 100, y: y + 50, id: 1 }] });
      await mouse("mouseMoved", frame.x + 0.4 * frame.width, "pen");
      await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await mouse("mouseReleased", frame.x + 0.4 * frame.width, "pen");
      const { painting, cut } = await boxes(page);
      assert.equal(cut, 40);
      assert.ok(Math.abs(painting.width - frame.width) < 1, "pen and hand have zoomed");
      // Nothing is left of any of them: zoomed in, a pointer that only passes moves nothing.
      await page.keyboard.press("+");
      const before = (await boxes(page)).painting;
      await mouse("mouseMoved", x + 40, "mouse", 0);
      await mouse("mouseMoved", x + 80, "mouse", 0);
      assert.deepEqual((await boxes(page)).painting, before);
    }, { hasTouch: true });
  });

  test("keys that zoom do nothing before there is a picture", async () => {
    await at.visit(async (page) => {
      await page.route("**/examples.json", (route) => route.abort());
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["empty"]);
      for (const key of ["1", "+", "Shift+ArrowLeft", "0"]) await page.keyboard.press(key);
      await give(page, "content", png("photo.png", 64, 48));
      const { frame, photo } = await boxes(page);
      assert.ok(Math.abs(photo.width - frame.width) < 1, `${photo.width} in ${frame.width}`);
      assert.match((await page.textContent("#zoom-level")) ?? "", /^\d+\s?%$/);
    });
  });

  test("two fingers zoom", async () => {
    await at.visit(
      async (page) => {
        await painted(page, at.site.url);
        const { frame } = await boxes(page);
        const [x, y] = [frame.x + frame.width / 2, frame.y + frame.height / 2];
        const session = await page.context().newCDPSession(page);
        const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number | null} */ apart) =>
          session.send("Input.dispatchTouchEvent", { type, touchPoints: apart === null ? [] : [{ x: x - apart, y, id: 1 }, { x: x + apart, y, id: 2 }] });
        await touch("touchStart", 30);
        for (const apart of [40, 60, 80]) await touch("touchMove", apart);
        await touch("touchEnd", null);
        const { painting, cut } = await boxes(page);
        assert.ok(painting.width > 1.8 * frame.width, `${painting.width / frame.width} times`);
        assert.equal(cut, 0);
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true },
    );
  });

  test("keys zoom, move, compare and hide the rest; the sheet names them, and turns them off", async () => {
    await at.visit(async (page) => {
      await painted(page, at.site.url);
      const first = await boxes(page);
      await page.keyboard.press("+");
      assert.ok((await boxes(page)).painting.width > first.painting.width);
      const { x } = (await boxes(page)).painting;
      await page.keyboard.press("Shift+ArrowRight");
      assert.ok((await boxes(page)).painting.x < x);
      await page.keyboard.press("b");
      assert.equal((await boxes(page)).cut, 50);
      await page.keyboard.press("b");
      await page.keyboard.press("0");
      await page.keyboard.press("f");
      assert.ok((await boxes(page)).frame.height > first.frame.height);
      assert.ok(!(await page.isVisible("#panel")));
      const icon = await page.evaluate(() => (({ color, backgroundColor }) => ({ color, backgroundColor }))(getComputedStyle(/** @type {Element} */ (document.querySelector("#large")))));
      assert.notEqual(icon.color, icon.backgroundColor, "its icon is in sight");
      await page.keyboard.press("Escape");
      assert.ok(await page.isVisible("#panel"));

      // A held key saves once, and a key is the letter that stands on it, in any script.
      let saved = 0;
      page.on("download", () => saved++);
      const held = (/** @type {string} */ key, /** @type {string} */ code, repeat = false) =>
        page.evaluate(([key, code, repeat]) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, repeat, bubbles: true, cancelable: true })), /** @type {const} */ ([key, code, repeat]));
      const download = page.waitForEvent("download");
      await held("s", "KeyS");
      await download;
      for (let n = 0; n < 3; n++) await held("s", "KeyS", true);
      await held("и", "KeyB");
      assert.equal((await boxes(page)).cut, 50);
      await held("и", "KeyB", true);
      assert.equal((await boxes(page)).cut, 50);
      await held("и", "KeyB");
      // A repeat that saved would have come before this one.
      const last = page.waitForEvent("download");
      await held("ы", "KeyS");
      await last;
      assert.equal(saved, 2);

      await page.keyboard.press("?");
      await page.waitForSelector("#keys-dialog[open]");
      assert.ok((await page.locator("#keys-dialog kbd").count()) > 10);
      await page.uncheck("#single-keys");
      await page.keyboard.press("Escape");
      await page.keyboard.press("f");
      assert.ok(await page.isVisible("#panel"), "a key that is turned off still works");
      // Letters belong to whoever types.
      await page.focus("#size");
      await page.keyboard.press("?");
      assert.ok(!(await page.isVisible("#keys-dialog")));
    });
  });
});
