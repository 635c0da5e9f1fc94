/** Another language over the English of en.js, and English again: in the page and in its workers. */

/** @import { Words } from '../types' */
import * as strings from './en.js';
import { LANGUAGES } from './languages.js';

/** The English of each module that another language was put over. @type {Map<object, Record<string, Record<string, unknown>>>} */
const originals = new Map();

/** @param {Words | null} words null for English */
export function speak(words) {
  putOver(strings, words ?? {});
}

/** The newest choice wins, however long the words of an older one take to come. */
let choices = 0;

/** In a worker: the language of the page; English where its words cannot be had. @param {string} language */
export async function speakLanguage(language) {
  choices += 1;
  const mine = choices;
  const words = await LANGUAGES[language]?.words?.().then((loaded) => loaded.words, () => null) ?? null;
  if (mine === choices) speak(words);
}

/** Every object of a module of sentences says what that of another language does, and what there is none for in English. @param {object} english the module @param {object} other */
export function putOver(english, other) {
  const objects = Object.entries(english).filter(([, each]) => each !== null && typeof each === 'object');
  const original = originals.get(english) ?? Object.fromEntries(objects.map(([name, each]) => [name, { ...each }]));
  originals.set(english, original);
  const theirs = /** @type {Record<string, object>} */ (other);
  for (const [name, each] of objects) {
    const words = { ...original[name], ...theirs[name] };
    for (const key of Object.keys(each)) if (!(key in words)) delete each[key];
    Object.assign(each, words);
  }
}
