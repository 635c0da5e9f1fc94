/** Another language over the English of strings.js. Runs before any sentence is said, in the page and in its workers. */

/** @import { Words } from './types' */
import * as strings from './strings.js';

/** @param {Words} words */
export function speak(words) {
  const rooms = /** @type {Record<string, object>} */ (/** @type {unknown} */ (strings));
  for (const [room, sentences] of Object.entries(words)) Object.assign(rooms[room] ?? {}, sentences);
}
