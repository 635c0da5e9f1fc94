/**
 * The recipe that a PNG carries, read strictly: known fields and values only, within limits, all of it or nothing. What the engine alone can
 * judge, the values of its settings, it judges afterwards (recipe-read.js), before anything on the page changes.
 */

/** @import { Settings, Recipe } from '../types' */
import { SentenceError } from '../app/errors.js';
import { array, check, exactOptional, literal, maxLength, maxValue, minLength, nullable, nullish, object, optional, pipe, regex, string } from 'valibot';
import { count, crop, engineKind, networkId, parse, pictureName, settings, sha256, text } from '../app/schema.js';
import { recipe as say } from '../i18n/en.js';

/** In characters: sixteen masks of two megabytes each, and room to spare. */
const LONGEST = 64e6;
const MOST_STYLES = 16;
const MOST_CHANGES = 10_000;
/** Of a mask, in characters. */
const LONGEST_MASK = 16e6;

const picture = { name: pictureName, sha256, crop: exactOptional(nullable(crop)), example: exactOptional(nullable(text(60))) };
const mask = object({
  name: pictureName, sha256,
  // Nothing that would be fetched from anywhere.
  png: nullable(pipe(string(), maxLength(LONGEST_MASK), regex(/^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/))),
});
const changes = pipe(
  array(object({ evaluation: count, settings })),
  maxLength(MOST_CHANGES),
  check((all) => all.every(({ evaluation }, n) => evaluation >= (all[n - 1]?.evaluation ?? 0))),
);

const recipe = object({
  schema: literal(1),
  program: optional(object({ name: literal('Pastiche'), version: text(40) }), { name: 'Pastiche', version: '' }),
  preset: text(60),
  settings,
  changes,
  evaluation: count,
  engine: exactOptional(engineKind),
  adapter: exactOptional(text(2000)),
  threads: exactOptional(pipe(count, maxValue(4096))),
  browser: exactOptional(text(2000)),
  network: object({ id: networkId, name: text(500), sha256 }),
  content: object(picture),
  styles: pipe(array(object({ ...picture, mask: nullish(mask, null) })), minLength(1), maxLength(MOST_STYLES)),
  start: nullable(object(picture)),
});

/**
 * @param {string} source JSON
 * @returns {Recipe}
 * @throws {Error} with a sentence
 */
export function parseRecipe(source) {
  if (source.length > LONGEST) throw new SentenceError(say.tooLong);
  /** @type {unknown} */
  let data;
  try {
    data = JSON.parse(source);
  } catch {
    throw new SentenceError(say.notJson);
  }
  if (data === null || typeof data !== 'object' || /** @type {{ schema?: unknown }} */ (data).schema !== 1) throw new SentenceError(say.otherVersion);
  const { value, wrong } = parse(recipe, data);
  if (wrong !== null) throw new SentenceError(say.damaged(wrong));
  return value;
}

/** Every setting that a change of them names, by dotted paths. @param {Settings} changed @param {string} [under] @returns {string[]} */
export function changedPaths(changed, under = '') {
  return Object.entries(changed).flatMap(([key, value]) => {
    const path = under + key;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? changedPaths(/** @type {Settings} */ (value), `${path}.`) : [path];
  });
}

/** Settings with a change over them. @param {Settings} base @param {Settings} change @returns {Settings} */
export function withChange(base, change) {
  const isTree = (/** @type {unknown} */ value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(change)])].map((key) => {
    const [old, fresh] = [base[key], change[key]];
    if (!(key in change)) return [key, old];
    return [key, isTree(old) && isTree(fresh) ? withChange(/** @type {Settings} */ (old), /** @type {Settings} */ (fresh)) : fresh];
  }));
}
