/** The naive way beside the real one: the two pictures laid over each other, pixel by pixel. */

import { canvas, picture, resized } from '../draw.js';
import { row, slider, sum, tile, turn } from '../parts.js';
import { present } from '../source.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const blend = { id: 'blend', formulas: ['blend'], figure, plan: 10 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.blend;
  const [naive = '', real = ''] = say.labels;
  const [left, right] = [canvas(naive), canvas(real)];
  let alpha = 0.5;
  /** @type {{ of: unknown, width: number, height: number, content: Uint8ClampedArray, style: Uint8ClampedArray } | null} */
  let layers = null;
  const mix = () => {
    if (!layers) return;
    const { width, height, content, style } = layers;
    // As anybody would begin: x = (1 - alpha) c + alpha s.
    const rgba = Uint8ClampedArray.from(content, (value, i) => (1 - alpha) * value + alpha * (style[i] ?? 0));
    picture(left, { width, height, rgba });
  };
  const dial = slider(say.dial, 50, (value) => { alpha = value / 100; mix(); });
  return {
    node: sum(row([tile(left, naive), tile(right, real)]), dial),
    async refresh(source) {
      const pair = present(source.pair);
      const result = source.late;
      const { width, height } = result ?? pair.content;
      if (layers?.of !== pair || layers.width !== width) {
        const [content, style] = await Promise.all([pair.content, pair.style].map((each) => resized(each, width, height)));
        if (!content || !style) return;
        layers = { of: pair, width, height, content: content.rgba, style: style.rgba };
        mix();
      }
      picture(right, result ?? { width, height, rgba: Uint8ClampedArray.from(layers.content) });
    },
    dial: (/** @type {number} */ by) => turn(dial, 10 * by),
  };
}
