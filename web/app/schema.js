/**
 * Pieces of schemas for what comes from outside the page: known fields of known kinds; unknown ones are dropped. Lengths, counts and nesting
 * have limits, so that no file can keep the page busy for minutes.
 */

/** @import { GenericSchema, InferOutput } from 'valibot' */
/** @import { Settings } from '../types' */
import { array, boolean, check, custom, finite as isFinite, getDotPath, maxLength, maxValue, minValue, null_, number, object, picklist, pipe, record, regex, safeInteger, safeParse, string, union } from 'valibot';

export const finite = pipe(number(), isFinite());

/** A whole number from 0. */
export const count = pipe(finite, safeInteger(), minValue(0));

/** A whole number from 1: a side of an image, in pixels. */
export const side = pipe(finite, safeInteger(), minValue(1));

/** @param {number} most characters */
export const text = (most) => pipe(string(), maxLength(most));

/** The name of a picture, as its file is called; empty where it was left out. */
export const pictureName = text(500);

/** In hex; empty where the page that wrote it was not in a secure context. */
export const sha256 = pipe(string(), regex(/^(?:[0-9a-f]{64})?$/));

/** The networks that there are. What is not one of them is refused, however much it looks like it. */
export const networkId = picklist(/** @type {const} */ (['sketch', 'vgg19', 'file']));
export const engineKind = picklist(/** @type {const} */ (['gpu', 'cpu']));

const part = pipe(finite, minValue(0), maxValue(1));
/** What is kept of a picture, see `Crop` in types.d.ts. */
export const crop = pipe(
  object({ turns: pipe(count, maxValue(3)), left: part, top: part, right: part, bottom: part }),
  check(({ left, right, top, bottom }) => left < right && top < bottom),
);

const plain = custom((value) => Object.prototype.toString.call(value) === '[object Object]');

/** Deeper than anything that the engine reports: a parser that follows nesting without an end ends with the stack. */
const DEEPEST_JSON = 12;

/** @param {number} depth @returns {GenericSchema<unknown>} */
function jsonOf(depth) {
  const scalars = union([null_(), boolean(), finite, string()]);
  if (depth === 0) return scalars;
  const inner = jsonOf(depth - 1);
  return union([scalars, array(inner), pipe(plain, record(string(), inner))]);
}

/** What JSON can hold, nested a dozen times at most. */
export const json = jsonOf(DEEPEST_JSON);

/** Deeper than any setting is, and more entries than any list or object of settings has. */
const DEEPEST = 5;
const MOST_ENTRIES = 200;
const settingName = pipe(string(), regex(/^[a-z0-9_-]{1,40}$/));
const scalar = union([null_(), boolean(), finite, text(200)]);

/** @param {number} depth @returns {GenericSchema<unknown>} */
function settingValue(depth) {
  return depth === 0 ? scalar : union([scalar, pipe(array(settingValue(depth - 1)), maxLength(MOST_ENTRIES)), settingsOf(depth)]);
}

/** @param {number} depth @returns {GenericSchema<unknown, Settings>} */
function settingsOf(depth) {
  const few = check((/** @type {unknown} */ all) => Object.keys(/** @type {object} */ (all)).length <= MOST_ENTRIES);
  return pipe(plain, few, record(settingName, settingValue(depth - 1)));
}

/** Complete or partial settings by their form; which settings there are, and which values they may have, the engine judges. */
export const settings = settingsOf(DEEPEST);

/**
 * @template {GenericSchema} T
 * @param {T} schema
 * @param {unknown} data
 * @returns {{ value: InferOutput<T>, wrong: null } | { value: null, wrong: string }} wrong: the first entry that is not as it should be, by its dotted path; empty for all of it
 */
export function parse(schema, data) {
  const result = safeParse(schema, data, { abortEarly: true });
  return result.success ? { value: result.output, wrong: null } : { value: null, wrong: (getDotPath(result.issues[0]) ?? '').slice(0, 80) };
}
