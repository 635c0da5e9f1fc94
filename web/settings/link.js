/**
 * A preset and settings as the hash of a link: `#preset=painting&size=640&style.weight=2`. Only known settings with values of their kind are
 * read; whether they are allowed the engine says.
 */

/** @import { Describe, Control, SettingValue, Settings } from '../types' */
import { SentenceError } from '../app/errors.js';
import { write } from '../app/paths.js';
import { link as say } from '../i18n/en.js';

/** A sentence for the person about a link that cannot be used. */
export class LinkError extends SentenceError {}

/** @typedef {Pick<Control, 'path' | 'kind'> & { choices?: readonly { value: string }[] | null }} Setting */

/**
 * @param {string} preset
 * @param {readonly (readonly [path: string, value: SettingValue])[]} changed what differs from it
 * @returns {string} with its #
 */
export function linkHash(preset, changed) {
  const pairs = changed.map(([path, value]) => /** @type {const} */ ([path, typeof value === 'object' ? JSON.stringify(value) : String(value)]));
  return `#${new URLSearchParams([['preset', preset], ...pairs.map(([path, value]) => [path, value])])}`;
}

/** Whether a hash is meant to carry settings; one without a = is the name of a step of the talk. @param {string} hash */
export const isLink = (hash) => hash.includes('=');

/**
 * @param {string} hash
 * @param {{ presets: readonly Pick<Describe['presets'][number], 'id'>[], controls: readonly Setting[] }} describe
 * @returns {{ preset: string | null, partial: Settings }} null for the preset in use
 * @throws {LinkError}
 */
export function readLink(hash, { presets, controls }) {
  /** @type {string | null} */
  let preset = null;
  /** @type {Settings} */
  const partial = {};
  const seen = new Set();
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (seen.has(name)) throw new LinkError(say.twice(name));
    seen.add(name);
    if (name === 'preset') {
      if (!presets.some(({ id }) => id === text)) throw new LinkError(say.noPreset(text));
      preset = text;
      continue;
    }
    const setting = controls.find(({ path }) => path === name);
    if (!setting) throw new LinkError(say.unknown(name));
    const value = valueOf(setting, text);
    if (value === null) throw new LinkError(say.wrong(name, text));
    write(partial, name, value);
  }
  return { preset, partial };
}

/** @param {Setting} setting @param {string} text @returns {SettingValue | null} null for what is no value of its kind */
function valueOf({ kind, choices }, text) {
  switch (kind) {
    case 'boolean': return text === 'true' ? true : text === 'false' ? false : null;
    case 'choice': return choices?.some(({ value }) => value === text) ? text : null;
    case 'layers': return listOf(text, isLayer);
    case 'weights': return listOf(text, (each) => typeof each === 'number');
    default: return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
  }
}

/** @template T @param {string} text @param {(each: unknown) => each is T} is @returns {T[] | null} */
function listOf(text, is) {
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) && list.every(is) ? list : null;
  } catch {
    return null;
  }
}

/** @param {unknown} each @returns {each is import('../types').LayerWeight} */
function isLayer(each) {
  if (each === null || typeof each !== 'object') return false;
  const { layer, weight, ...more } = /** @type {Record<string, unknown>} */ (each);
  return typeof layer === 'string' && typeof weight === 'number' && Object.keys(more).length === 0;
}
