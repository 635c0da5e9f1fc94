/**
 * What the page remembers of the person's choices, in the browser's storage: the only place that reads or writes it (but ui/theme-first.js,
 * which runs before modules). A value that is damaged, or of another version, is as good as none.
 */

import { boolean, fallback, object, picklist, pipe, strictObject, string, regex } from 'valibot';
import { parse } from './schema.js';

/** @import { Tile } from '../types' */

/** What a saved PNG carries beside the picture. @typedef {{ recipe: boolean, names: boolean, masks: boolean, device: boolean }} Carried */

/** With its recipe it can be made again; the browser and the adapter are nobody's business unless somebody says so. @type {Carried} */
const CARRIED = { recipe: true, names: true, masks: true, device: false };

/** Each by its name: the key in storage, what may stand there, and what holds without it. */
const KINDS = {
  /** The system's preference, unless one was chosen. */
  theme: { key: 'pastiche theme', schema: picklist(['light', 'dark']), otherwise: null, json: false },
  /** The browser's own, unless one was chosen. */
  language: { key: 'pastiche language', schema: pipe(string(), regex(/^[a-z]{2}$/)), otherwise: null, json: false },
  network: { key: 'pastiche network', schema: picklist(['sketch', 'vgg19']), otherwise: null, json: false },
  /** Whether keys without Ctrl do anything. */
  singleKeys: { key: 'pastiche single keys', schema: picklist(['on', 'off']), otherwise: /** @type {const} */ ('on'), json: false },
  /** The tile of the GPU's matrix product that was measured to be the quickest, and on which adapter. */
  tile: { key: 'pastiche product tile', schema: strictObject({ adapter: string(), name: string() }), otherwise: null, json: true },
  carried: {
    key: 'pastiche carried', otherwise: CARRIED, json: true,
    schema: object({ recipe: fallback(boolean(), true), names: fallback(boolean(), true), masks: fallback(boolean(), true), device: fallback(boolean(), false) }),
  },
};

/**
 * @typedef {object} Values
 * @property {'light' | 'dark' | null} theme
 * @property {string | null} language
 * @property {'sketch' | 'vgg19' | null} network
 * @property {'on' | 'off'} singleKeys
 * @property {Tile | null} tile
 * @property {Carried} carried
 */

/** @param {() => Storage} of blocked storage throws as soon as it is named */
export function preferencesIn(of) {
  /** What was chosen on this visit: it holds where nothing can be stored. @type {Partial<Values>} */
  const chosen = {};
  return {
    /** @template {keyof Values} Name @param {Name} name @returns {Values[Name]} */
    get(name) {
      const { key, schema, otherwise, json } = KINDS[name];
      const now = chosen[name];
      if (now !== undefined) return /** @type {Values[Name]} */ (now);
      try {
        const stored = of().getItem(key);
        if (stored === null) return /** @type {Values[Name]} */ (otherwise);
        const { value, wrong } = parse(schema, json ? JSON.parse(stored) : stored);
        return /** @type {Values[Name]} */ (wrong === null ? value : otherwise);
      } catch {
        return /** @type {Values[Name]} */ (otherwise);
      }
    },
    /** @template {keyof Values} Name @param {Name} name @param {Values[Name] | null} value null forgets it */
    set(name, value) {
      const { key, json, otherwise } = KINDS[name];
      Object.assign(chosen, { [name]: value ?? otherwise });
      try {
        if (value === null) of().removeItem(key);
        else of().setItem(key, json ? JSON.stringify(value) : String(value));
      } catch {
        // None, or it is full: for this visit.
      }
    },
  };
}

export const preferences = preferencesIn(() => localStorage);
