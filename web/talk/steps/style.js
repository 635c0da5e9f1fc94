/** The style loss: the Gram matrix of the style beside the painting's, and what is between them. */

import { canvas, minus, part, peakOf, plane, relative, signed } from '../draw.js';
import { gram as gramOf, live, refreshNow as askAgain, strongest } from '../live.js';
import { number, row, sign, sum, tile } from '../parts.js';
import { words } from '../en.js';
import { firsts } from './blocks.js';
import { CHANNELS } from './gram.js';

/** @type {import('../parts.js').Step} */
export const style = { id: 'style', formulas: ['style'], figure };

function figure() {
  const say = words.style;
  const [manner = '', painting = '', difference = ''] = say.labels;
  const [left, middle, right] = [canvas(manner, 'numbers'), canvas(painting, 'numbers'), canvas(difference, 'numbers')];
  const loss = number('');
  let at = 1;
  const node = sum(row([tile(middle, painting), sign('−'), tile(left, manner), sign('='), tile(right, difference)]), loss.node);
  return {
    node, looks: true,
    async refresh() {
      const all = firsts();
      const layer = all[((at % all.length) + all.length) % all.length] ?? '';
      const channels = [...(await strongest(layer)).subarray(0, CHANNELS)];
      const [wanted, have] = await Promise.all([gramOf('style', layer), gramOf('painting', layer)]);
      const [s, x] = [part(wanted, channels), part(have, channels)];
      const peak = peakOf(s, 0.98);
      plane(left, s, channels.length, channels.length, peak);
      plane(middle, x, channels.length, channels.length, peak);
      signed(right, minus(x, s), channels.length, channels.length, peak);
      // Of the whole matrices, not only of what is drawn.
      loss.set(relative(have, wanted));
      node.dataset['layer'] = layer;
      node.dataset['iteration'] = String(live.painting?.iteration ?? 0);
      const words = loss.node.querySelector('span');
      const text = say.loss(layer);
      if (words && words.textContent !== text) words.textContent = text;
    },
    dial: (/** @type {number} */ by) => { at += by; askAgain(); },
  };
}
