// The command line of `./dev paint`, and the settings file that its flags come to.

import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { decodeText } from "../../web/settings/decode-text.js";
import { filesOf, stemsOf } from "./batch.mjs";
import { reasonOf, UsageError } from "./failures.mjs";
import { checkOutputs, isIntermediate, isNumbered, placeOf } from "./outputs.mjs";

export { UsageError };

const USAGE = `Usage: ./dev paint CONTENT STYLE [STYLE ...] -o OUT.png [--size N] [--iterations N] [--engine auto|gpu|cpu]
       [--mask FILE|none ...] [--blend N,N,...] [--network sketch|vgg19|FILE] [--preset NAME] [--settings FILE.json]
       [--report FILE.json] [--every N]
       ./dev paint FOLDER STYLE [STYLE ...] -o FOLDER ...
       ./dev paint --content FILE|FOLDER --content FILE|FOLDER ... STYLE [STYLE ...] -o FOLDER ...`;

/**
 * @typedef {object} Task one picture of a job
 * @property {string} content file
 * @property {string} out file
 * @property {string | undefined} report file
 */

/**
 * @typedef {object} Job
 * @property {Task[]} tasks at least one
 * @property {boolean} batch whether several were asked for, even if there is one
 * @property {string[]} left files of a batch's folders that are not taken for pictures
 * @property {string[]} styles files, at least one
 * @property {(string | null)[]} masks files, in the order of the styles; null for a style without one
 * @property {"auto" | "gpu" | "cpu"} engine
 * @property {string} network "sketch", "vgg19" or a file
 * @property {object} settings preset, then settings file, then flags, as one settings file
 * @property {number | undefined} every iterations between intermediate pictures
 * @property {number} evaluationsPerIteration of --iterations and --every
 * @property {boolean} check only check the command line
 */

/** @typedef {import("./outputs.mjs").Named} Named */

/**
 * @param {string[]} words
 * @returns {Job}
 */
export function readArguments(words) {
  const { values, positionals } = parse(words);
  const { pictures, ...merged } = settings(values);
  const named = fromSettings(pictures, values.settings ?? "");
  const given = values.content ?? (positionals.length > 0 ? positionals.slice(0, 1) : [named.content]);
  const others = values.content ? positionals : positionals.slice(1);
  const styles = others.length > 0 ? others : named.styles.map(({ file }) => file);
  const contents = given.filter((file) => file !== undefined);
  if (contents.length === 0 || styles.length === 0) throw new UsageError(`Two pictures are wanted, content and style; there are ${positionals.length}.\n${USAGE}`);
  for (const file of contents) if (!isFolder(file)) mustExist(file, "picture");
  for (const file of styles) mustExist(file, "picture");
  const maskNames = others.length > 0 || values.mask ? (values.mask ?? []) : named.styles.map(({ mask }) => mask ?? "none");
  const masks = maskNames.map((file) => (file === "none" ? null : file));
  for (const file of masks) if (file !== null) mustExist(file, "mask");
  if (masks.length > styles.length) throw new UsageError(`There are ${masks.length} masks for ${styles.length === 1 ? "one style" : `${styles.length} styles`}. They go with the styles in their order.`);
  const engine = values.engine ?? "auto";
  if (engine !== "auto" && engine !== "gpu" && engine !== "cpu") throw new UsageError(`There is no engine ${engine}; there are auto, gpu and cpu.`);
  const network = values.network ?? "sketch";
  if (network !== "sketch" && network !== "vgg19") mustExist(network, "network");
  const every = values.every === undefined ? undefined : count("--every", values.every);
  if (!values.out) throw new UsageError(`Say where the result goes, as in -o painting.png.\n${USAGE}`);

  /** @type {Named[]} */
  const inputs = [
    ...styles.map((file) => ({ file, what: "a style" })),
    ...masks.flatMap((file) => (file === null ? [] : [{ file, what: "a mask" }])),
    ...(network === "sketch" || network === "vgg19" ? [] : [{ file: network, what: "the network's file" }]),
    ...(values.settings ? [{ file: values.settings, what: "the settings file" }] : []),
  ];
  const batch = contents.length > 1 || contents.some(isFolder);
  const place = { out: values.out, report: values.report, every };
  const { tasks, left } = batch ? several(contents, inputs, place) : { tasks: [one(contents[0] ?? "", place)], left: [] };
  checkOutputs(
    tasks.flatMap(({ out, report }) => [{ file: out, what: "the result", every }, ...(report ? [{ file: report, what: "the report" }] : [])]),
    [...tasks.map(({ content }) => ({ file: content, what: batch ? "a photo" : "the photo" })), ...inputs],
  );
  return { tasks, batch, left, styles, masks, engine, network, settings: merged, every, evaluationsPerIteration: evaluationsPerIteration(merged), check: Boolean(values.check) };
}

