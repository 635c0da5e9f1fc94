// The targets: what each changes, and what it may accept. Refused is what gives null or throws the page's own kind of error; anything else that is
// thrown is a failure, and so is an acceptance against what stands here.

import "../lib/packages.mjs";
import { chunk, PICTURES, png, recipe, record, SIGNATURE } from "./seeds.mjs";
import { changedBytes, changedText, changedValue } from "./mutate.mjs";
import { holds, knows, same, unpolluted } from "./holds.mjs";

/** @typedef {import('./random.mjs').Random} Random */

const { SentenceError } = await import("../../web/app/errors.js");
const { KEYWORD, textOf, withTexts } = await import("../../web/export/png-text.js");
const { parseRecipe, changedPaths, withChange } = await import("../../web/export/recipe.js");
const { readHeader } = await import("../../web/input/sniff-image.js");
const { parseEntry } = await import("../../web/history/entry-schema.js");
const { parseSettingsFile } = await import("../../web/settings/settings-file.js");
const { parseAddress } = await import("../../web/app/address.js");
const { preferencesIn } = await import("../../web/app/preferences.js");
const { isWorkerMessage } = await import("../../web/engine/messages.js");

/**
 * @template T
 * @typedef {object} Target
 * @property {() => T[]} seeds valid inputs
 * @property {(random: Random) => T} input a changed one
 * @property {(input: T) => boolean | Promise<boolean>} check whether it was accepted
 */

/** @template T @param {Target<T>} target @returns {Target<any>} */
const target = (target) => target;

/** What a parser gives, or null where it refuses with a sentence. @template T @param {() => T} parse @returns {T | null} */
function parsed(parse) {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SentenceError)) throw error;
    holds(error.message !== "" && error.message.length < 1000, `a refusal of ${error.message.length} characters`);
    return null;
  }
}

/** Up to three changes. @template T @param {Random} random @param {T} input @param {(random: Random, input: T) => T} change */
function changed(random, input, change) {
  let out = input;
  for (let n = random.below(3); n >= 0; n -= 1) out = change(random, out);
  return out;
}

/** @param {Random} random @param {any} value */
const changedJson = (random, value) => {
  const text = JSON.stringify(changed(random, structuredClone(value), changedValue)) ?? "";
  return random.below(3) === 0 ? changedText(random, text) : text;
};

