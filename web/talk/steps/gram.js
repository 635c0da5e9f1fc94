/** From feature maps to a Gram matrix: every map is laid out as a row, and every row is multiplied with every other. */

import { make } from '../../app/dom.js';
import { canvas, part, peakOf, plane } from '../draw.js';
import { layerNear } from '../source.js';
import { row, sign, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const gram = { id: 'gram', formulas: ['gram'], figure, plan: 5 };

/** As many channels as can be distinguished from the last row. */
export const CHANNELS = 12;
/** Maps drawn as they are, before they are laid out. */
const SHOWN = 4;

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.gram;
  const stack = Array.from({ length: SHOWN }, () => canvas(say.map, 'inset numbers'));
  const flat = canvas(say.flat, 'inset numbers');
  const matrix = canvas(say.matrix, 'numbers');
  return {
    node: row([
      tile(make('div', { class: 'stack' }, stack), say.labels[0] ?? '', 'narrow'), sign('→'),
      tile(flat, say.labels[1] ?? '', 'wide'), sign('→'),
      tile(matrix, say.labels[2] ?? ''),
    ], 'gram'),
    async refresh(source) {
      const layer = layerNear(source, 'conv4_1');
      const channels = [...(await source.strongest(layer)).subarray(0, CHANNELS)];
      const { width, height, values } = await source.maps('style', layer, channels);
      const pixels = width * height;
      const peak = peakOf(values);
      stack.forEach((on, n) => plane(on, values.subarray(n * pixels, (n + 1) * pixels), width, height, peak));
      plane(flat, values, pixels, channels.length, peak);
      const of = part(await source.gram('style', layer), channels);
      plane(matrix, of, channels.length, channels.length, peakOf(of, 0.98));
    },
  };
}
