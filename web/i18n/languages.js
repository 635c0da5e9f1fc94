/** The languages that the page speaks: their own names, and where their words are. Adding one is a line here, its words, and the talk's. */

/** @import { TalkWords, Words } from '../types' */

/** @typedef {{ name: string, words: (() => Promise<{ words: Words }>) | null, talk: (() => Promise<{ words: Partial<TalkWords> }>) | null }} Language null: English, which is always there */

/** @type {Record<string, Language>} */
export const LANGUAGES = {
  en: { name: 'English', words: null, talk: null },
  de: { name: 'Deutsch', words: () => import('./de.js'), talk: () => import('../talk/de.js') },
};