/** Of a deep value neither writing nor reading may end: such an input is taken as it is. @param {() => string} make @param {string} otherwise */
function orElse(make, otherwise) {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

const WITH_TEXT = [
  png(chunk("tEXt", Buffer.from("Title\0a title")), chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0\0\0${JSON.stringify({ a: "Größe" })}`))),
  png(chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0de\0Rezept\0text`))),
  png(chunk("iTXt", Buffer.from(`${KEYWORD}2\0\0\0\0\0x`)), chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0\0\0`))),
];

/** Text in a PNG. Rightly accepted: what a chunk with its check sum holds, in UTF-8, and nothing else. */
const pngText = target({
  seeds: () => WITH_TEXT,
  input(random) {
    const [language, text] = [random.one(["", "de", "\u0000"]), random.one(["{}", "Größe", "", "\0", "x".repeat(200)])];
    const data = changed(random, new Uint8Array(Buffer.from(`${KEYWORD}\0\0\0${language}\0\0${text}`)), changedBytes);
    // Half of them with a check sum that fits what was changed.
    if (random.below(2) === 0) return png(chunk("tEXt", Buffer.from("a\0b")), chunk("iTXt", data));
    return Buffer.from(changed(random, /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(random.one(WITH_TEXT))), changedBytes));
  },
  async check(input) {
    const text = await textOf(new Blob([input]));
    holds(text === null || typeof text === "string", "neither text nor null");
    if (text === null) return false;
    holds(input.subarray(0, 8).equals(SIGNATURE), "it is no PNG");
    const bytes = Buffer.from(text);
    // Some chunk that is written for this text, with any language and translated keyword, is in the file.
    let found = false;
    for (let at = input.indexOf("iTXt"); at > 0 && !found; at = input.indexOf("iTXt", at + 1)) {
      const length = input.readUInt32BE(at - 4);
      const data = input.subarray(at + 4, at + 4 + length);
      if (data.length < length || !input.subarray(at - 4).subarray(0, length + 12).equals(chunk("iTXt", data))) continue;
      const parts = data.toString("latin1").match(/^([^\0]*)\0\0[\s\S][^\0]*\0[^\0]*\0/);
      found = parts?.[1] === KEYWORD && data.subarray(parts[0].length).equals(bytes);
    }
    holds(found, `no whole chunk holds ${JSON.stringify(text.slice(0, 60))}`);
    same(await textOf(await withTexts(new Blob([png()]), { [KEYWORD]: text })), text, "written again, it is another text");
    return true;
  },
});

const KINDS = ["unknown", "png", "jpeg", "gif", "webp", "bmp", "avif", "heic", "tiff", "svg"];

/** The kind and size of a picture file. Rightly accepted: a known kind, whole numbers for its sides; of a file that was only cut short, that it was. */
const sniff = target({
  seeds: () => PICTURES.map(([kind, bytes]) => ({ kind, bytes, cut: false })),
  input(random) {
    const [kind, bytes] = random.one(PICTURES);
    if (random.below(4) === 0) return { kind, bytes: bytes.subarray(0, random.below(bytes.length)), cut: true };
    return { kind: "", bytes: Buffer.from(changed(random, /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(bytes)), changedBytes)), cut: false };
  },
  check({ kind, bytes, cut }) {
    const header = readHeader(bytes);
    knows(header, ["type", "width", "height", "animated", "truncated"], "the header");
    holds(KINDS.includes(header.type), `the kind ${header.type}`);
    for (const side of [header.width, header.height]) holds(Number.isSafeInteger(side) && side >= 0 && side <= 2 ** 32, `a side of ${side}`);
    holds(typeof header.animated === "boolean" && typeof header.truncated === "boolean", "a flag is none");
    if (kind !== "" && !cut) holds(header.type === kind && !header.truncated, `a valid ${kind} is ${JSON.stringify(header)}`);
    // One byte of a WebP may be padding.
    if (cut && ["png", "jpeg", "gif", "webp"].includes(header.type)) holds(header.truncated || (kind === "webp" && bytes.length % 2 === 1), `cut short, it is ${JSON.stringify(header)}`);
    return header.type !== "unknown";
  },
});

const PICTURE = ["name", "sha256", "crop", "example"];
const RECIPE = ["schema", "program", "preset", "settings", "changes", "evaluation", "engine", "adapter", "threads", "browser", "network", "content", "styles", "start"];

/** A recipe. Rightly accepted: known fields only, changes in their order, and written again it is read as the same. */
const recipes = target({
  seeds: () => [JSON.stringify(recipe())],
  input: (random) => orElse(() => changedJson(random, recipe()), "[".repeat(5000)),
  check(source) {
    const read = parsed(() => parseRecipe(source));
    if (read === null) return false;
    unpolluted(read);
    knows(read, RECIPE, "the recipe");
    for (const picture of [read.content, read.start ?? {}]) knows(picture, PICTURE, "a picture");
    for (const style of read.styles) knows(style, [...PICTURE, "mask"], "a style");
    holds(read.styles.length >= 1 && read.styles.length <= 16, `${read.styles.length} styles`);
    holds(Number.isSafeInteger(read.evaluation) && read.evaluation >= 0, "half an evaluation");
    let before = 0;
    let now = read.settings;
    for (const { evaluation, settings } of read.changes) {
      holds(Number.isSafeInteger(evaluation) && evaluation >= before, "changes out of order");
      before = evaluation;
      now = withChange(now, settings);
      holds(changedPaths(settings).every((path) => path.length < 400), "a path without end");
    }
    unpolluted(now);
    for (const { mask } of read.styles) holds(mask === null || mask.png === null || mask.png.startsWith("data:image/png;base64,"), "a mask from elsewhere");
    same(parseRecipe(JSON.stringify(read)), JSON.parse(JSON.stringify(read)), "written again, it is another recipe");
    return true;
  },
});

const ENTRY = ["id", "schema", "time", "open", "preset", "network", "networkName", "job", "content", "style", "start", "manners", "evaluation", "iteration", "seconds", "width", "height", "losses", "report", "thumb", "painting", "snapshot", "bytes"];

/** A record of the history. Rightly accepted: known fields of their kinds, and read again it is the same. */
const history = target({
  seeds: () => [record()],
  input: (random) => changed(random, cloned(record()), (random, value) => changedValue(random, value, true)),
  check(input) {
    const entry = parseEntry(input);
    if (entry === null) return false;
    unpolluted(entry);
    knows(entry, ENTRY, "the entry");
    for (const side of [entry.width, entry.height]) holds(Number.isSafeInteger(side) && side >= 1, `a side of ${side}`);
    holds(Number.isFinite(entry.time) && Number.isFinite(entry.seconds) && entry.seconds >= 0, "an endless time");
    holds(entry.losses.every((losses) => Object.values(losses).every(Number.isFinite)), "a loss that is no number");
    holds(entry.thumb instanceof Blob && entry.painting instanceof Blob && entry.content.source instanceof Blob, "a picture without a file");
    holds(entry.job.styles.length >= 1, "no style");
    same(parseEntry(entry), entry, "read again, it is another entry");
    return true;
  },
});

/** A deep copy with the same Blobs and bytes. @param {any} value @returns {any} */
function cloned(value) {
  if (Array.isArray(value)) return value.map(cloned);
  if (value !== null && typeof value === "object" && !(value instanceof Blob) && !(value instanceof Uint8Array)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloned(inner)]));
  return value;
}

const SETTINGS = [
  { schema: 1, preset: "painting", size: 256, style: { layers: [{ layer: "conv1_1", weight: 0.5 }], blend: [1, 2] }, pictures: { content: "a.jpg", styles: ["b.jpg", { file: "c.jpg", mask: "d.png" }] } },
  { strength: 0.5, scales: { on: true, first: 64 }, seed: 7, start: "noise" },
];

/** A settings file. Rightly accepted: no pictures, known forms within limits, and written again it is read as the same. */
const settingsFiles = target({
  seeds: () => SETTINGS.map((settings) => JSON.stringify(settings)),
  input: (random) => orElse(() => changedJson(random, random.one(SETTINGS)), "[".repeat(5000)),
  check(source) {
    const read = parsed(() => parseSettingsFile("a.json", source));
    if (read === null) return false;
    unpolluted(read);
    knows(read, ["preset", "partial"], "what is read");
    holds(!Object.hasOwn(read.partial, "pictures") && !Object.hasOwn(read.partial, "preset"), "the settings name pictures or a preset");
    holds(Object.keys(read.partial).every((key) => /^[a-z0-9_-]{1,40}$/.test(key)), "a setting's name is none");
    const again = parseSettingsFile("a.json", JSON.stringify(read.preset === null ? read.partial : { ...read.partial, preset: read.preset }));
    same(again, JSON.parse(JSON.stringify(read)), "written again, it is other settings");
    return true;
  },
});

const ADDRESSES = ["?engine=gpu&network=vgg19&threads=4&lang=de&preset=painting&size=512&iterations=300&paint=harbour,forest&finish=1024&talk&plan=10#step-3", "?learn", "?talk=notes&plan=5#gram"];
const WORDS = ["auto", "gpu", "cpu"];

/** An address. Rightly accepted: every part is a known value or within its range. */
const addresses = target({
  seeds: () => ADDRESSES,
  input: (random) => changed(random, random.one(ADDRESSES), (random, text) => random.below(4) === 0 ? text.replace(/=[^&#]*/, `=${random.one(["", "-1", "1e9", "NaN", "0", "999999999", "%00", "%", "vgg19 ", "__proto__", "a".repeat(99)])}`) : changedText(random, text)),
  check(input) {
    const [search = "", ...rest] = input.split("#");
    const all = parseAddress(search, rest.length > 0 ? `#${rest.join("#")}` : "");
    unpolluted(all);
    const within = (/** @type {number | null | undefined} */ value, /** @type {number} */ least, /** @type {number} */ most) => value === null || value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most);
    holds(WORDS.includes(all.engine) && [null, "sketch", "vgg19"].includes(all.network), "an engine or a network that is none");
    holds(within(all.threads, 1, 1024) && within(all.finish, 16, 4096) && within(all.plan, 1, 60), "a number beyond its range");
    holds(within(all.settings.size, 1, 1e6) && within(all.settings.evaluations, 1, 1e9), "a setting beyond its range");
    for (const word of [all.lang, all.preset, all.step, ...(all.paint ?? [])]) holds(word === null || /^[a-z0-9-]{1,60}$/i.test(word), `the word ${word}`);
    return Object.keys(all.settings).length > 0 || all.open.length > 0 || all.engine !== "auto";
  },
});

