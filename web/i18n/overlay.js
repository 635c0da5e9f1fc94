/** Another language over the English of en.js. Runs before any sentence is said, in the page and in its workers. */

/** @import { Words } from '../types' */
import * as strings from './en.js';

/** @param {Words} words */
export function speak(words) {
  putOver(strings, words);
}

/** Room by room, another language's sentences over those of a module. @param {object} english the module @param {object} other */
export function putOver(english, other) {
  const rooms = /** @type {Record<string, object>} */ (english);
  for (const [room, sentences] of Object.entries(other)) Object.assign(rooms[room] ?? {}, sentences);
}
