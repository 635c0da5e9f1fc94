// The words of index.html and those that other languages put in their place: each has its key, and neither side has one too many.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

const { german } = await import("../../web/i18n/de.js");

/** @typedef {{ tag: string, attributes: Record<string, string>, children: (Element | string)[] }} Element */

const VOID = new Set(["meta", "link", "input", "br", "img", "hr", "path", "circle"]);
/** What is in no language, or shown only where no code runs. */
const SILENT = new Set(["script", "style", "svg", "noscript", "title"]);
const SPOKEN = ["aria-label", "title", "alt", "placeholder"];

/**
 * A tree of well-formed HTML: every element that is not void is closed, and attributes are in quotes.
 *
 * @param {string} source
 * @returns {Element}
 */
function parse(source) {
  /** @type {Element} */
  const root = { tag: "", attributes: {}, children: [] };
  const open = [root];
  const within = () => open.at(-1) ?? root;
  const tokens = source.matchAll(/<!--[^]*?-->|<![^>]*>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/g);
  let at = 0;
  for (const { 0: token, 1: end, 2: tag, 3: attributes = "", 4: closed, 5: text, index } of tokens) {
    assert.equal(index, at, `index.html cannot be read near ${source.slice(at, at + 60)}`);
    at = index + token.length;
    if (text !== undefined) within().children.push(text);
    if (end !== undefined) assert.equal(open.pop()?.tag, end, `closed before ${source.slice(at, at + 40)}`);
    if (tag === undefined) continue;
    /** @type {Element} */
    const element = { tag, attributes: {}, children: [] };
    for (const [, name = "", value = ""] of attributes.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) element.attributes[name] = value;
    within().children.push(element);
    if (!VOID.has(tag) && closed !== "/") open.push(element);
  }
  assert.equal(open.length, 1);
  return root;
}

/** @param {Element} element @returns {Record<string, string>} what it says, by the names of attributes; its own text under `text` */
function wordsOf({ tag, attributes, children }) {
  let n = 0;
  const text = children.map((child) => (typeof child === "string" ? child : `{${n++}}`)).join("").replace(/\s+/g, " ").trim();
  const named = Object.fromEntries(SPOKEN.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name] ?? ""]])));
  const content = tag === "meta" && attributes.name === "description" ? { content: attributes.content ?? "" } : {};
  return { ...(/\p{L}{2}/u.test(text) ? { text } : {}), ...named, ...content };
}

/** @param {Element} element @returns {Element[]} it and all in it that may speak */
function speakers(element) {
  if (SILENT.has(element.tag) || element.attributes.translate === "no") return [];
  return [element, ...element.children.flatMap((child) => (typeof child === "string" ? [] : speakers(child)))];
}

/** Elements of another in a text: "{0}", "{1}". @param {string} text */
const places = (text) => (text.match(/\{\d\}/g) ?? []).sort();

const elements = speakers(parse(readFileSync(new URL("../../index.html", import.meta.url), "utf8")));
const spoken = elements.map((element) => ({ key: element.attributes["data-i18n"] ?? element.attributes.id, words: wordsOf(element) })).filter(({ words }) => Object.keys(words).length > 0);
const theirs = Object.entries(german.markup).map(([key, words]) => /** @type {const} */ ([key, typeof words === "string" ? { text: words } : words]));

describe("the words of index.html", () => {
  test("are all found", () => {
    assert.ok(spoken.length > 150, `${spoken.length}`);
    assert.deepEqual(wordsOf(parse('<p title="A &amp; B">How <b>it</b>\n works</p>').children.filter((child) => typeof child !== "string")[0] ?? assert.fail()), { text: "How {0} works", title: "A &amp; B" });
  });

  test("have a key each, and one key has one meaning", () => {
    assert.deepEqual(spoken.filter(({ key }) => !key).map(({ words }) => words), [], "neither data-i18n nor an id, nor translate=\"no\"");
    const ids = new Set(elements.map(({ attributes }) => attributes.id));
    assert.deepEqual(elements.map(({ attributes }) => attributes["data-i18n"]).filter((key) => key !== undefined && ids.has(key)), [], "also the id of an element");
    /** @type {Map<string, object>} */
    const known = new Map();
    for (const { key = "", words } of spoken) {
      assert.deepEqual(known.get(key) ?? words, words, key);
      known.set(key, words);
    }
  });

  test("stand in German too, each with the same attributes and elements, and German has no other", () => {
    const english = new Map(spoken.map(({ key, words }) => [key ?? "", words]));
    assert.deepEqual(theirs.map(([key]) => key).sort(), [...english.keys()].sort());
    for (const [key, words] of theirs) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(english.get(key) ?? {}).sort(), key);
      for (const [name, text] of Object.entries(words)) {
        assert.match(text, /\S/, key);
        assert.deepEqual(places(text), places(english.get(key)?.[name] ?? ""), key);
      }
    }
  });
});
