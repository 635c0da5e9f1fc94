// Every sentence in every language: none is forgotten, and the page speaks the visitor's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { give, giveSettings, open, paint, waitFor, waitForError } from "../lib/page.mjs";
import { png } from "../lib/pictures.mjs";
import { assertSentence, notBuilt, QUICK, ready, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const english = await import("../../web/i18n/en.js");
/** English as it was before another language came over it: names of sentences, section by section. */
const before = Object.fromEntries(Object.entries(english).filter(([, section]) => typeof section === "object").map(([name, section]) => [name, leaves(section)]));
const { german } = await import("../../web/i18n/de.js");

const talk = await import("../../web/talk/en.js");
const talkBefore = { sections: Object.fromEntries(Object.entries(talk).map(([name, section]) => [name, leaves(section)])), cited: cited(talk.words) };
const { german: germanTalk } = await import("../../web/talk/de.js");

/** The sources that each step of the talk cites, in their order. @param {Record<string, { text: string[] }>} words */
function cited(words) {
  return Object.fromEntries(Object.entries(words).map(([step, { text }]) => [step, text.join(" ").match(/\{\w+\}/g)]));
}

/** Dotted names of all sentences, and how many words each takes. @param {object} section @param {string} [under] @returns {string[]} */
function leaves(section, under = "") {
  return Object.entries(section).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value) ? leaves(value, `${under}${name}.`) : [`${under}${name}${typeof value === "function" ? `/${value.length}` : ""}${Array.isArray(value) ? `[${value.length}]` : ""}`],
  );
}

/** What differs in each language by its nature, and is compared with the page (tests/node/markup.test.mjs) and with the engine below. */
const OTHER = ["markup", "engineWords", "exampleWords"];

/**
 * Names of all texts of the engine's description, each with the number of its texts that are not blank.
 * @param {import("../../web/types").Describe} description
 */
function textsOfEngine({ groups, controls, presets }) {
  const choices = controls.flatMap(({ path, choices }) => (choices ?? []).map(({ value, label }) => [`choice ${path} ${value}`, [label]]));
  return counted([
    ...groups.map(({ id, label }) => [`group ${id}`, [label]]),
    ...controls.map(({ path, label, help }) => [`setting ${path}`, [label, help]]),
    ...choices,
    ...presets.map(({ id, label, description }) => [`preset ${id}`, [label, description]]),
  ]);
}

/** The same of the German texts. */
function textsOfGerman() {
  const { groups, controls, choices, presets } = german.engineWords;
  return counted([
    ...Object.entries(groups).map(([id, label]) => [`group ${id}`, [label]]),
    ...Object.entries(controls).map(([path, texts]) => [`setting ${path}`, texts]),
    ...Object.entries(choices).flatMap(([path, labels]) => Object.entries(labels).map(([value, label]) => [`choice ${path} ${value}`, [label]])),
    ...Object.entries(presets).map(([id, texts]) => [`preset ${id}`, texts]),
  ]);
}

/** @param {(string | string[])[][]} named names and texts @returns {string[]} sorted */
function counted(named) {
  return named.map(([name, ...texts]) => `${name}: ${texts.flat().filter((text) => /\S/.test(text)).length}`).sort();
}

describe("German", () => {
  test("has every sentence that English has, and no other", () => {
    for (const [section, names] of Object.entries(before)) {
      if (OTHER.includes(section)) continue;
      const there = /** @type {Record<string, object>} */ (german)[section];
      assert.ok(there, `i18n/de.js lacks ${section}`);
      assert.deepEqual(leaves(there).sort(), names.sort(), section);
    }
    assert.deepEqual(Object.keys(german).filter((section) => !(section in before)), []);
  });

  test("has every word of the talk and of the article, and cites the same", () => {
    assert.deepEqual(Object.fromEntries(Object.entries(germanTalk).map(([name, section]) => [name, leaves(section).sort()])), Object.fromEntries(Object.entries(talkBefore.sections).map(([name, section]) => [name, section.sort()])));
    assert.deepEqual(cited(germanTalk.words), talkBefore.cited);
  });

  test("every example picture is named", () => {
    const examples = JSON.parse(readFileSync(new URL("../../web/examples/examples.json", import.meta.url), "utf8"));
    assert.deepEqual(Object.keys(german.exampleWords).sort(), examples.map((/** @type {any} */ each) => each.id).sort());
  });
});