const pixels = { width: 2, height: 1, rgba: new Uint8Array(8) };
const MESSAGES = [
  { id: 1, value: { anything: true } }, { id: 2, error: "A sentence.", code: "missing", fatal: false }, { event: "loading", loaded: 5, total: null },
  { event: "progress", run: 1, step: { work: 2.5, latest: { evaluation: 2 } }, milliseconds: 40 }, { event: "preview", run: 1, ...pixels, iteration: 3, evaluation: 4 },
  { event: "kept", run: 1, evaluation: 4, iteration: 4, ...pixels, snapshot: new Uint8Array(3) }, { event: "finished", run: 1, report: "{}" }, { event: "failed", message: "A sentence.", code: "", report: null },
];
const EVENTS = ["loading", "threads", "stage", "locked", "progress", "preview", "kept", "paused", "finished", "failed"];

/** What a worker posts. Rightly accepted: a known event or an answer, and as many pixels as it says. */
const messages = target({
  seeds: () => MESSAGES,
  input: (random) => changed(random, cloned(random.one(MESSAGES)), (random, value) => changedValue(random, value, true)),
  check(message) {
    const is = isWorkerMessage(message);
    holds(typeof is === "boolean", "neither yes nor no");
    if (!is) return false;
    const { event, id, rgba, width, height } = /** @type {any} */ (message);
    holds(event === undefined ? Number.isFinite(id) : EVENTS.includes(event), `the event ${event}`);
    if (rgba instanceof Uint8Array) holds(rgba.length === 4 * width * height, "pixels for another size");
    return true;
  },
});

