/** The pixels of the feature maps change places: their picture is gone, their Gram matrix stays. And what a style loss alone paints. */

import { make } from '../../app/dom.js';
import { beside } from '../beside.js';
import { canvas, peakOf, picture, plane } from '../draw.js';
import { number, short, tile } from '../parts.js';
import { gramOf, largestDifference, permutation, permuted } from '../permute.js';
import { layerNear } from '../source.js';
import { refreshNow as askAgain } from '../stage.js';
import { words } from '../en.js';
import { CHANNELS } from './gram.js';

/** @type {import('../parts.js').Step} */
export const shuffle = { id: 'shuffle', formulas: [], figure, plan: 10 };

/** Maps drawn, of those that are multiplied. */
const SHOWN = 3;

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.shuffle;
  const rows = [say.before, say.after].map((label) => ({
    maps: Array.from({ length: SHOWN }, () => canvas(say.map(label), 'inset numbers')), gram: canvas(say.gram(label), 'inset numbers'), label,
  }));
  const difference = number(say.difference);
  const texture = canvas(say.texture);
  let seed = 1;
  const result = beside(
    [{ name: 'texture', wish: { evaluations: 200, start: 'noise', content: { weight: 0 }, tv: { weight: 0.1 } } }],
    { engines: 1, size: { cpu: 160, gpu: 256 } },
    ([shown]) => picture(texture, shown?.painted.picture ?? null),
  );
  const node = make('div', { class: 'shuffled' }, [
    make('div', { class: 'both' }, [...rows.flatMap(({ maps, gram, label }) => [make('span', { class: 'side' }, [label]), ...maps, make('span', { class: 'op', 'aria-hidden': 'true' }, ['→']), gram])]),
    tile(texture, say.textureCaption), difference.node,
  ]);
  return {
    ...result,
    node,
    async refresh(source) {
      const layer = layerNear(source, 'conv3_1');
      const channels = [...(await source.strongest(layer)).subarray(0, CHANNELS)];
      const { width, height, values } = await source.maps('style', layer, channels);
      const pixels = width * height;
      const mixed = permuted(values, permutation(pixels, seed));
      const [before, after] = [gramOf(values, channels.length), gramOf(mixed, channels.length)];
      const [peak, most] = [peakOf(values), peakOf(before, 0.98)];
      rows.forEach(({ maps, gram }, n) => {
        const from = n === 0 ? values : mixed;
        maps.forEach((on, map) => plane(on, from.subarray(map * pixels, (map + 1) * pixels), width, height, peak));
        plane(gram, n === 0 ? before : after, channels.length, channels.length, most);
      });
      const relative = largestDifference(before, after) / Math.max(...before);
      difference.say(relative < 1e-5 ? short(0) : short(relative));
      node.dataset['difference'] = String(relative);
      await result.refresh?.(source);
    },
    press() { seed += 1; askAgain(); },
  };
}
