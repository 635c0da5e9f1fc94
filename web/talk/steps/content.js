/** The content loss: the same channel of photo and painting, and what is between them. */

import { canvas, minus, peakOf, plane, signed } from '../draw.js';
import { gradients, layerNear, live, maps, refreshNow as askAgain, strongest } from '../live.js';
import { number, row, sign, sum, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const content = { id: 'content', formulas: ['content'], figure };

function figure() {
  const say = words.content;
  const [photo = '', painting = '', difference = ''] = say.labels;
  const [left, middle, right] = [canvas(photo, 'numbers'), canvas(painting, 'numbers'), canvas(difference, 'numbers')];
  const loss = number(say.loss);
  let at = 0;
  return {
    node: sum(row([tile(middle, painting), sign('−'), tile(left, photo), sign('='), tile(right, difference)]), loss.node),
    looks: true,
    async refresh() {
      const layer = layerNear('conv4_2');
      const order = await strongest(layer);
      const channel = order[((at % order.length) + order.length) % order.length] ?? 0;
      const [c, x] = await Promise.all([maps('content', layer, [channel]), maps('painting', layer, [channel])]);
      const peak = Math.max(peakOf(c.values), peakOf(x.values));
      plane(left, c.values, c.width, c.height, peak);
      plane(middle, x.values, x.width, x.height, peak);
      signed(right, minus(x.values, c.values), c.width, c.height, peak);
      loss.set((await gradients()).losses[0] ?? live.losses?.content);
    },
    dial: (/** @type {number} */ by) => { at += by; askAgain(); },
  };
}
