// The command line of `./dev paint`, and the settings file that its flags come to.

import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {}

const USAGE = `Usage: ./dev paint CONTENT STYLE [STYLE ...] -o OUT.png [--size N] [--iterations N] [--engine auto|gpu|cpu]
       [--mask FILE|none ...] [--blend N,N,...] [--network sketch|vgg19|FILE] [--preset NAME] [--settings FILE.json] [--report FILE.json]`;

/**
 * @typedef {object} Job
 * @property {string} content file
 * @property {string[]} styles files, at least one
 * @property {(string | null)[]} masks files, in the order of the styles; null for a style without one
 * @property {string} out file
 * @property {"auto" | "gpu" | "cpu"} engine
 * @property {string} network "sketch", "vgg19" or a file
 * @property {object} settings preset, then settings file, then flags, as one settings file
 * @property {string | undefined} report file
 * @property {boolean} check only check the command line
 */

/**
 * @param {string[]} words
 * @returns {Job}
 */
export function readArguments(words) {
  const { values, positionals } = parse(words);
  const { pictures, ...merged } = settings(values);
  const named = fromSettings(pictures, values.settings ?? "");
  const [content = named.content, ...others] = positionals;
  const styles = others.length > 0 ? others : named.styles.map(({ file }) => file);
  if (content === undefined || styles.length === 0) throw new UsageError(`Two pictures are wanted, content and style; there are ${positionals.length}.\n${USAGE}`);
  for (const file of [content, ...styles]) mustExist(file, "picture");
  const given = others.length > 0 || values.mask ? (values.mask ?? []) : named.styles.map(({ mask }) => mask ?? "none");
  const masks = given.map((file) => (file === "none" ? null : file));
  for (const file of masks) if (file !== null) mustExist(file, "mask");
  if (masks.length > styles.length) throw new UsageError(`There are ${masks.length} masks for ${styles.length === 1 ? "one style" : `${styles.length} styles`}. They go with the styles in their order.`);
  if (!values.out) throw new UsageError(`Say where the painting goes, as in -o painting.png.\n${USAGE}`);
  if (path.extname(values.out).toLowerCase() !== ".png") throw new UsageError(`The painting is written as PNG; give -o a name that ends in .png, not ${values.out}.`);
  for (const file of [values.out, values.report]) if (file) mustBeWritable(file);
  const engine = values.engine ?? "auto";
  if (engine !== "auto" && engine !== "gpu" && engine !== "cpu") throw new UsageError(`There is no engine ${engine}; there are auto, gpu and cpu.`);
  const network = values.network ?? "sketch";
  if (network !== "sketch" && network !== "vgg19") mustExist(network, "network");
  return { content, styles, masks, out: values.out, engine, network, settings: merged, report: values.report, check: Boolean(values.check) };
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
    const kind = merged.optimiser?.kind ?? (merged.preset === "talk" ? "lbfgs" : "adam");
    const restart = merged.optimiser?.restart ?? (merged.preset === "talk" ? 20 : 0);
    // An iteration of the talk's recipe is one call of its optimiser: L-BFGS over 20 evaluations, starting afresh each time.
    merged.evaluations = number("--iterations", values.iterations) * (kind === "lbfgs" && restart > 0 ? restart : 1);
  }
  return merged;
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
 * @param {string} file
 * @returns {Record<string, any>}
 */
function readSettings(file) {
  mustExist(file, "settings file");
  let read;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
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
}

/** @param {string} file */
function mustBeWritable(file) {
  const folder = path.dirname(path.resolve(file));
  if (!existsSync(folder)) throw new UsageError(`${file} cannot be written: there is no folder ${folder}.`);
  if (existsSync(file) && statSync(file).isDirectory()) throw new UsageError(`${file} is a folder; a file's name is wanted there.`);
}
