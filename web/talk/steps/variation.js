/** Total variation: the picture shifted by one pixel to the right and down, less itself. */

import { canvas, picture, signed } from '../draw.js';
import { present } from '../source.js';
import { number, row, sum, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const variation = { id: 'variation', formulas: ['tv'], figure, plan: 20 };

/** A difference that is shown as bright as can be. */
const PEAK = 0.35;

/**
 * Each pixel's neighbour less itself, in luminance for the eye, and the mean square of all three channels.
 * @param {{ width: number, height: number, rgba: ArrayLike<number> }} from @param {number} right @param {number} down
 */
export function shifted({ width, height, rgba }, right, down) {
  const [w, h] = [width - right, height - down];
  const values = new Float32Array(w * h);
  let squares = 0;
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const here = 4 * (y * width + x);
      const there = 4 * ((y + down) * width + x + right);
      let sum = 0;
      for (let c = 0; c < 3; c += 1) {
        const difference = ((rgba[there + c] ?? 0) - (rgba[here + c] ?? 0)) / 255;
        squares += difference * difference;
        sum += difference / 3;
      }
      values[y * w + x] = sum;
    }
  }
  return { width: w, height: h, values, mean: squares / (3 * w * h) };
}

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.variation;
  const [itself = '', right = '', down = ''] = say.labels;
  const [whole, across, below] = [canvas(itself), canvas(right), canvas(down)];
  const loss = number(say.loss);
  const node = sum(row([tile(whole, itself), tile(across, right), tile(below, down)]), loss.node);
  return {
    node,
    refresh(source) {
      const result = present(source.result);
      picture(whole, result);
      const [a, b] = [shifted(result, 1, 0), shifted(result, 0, 1)];
      signed(across, a.values, a.width, a.height, PEAK);
      signed(below, b.values, b.width, b.height, PEAK);
      loss.set(a.mean + b.mean);
    },
  };
}
