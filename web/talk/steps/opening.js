/** A photo, a style, and the photo painted in that style, as it is painted. */

import { canvas, picture, resized } from '../draw.js';
import { present } from '../source.js';
import { pile, row, sign, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const opening = { id: 'opening', formulas: [], figure, plan: 5 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const { labels: [photo = '', styleLabel = '', both = ''] } = words.opening;
  const [content, style, result] = [canvas(photo), canvas(styleLabel), canvas(both)];
  /** @type {unknown} */
  let drawn = null;
  return {
    node: row([pile([tile(content, photo), tile(style, styleLabel)]), sign('→'), tile(result, both, 'large')]),
    async refresh(source) {
      const pair = present(source.pair);
      if (drawn !== pair) {
        drawn = pair;
        for (const [on, from] of /** @type {const} */ ([[content, pair.content], [style, pair.style]])) {
          const scale = Math.min(1, 640 / Math.max(from.width, from.height));
          picture(on, await resized(from, Math.round(from.width * scale), Math.round(from.height * scale)));
        }
      }
      picture(result, source.late ?? await resized(pair.content, pair.content.width, pair.content.height));
    },
  };
}
