/** The gradient with respect to the pixels, as a picture: which way each loss pulls every pixel, and all of them together. */

import { valueAt } from '../../app/settings.js';
import { canvas, field, peakOf } from '../draw.js';
import { pile, row, sign, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const gradient = { id: 'gradient', formulas: ['gradient'], figure, plan: 10 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.gradient;
  const canvases = say.labels.map((label) => canvas(label));
  const [content, style, tv, all] = canvases;
  const [first = '', second = '', third = '', whole = ''] = canvases.map((each, n) => tile(each, say.labels[n] ?? '', n === 3 ? 'large' : ''));
  return {
    node: row([pile([first, second, third]), sign('→'), whole], 'gradient'),
    async refresh(source) {
      if (!content || !style || !tv || !all) return;
      const { width, height, content: c, style: s, tv: t } = await source.gradients();
      // Downhill is against the gradient: what is shown is where each pixel is to go.
      for (const [on, values] of /** @type {const} */ ([[content, c], [style, s], [tv, t]])) field(on, values.map((value) => -value), width, height, peakOf(values));
      const [alpha = 1, beta = 1, gamma = 1] = ['content.weight', 'style.weight', 'tv.weight'].map((path) => Number(valueAt(path) ?? 1));
      const sum = c.map((value, i) => -(alpha * value + beta * (s[i] ?? 0) + gamma * (t[i] ?? 0)));
      field(all, sum, width, height, peakOf(sum));
    },
  };
}