/** @typedef {{out: string, report: string | undefined, every: number | undefined}} Place of -o, --report and --every */

/**
 * @param {string} content
 * @param {Place} place
 * @returns {Task}
 */
function one(content, { out, report }) {
  if (isFolder(out)) throw new UsageError(`${out} is a folder; a file's name is wanted there.`);
  if (path.extname(out).toLowerCase() !== ".png") throw new UsageError(`The result is written as PNG; give -o a name that ends in .png, not ${out}.`);
  return { content, out, report };
}

/**
 * The tasks of a batch: into a folder, named after the photos.
 *
 * @param {string[]} contents files and folders
 * @param {Named[]} inputs what else is read: a style that lies among the photos is none of them
 * @param {Place} place
 * @returns {{tasks: Task[], left: string[]}}
 */
function several(contents, inputs, { out, report, every }) {
  for (const [file, flag] of /** @type {const} */ ([[out, "-o"], [report, "--report"]])) {
    if (file !== undefined && !isFolder(file)) {
      const why = existsSync(file) ? `${file} is a file` : `there is no folder ${file}`;
      throw new UsageError(`For several photos ${flag} wants a folder that is there, and ${why}.`);
    }
  }
  /** @type {string[]} */
  const photos = [];
  /** @type {string[]} */
  const left = [];
  const others = new Set(inputs.map(({ file }) => placeOf(file)));
  for (const content of contents) {
    if (!isFolder(content)) {
      photos.push(content);
      continue;
    }
    const found = listed(content);
    photos.push(...found.pictures.filter((file) => !others.has(placeOf(file))));
    left.push(...found.others);
  }
  if (photos.length === 0) throw new UsageError(`There are no pictures in ${contents.join(" and ")}.`);
  const read = [...photos, ...inputs.map(({ file }) => file)];
  const places = new Set(read.map(placeOf));
  const files = (/** @type {string} */ stem) => ({ out: path.join(out, `${stem}.png`), report: report === undefined ? undefined : path.join(report, `${stem}.json`) });
  const numbered = every === undefined ? [] : read.filter(isNumbered);
  const stems = stemsOf(photos, (stem, earlier) => {
    const mine = files(stem);
    if (places.has(placeOf(mine.out)) || (mine.report && places.has(placeOf(mine.report)))) return true;
    if (every === undefined) return false;
    const theirs = [...numbered, ...earlier.filter((other) => /\.\d{6,}$/.test(other)).map((other) => files(other).out)];
    if (theirs.some((file) => isIntermediate(mine.out, every, file))) return true;
    return isNumbered(mine.out) && earlier.some((other) => isIntermediate(files(other).out, every, mine.out));
  });
  return { tasks: photos.map((content, n) => ({ content, ...files(stems[n] ?? "") })), left };
}

/** @param {string} folder */
function listed(folder) {
  try {
    return filesOf(folder);
  } catch (error) {
    throw new UsageError(`The folder ${folder} cannot be read: ${reasonOf(error)}.`);
  }
}

/**
 * The pictures that a settings file names, for those that the command line does not: paths beside the file.
 *
 * @param {unknown} pictures `{"content": FILE, "styles": [FILE | {"file": FILE, "mask": FILE}]}`
 * @param {string} file the settings file
 * @returns {{content: string | undefined, styles: {file: string, mask: string | undefined}[]}}
 */
