/** The style loss: the Gram matrix of the style beside the result's, and what is between them. */

import { canvas, minus, part, peakOf, plane, relative, signed } from '../draw.js';
import { Missing, firsts } from '../source.js';
import { refreshNow as askAgain } from '../stage.js';
import { number, row, sign, sum, tile } from '../parts.js';
import { words } from '../en.js';
import { CHANNELS } from './gram.js';

/** @type {import('../parts.js').Step} */
export const style = { id: 'style', formulas: ['style'], figure, plan: 5 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.style;
  const [styleLabel = '', result = '', difference = ''] = say.labels;
  const [left, middle, right] = [canvas(styleLabel, 'numbers'), canvas(result, 'numbers'), canvas(difference, 'numbers')];
  const loss = number('');
  let at = 1;
  const node = sum(row([tile(middle, result), sign('−'), tile(left, styleLabel), sign('='), tile(right, difference)]), loss.node);
  return {
    node,
    async refresh(source) {
      const all = firsts(source);
      if (all.length === 0) throw new Missing();
      const layer = all[((at % all.length) + all.length) % all.length] ?? '';
      const channels = [...(await source.strongest(layer)).subarray(0, CHANNELS)];
      const [wanted, have] = await Promise.all([source.gram('style', layer), source.gram('result', layer)]);
      const [s, x] = [part(wanted, channels), part(have, channels)];
      const peak = peakOf(s, 0.98);
      plane(left, s, channels.length, channels.length, peak);
      plane(middle, x, channels.length, channels.length, peak);
      signed(right, minus(x, s), channels.length, channels.length, peak);
      // Of the whole matrices, not only of what is drawn.
      loss.set(relative(have, wanted));
      node.dataset['layer'] = layer;
      node.dataset['iteration'] = String(source.result?.iteration ?? 0);
      const words = loss.node.querySelector('span');
      const text = say.loss(layer);
      if (words && words.textContent !== text) words.textContent = text;
    },
    dial: (/** @type {number} */ by) => { at += by; askAgain(); },
  };
}
