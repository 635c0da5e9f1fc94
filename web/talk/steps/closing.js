/** What it was, and where to read on. */

import { make } from '../../app/dom.js';
import { canvas, picture } from '../draw.js';
import { present } from '../source.js';
import { row, tile } from '../parts.js';
import { sources, words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const closing = { id: 'closing', formulas: [], figure, plan: 5 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const result = canvas(words.closing.painting);
  const list = make('ul', { class: 'column', 'aria-label': words.closing.read }, words.closing.shown.map((name) => make('li', {}, [sources[name]?.short ?? name])));
  return {
    node: row([tile(result, words.closing.caption, 'large'), list], 'closing'),
    refresh: (source) => picture(result, present(source.late)),
  };
}
