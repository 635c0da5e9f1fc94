/** Which layer gives what: style from one layer alone, and content from one layer alone. */

import { make } from '../../app/dom.js';
import { beside } from '../beside.js';
import { canvas, picture } from '../draw.js';
import { tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const layers = { id: 'layers', formulas: [], figure, plan: 20 };

const SIZE = { cpu: 128, gpu: 256 };
const one = (/** @type {string} */ layer) => [{ layer, weight: 1 }];

/** @type {import('../beside.js').Order[]} */
const ORDERS = [
  ...[1, 2, 3, 4, 5].map((n) => ({ name: `style-${n}`, wish: { evaluations: 60, style: { layers: one(`conv${n}_1`) } } })),
  { name: 'all', wish: { evaluations: 60 } },
  ...[2, 4, 5].map((n) => ({ name: `content-${n}`, wish: { evaluations: 100, start: 'noise', style: { weight: 0 }, content: { weight: 1, layers: one(`conv${n}_2`) }, tv: { weight: 0.01 } } })),
];

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.layers;
  const canvases = say.labels.map((label) => canvas(label));
  const tiles = canvases.map((on, n) => tile(on, say.labels[n] ?? ''));
  const half = (/** @type {string} */ label, /** @type {HTMLElement[]} */ shown) => make('div', { class: 'half' }, [make('h3', {}, [label]), make('div', { class: 'cells' }, shown)]);
  const result = beside(ORDERS, { engines: 1, size: SIZE }, (shown) => shown.forEach(({ painted, live }, n) => {
    const on = canvases[n];
    if (!on) return;
    picture(on, painted.picture);
    tiles[n]?.classList.toggle('live', live);
  }));
  return { ...result, node: make('div', { class: 'layers' }, [half(say.style, tiles.slice(0, 6)), half(say.content, tiles.slice(6))]), press: result.again };
}
