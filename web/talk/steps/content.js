/** The content loss: the same channel of photo and painting, and what is between them. */

import { canvas, minus, peakOf, plane, signed } from '../draw.js';
import { layerNear } from '../source.js';
import { refreshNow as askAgain } from '../stage.js';
import { number, row, sign, sum, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const content = { id: 'content', formulas: ['content'], figure, plan: 10 };

/** Channels that the keys turn through. */
const OFFERED = 12;

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.content;
  const [photo = '', result = '', difference = ''] = say.labels;
  const [left, middle, right] = [canvas(photo, 'numbers'), canvas(result, 'numbers'), canvas(difference, 'numbers')];
  const loss = number(say.loss);
  let at = 0;
  return {
    node: sum(row([tile(middle, result), sign('−'), tile(left, photo), sign('='), tile(right, difference)]), loss.node),
    async refresh(source) {
      const layer = layerNear(source, 'conv4_2');
      const order = await source.strongest(layer);
      const count = Math.min(OFFERED, order.length);
      const channel = order[((at % count) + count) % count] ?? 0;
      const [c, x] = await Promise.all([source.maps('content', layer, [channel]), source.maps('result', layer, [channel])]);
      const peak = Math.max(peakOf(c.values), peakOf(x.values));
      plane(left, c.values, c.width, c.height, peak);
      plane(middle, x.values, x.width, x.height, peak);
      signed(right, minus(x.values, c.values), c.width, c.height, peak);
      loss.set((await source.gradients()).losses[0] ?? source.losses?.content);
    },
    dial: (/** @type {number} */ by) => { at += by; askAgain(); },
  };
}
