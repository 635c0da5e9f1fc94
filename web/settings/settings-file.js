/** A settings file, read strictly by its form; which settings there are, and which values they may have, the engine judges. */

/** @import { Settings } from '../types' */
import { SentenceError } from '../app/errors.js';
import { parse, settings as schema } from '../app/schema.js';
import { settings as say } from '../i18n/en.js';

/** In bytes: all settings with all their layers take four thousand. */
export const LONGEST = 1e6;

/**
 * @param {string} name of the file
 * @param {string | null} source null where it is too long to be one
 * @returns {{ preset: string | null, partial: Settings }}
 * @throws {Error} with a sentence
 */
export function parseSettingsFile(name, source) {
  if (source === null || source.length > LONGEST) throw new SentenceError(say.tooLong(name));
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(source);
  } catch {
    throw new SentenceError(say.notJson(name));
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new SentenceError(say.notObject(name));
  // Pictures are files on the disk of whoever wrote it, for `./dev paint`; the page may not read them.
  const { preset, pictures: _, ...partial } = /** @type {Record<string, unknown>} */ (json);
  if (preset !== undefined && (typeof preset !== 'string' || preset.length > 60)) throw new SentenceError(say.damaged(name, 'preset'));
  const { value, wrong } = parse(schema, partial);
  if (wrong !== null) throw new SentenceError(say.damaged(name, wrong));
  if (preset === undefined && Object.keys(value).length === 0) throw new SentenceError(say.noSettings(name));
  return { preset: preset ?? null, partial: value };
}