const CARRIED = ["recipe", "names", "masks", "device"];
const STORED = [{ key: "pastiche carried", text: '{"recipe":true,"names":false,"masks":true,"device":false}' }, { key: "pastiche theme", text: "dark" }, { key: "pastiche language", text: "de" }];

/** What the browser's storage holds. Rightly accepted: a known value; anything else is as if nothing were there. */
const preferences = target({
  seeds: () => STORED,
  input(random) {
    const { key, text } = random.one(STORED);
    return { key, text: key === "pastiche carried" && random.below(2) === 0 ? orElse(() => changedJson(random, JSON.parse(text)), "[".repeat(5000)) : changedText(random, text) };
  },
  check({ key, text }) {
    const stored = preferencesIn(() => /** @type {any} */ ({ getItem: (/** @type {string} */ name) => (name === key ? text : null) }));
    const [carried, theme, language] = [stored.get("carried"), stored.get("theme"), stored.get("language")];
    unpolluted(carried);
    knows(carried, CARRIED, "what a PNG carries");
    holds(CARRIED.every((name) => typeof (/** @type {any} */ (carried)[name]) === "boolean"), "a flag is none");
    holds(theme === null || theme === "light" || theme === "dark", `the theme ${theme}`);
    holds(language === null || /^[a-z]{2}$/.test(language), `the language ${language}`);
    return theme !== null || language !== null || (key === "pastiche carried" && text !== "");
  },
});

/** By the name on the command line. @type {Record<string, Target<any>>} */
export const TARGETS = { "png-text": pngText, sniff, recipes, history, "settings-files": settingsFiles, addresses, messages, preferences };