describe("the page in German", { skip: notBuilt("cpu") }, () => {
  const at = setUp();

  test("every setting, choice, group and preset of the engine has German words, and German has no other", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      const description = await page.evaluate(async () => {
        const engine = await import(new URL("engine/cpu/browser.js", document.baseURI).href);
        await engine.default({ module_or_path: fetch(new URL("engine/cpu/browser_bg.wasm", document.baseURI)) });
        return JSON.parse(engine.describe());
      });
      assert.deepEqual(textsOfGerman(), textsOfEngine(description), "i18n/de.js under engineWords, and what the engine describes");
    });
  });

  test("follows the browser, says it of itself, and paints", async () => {
    await at.visit(
      async (page) => {
        await ready(page, at.site.url);
        assert.equal(await page.getAttribute("html", "lang"), "de");
        assert.equal(await page.textContent("#paint"), "Malen");
        assert.equal(await page.locator("#controls label").first().textContent(), german.engineWords.controls.strength[0]);
        await paint(page);
        await waitFor(page, ["finished"]);
        assert.equal(await page.textContent("#status"), german.status.finished);
        await page.setInputFiles("#settings-file", { name: "x.json", mimeType: "application/json", buffer: Buffer.from("no") });
        await page.waitForFunction(() => document.querySelector("#error:not([hidden])"));
        assert.match((await page.textContent("#error-text")) ?? "", /^x\.json ist keine Einstellungsdatei/);
      },
      { locale: "de-CH" },
    );
  });

  test("gives the talk and the article too", async () => {
    await at.visit(
      async (page) => {
        const { words, aloud } = germanTalk;
        await page.goto(`${at.site.url}?talk&engine=cpu&network=sketch#weights`);
        await page.waitForSelector("#talk .slide .desk [data-weight]");
        assert.equal(await page.textContent("#talk h2"), words.weights.title);
        assert.equal(await page.textContent("#talk > [role=status]"), germanTalk.show.step(14, Object.keys(words).length, words.weights.title));
        assert.match((await page.textContent("#talk .desk b")) ?? "", /^\d+(,\d+)?$/);
        assert.equal(await page.getAttribute("#talk math", "aria-label"), aloud.total);
        assert.match((await page.textContent("#talk math")) ?? "", /Inhalt.*Stil.*TV/);
        await page.locator("#talk nav .link").click();
        await page.waitForSelector("#talk.learn");
        const titles = await page.locator("#talk [data-step] h2").allTextContents();
        assert.deepEqual(titles, Object.values(words).map(({ title }) => title));
        assert.equal(await page.locator("#learn-gram math").first().getAttribute("aria-label"), aloud.gram);
      },
      { locale: "de" },
    );
  });

  test("can be chosen and left again, says all that a page opened in it says, and is remembered", async () => {
    /** @param {Page} page @param {string} language */
    const opened = async (page, language) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch", lang: language });
      await waitFor(page, ["ready"]);
      await give(page, "style", png("swirl.png", 56, 60));
      await page.click("#style-add");
      await page.locator("#style-gallery [data-example]").nth(1).click();
      await page.locator("#styles-list li").nth(1).waitFor();
      await giveSettings(page, QUICK);
      await page.locator("#more > summary").click();
      await page.locator("#groups summary").first().click();
    };
    /** @type {string[]} */
    let german = [];
    await at.visit(async (page) => {
      await opened(page, "de");
      german = await sayings(page);
    });
    await at.visit(async (page) => {
      await opened(page, "en");
      const english = await sayings(page);
      await choose(page, "de");
      assert.deepEqual(await sayings(page), german, "switched, and opened in German");
      assert.match(page.url(), /[?&]lang=de/);
      await choose(page, "en");
      assert.deepEqual(await sayings(page), english);
      await choose(page, "de");
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await page.waitForFunction(() => document.documentElement.lang === "de");
      await choose(page, "en");
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      assert.equal(await page.getAttribute("html", "lang"), "en");
    });
  });

  test("can be chosen during a run and after it, and nothing is lost", async () => {
    await at.visit(async (page) => {
      await open(page, at.site.url, { engine: "cpu", network: "sketch" });
      await waitFor(page, ["ready"]);
      await giveSettings(page, { size: 64, evaluations: 300, strength: 0.7 });
      const photo = await page.textContent("#content-name");
      await paint(page);
      const steps = () => page.evaluate(() => window.pastiche.losses().length);
      const grows = (/** @type {number} */ than) => page.waitForFunction((least) => window.pastiche.losses().length > least, than);
      await grows(3);
      let before = await steps();
      await choose(page, "de");
      assert.equal(await page.evaluate(() => window.pastiche.state()), "painting");
      assert.ok((await steps()) >= before);
      assert.equal(await page.textContent("#status"), german.status.painting);
      assert.equal(await page.textContent("#pause-label"), german.status.pause);
      assert.equal(await page.textContent("#content-name"), german.exampleWords.canal[0]);
      assert.match((await page.textContent("#caption-title")) ?? "", new RegExp(`^${german.exampleWords.canal[0]}, nach `));
      before = await steps();
      await grows(before + 3);
      await page.click("#pause");
      await waitFor(page, ["paused"]);
      await choose(page, "en");
      assert.equal(await page.textContent("#status"), "Paused.");
      assert.equal(await page.textContent("#content-name"), photo);
      await page.click("#pause");
      await waitFor(page, ["finished"], { timeout: 120_000 });
      const { evaluations, settings } = await page.evaluate(() => /** @type {any} */ (window.pastiche.report()));
      assert.deepEqual([evaluations, settings.strength], [300, 0.7]);
      const all = await steps();
      const result = () => page.evaluate(() => /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas")).toDataURL());
      const [finished, english] = [await result(), await sayings(page)];
      await choose(page, "de");
      assert.equal(await page.evaluate(() => window.pastiche.state()), "finished");
      assert.equal(await result(), finished);
      assert.equal(await page.textContent("#status"), german.status.finished);
      const both = (await sayings(page)).filter((text) => english.includes(text));
      assert.deepEqual(both.filter((text) => !/^(Pastiche|CPU: |Sketch|VGG-19|Pause|Escape|Variation|Offline|Engine|Adam|L-BFGS|PNG|\d)/.test(text)), [], "in English still");
      await choose(page, "en");
      assert.deepEqual(await sayings(page), english);
      assert.equal(await result(), finished);
      assert.equal(await steps(), all);
    });
  });

  test("an error that is shown follows; a language that cannot be had is refused", async () => {
    await at.visit(async (page) => {
      await ready(page, at.site.url, { settings: { ...QUICK, start: "picture" } });
      await page.click("#paint");
      await waitForError(page);
      await page.route("**/i18n/de.js", (route) => route.abort());
      await page.selectOption("#language", "de");
      await page.waitForFunction(() => document.querySelector("#error-text")?.textContent?.includes("Deutsch"));
      assertSentence((await page.textContent("#error-text")) ?? "");
      assert.equal(await page.inputValue("#language"), "en");
      assert.equal(await page.textContent("#paint"), "Paint");
      // A module that once failed to load is not asked for again by every browser: the page is opened anew.
      await page.unroute("**/i18n/de.js");
      await ready(page, at.site.url, { settings: { ...QUICK, start: "picture" } });
      await page.click("#paint");
      await waitForError(page);
      await choose(page, "de");
      assert.equal(await page.textContent("#error-text"), german.settings.startMissing);
    });
  });
});

/** @param {Page} page @param {string} language */
async function choose(page, language) {
  await page.selectOption("#language", language);
  await page.waitForFunction((chosen) => document.documentElement.lang === chosen, language);
}

/** Everything that can be read or heard on the page, in the order of the page. @param {Page} page @returns {Promise<string[]>} */
function sayings(page) {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll("body *")].filter((element) => !element.closest("svg, script, noscript, #language, dialog:not([open]), #time, #estimate") && element.checkVisibility());
    const said = shown.flatMap((element) => [
      ...[...element.childNodes].map((node) => (node instanceof Text ? node.data : null)),
      ...["title", "aria-label", "aria-valuetext", "placeholder", "alt"].map((name) => element.getAttribute(name)),
    ]);
    return said.flatMap((text) => (text && /\p{L}{2}/u.test(text) ? [text.replace(/\s+/g, " ").trim()] : []));
  });
}