function fromSettings(pictures, file) {
  const { content, styles = [] } = /** @type {{content?: unknown, styles?: unknown}} */ (pictures ?? {});
  const wrong = () => new UsageError(`"pictures" in ${file} should be {"content": FILE, "styles": [FILE or {"file": FILE, "mask": FILE}]}.`);
  const beside = (/** @type {unknown} */ name) => {
    if (typeof name !== "string") throw wrong();
    return path.resolve(path.dirname(file), name);
  };
  if (!Array.isArray(styles)) throw wrong();
  return {
    content: content === undefined ? undefined : beside(content),
    styles: styles.map((style) => (typeof style === "string" ? { file: beside(style), mask: undefined } : { file: beside(style?.file), mask: style?.mask === undefined ? undefined : beside(style.mask) })),
  };
}

/** @param {string[]} words */
function parse(words) {
  const text = /** @type {const} */ ({ type: "string" });
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        out: { type: "string", short: "o" },
        size: text,
        iterations: text,
        engine: text,
        network: text,
        preset: text,
        settings: text,
        mask: { type: "string", multiple: true },
        blend: text,
        report: text,
        every: text,
        content: { type: "string", multiple: true },
        check: { type: "boolean" },
      },
    });
  } catch (error) {
    // Node's message, less its advice about arguments that begin with a dash.
    const said = /** @type {Error} */ (error).message.split(". ")[0]?.replace(/\.$/, "");
    throw new UsageError(`${said}.\n${USAGE}`);
  }
}

/**
 * Preset, then settings file, then flags. What the numbers may be is the engine's business.
 *
 * @param {{preset?: string | undefined, settings?: string | undefined, blend?: string | undefined, size?: string | undefined, iterations?: string | undefined}} values
 * @returns {Record<string, any>}
 */
export function settings(values) {
  /** @type {Record<string, any>} */
  const merged = values.settings ? readSettings(values.settings) : {};
  if (values.preset !== undefined) merged.preset = values.preset;
  if (values.blend !== undefined) merged.style = { ...merged.style, blend: values.blend.split(",").map((share) => number("--blend", share)) };
  if (values.size !== undefined) merged.size = number("--size", values.size);
  if (values.iterations !== undefined) {
    merged.evaluations = number("--iterations", values.iterations) * evaluationsPerIteration(merged);
  }
  return merged;
}

/**
 * An iteration of the talk's recipe is one call of its optimiser: L-BFGS over 20 evaluations, starting afresh each time.
 *
 * @param {Record<string, any>} merged
 * @returns {number}
 */
function evaluationsPerIteration(merged) {
  const kind = merged.optimiser?.kind ?? (merged.preset === "talk" ? "lbfgs" : "adam");
  const restart = merged.optimiser?.restart ?? (merged.preset === "talk" ? 20 : 0);
  return kind === "lbfgs" && restart > 0 ? restart : 1;
}

/**
 * @param {string} flag
 * @param {string} text
 */
function number(flag, text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`${flag} wants a number, not "${text}".`);
  return value;
}

/**
 * @param {string} flag
 * @param {string} text
 */
function count(flag, text) {
  const value = number(flag, text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${flag} wants a whole number from 1, not "${text}".`);
  return value;
}

/**
 * @param {string} file
 * @returns {Record<string, any>}
 */
function readSettings(file) {
  mustExist(file, "settings file");
  let read;
  try {
    read = JSON.parse(decodeText(readFileSync(file)));
  } catch (error) {
    throw new UsageError(`The settings file ${file} is not JSON: ${/** @type {Error} */ (error).message}.`);
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw new UsageError(`The settings file ${file} holds no settings: a JSON object is wanted.`);
  return read;
}

/**
 * @param {string} file
 * @param {string} what
 */
function mustExist(file, what) {
  if (!existsSync(file)) throw new UsageError(`There is no ${what} at ${file}.`);
  if (!statSync(file).isFile()) throw new UsageError(`${file} is not a file; a ${what} is wanted there.`);
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new UsageError(`The ${what} ${file} cannot be read: ${reasonOf(error)}.`);
  }
}

/** @param {string} file */
function isFolder(file) {
  return existsSync(file) && statSync(file).isDirectory();
}
