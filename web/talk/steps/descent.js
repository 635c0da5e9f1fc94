/** Gradient descent against L-BFGS on the same pair, from the same start, with the same search along each direction: side by side. */

import { make } from '../../app/dom.js';
import { beside } from '../beside.js';
import { canvas, picture } from '../draw.js';
import { ask, number, row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const descent = { id: 'descent', formulas: ['gradient', 'newton'], figure, plan: 20 };

/** Longest side, in pixels: two at once on two cores, and both must be seen to move. */
const SIZE = { cpu: 160, gpu: 256 };
const EVALUATIONS = 400;
const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {Record<string, string>} attributes */
function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.descent;
  const sides = [0, 10].map((history, n) => ({
    history, name: ['memoryless', 'remembering'][n] ?? '', canvas: canvas(say.hidden[n] ?? ''), loss: number(say.loss), curve: svg('polyline', { class: n === 0 ? 'plain-descent' : 'remembering', fill: 'none' }),
  }));
  const chart = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': say.chart });
  chart.append(...sides.map(({ curve }) => curve));
  const tiles = sides.map(({ canvas: on }, n) => tile(on, say.hidden[n] ?? ''));
  const node = row([
    ...sides.map(({ loss }, n) => make('div', { class: `column side-${n}` }, [tiles[n] ?? '', loss.node])),
    make('div', { class: 'column curves' }, [chart, make('p', {}, [say.axis])]),
  ], 'descent');
  const question = ask(say.question, () => {
    sides.forEach(({ canvas: on }, n) => {
      on.setAttribute('aria-label', say.labels[n] ?? '');
      const caption = tiles[n]?.querySelector('figcaption');
      if (caption) caption.textContent = say.labels[n] ?? '';
    });
    question.say(say.answer);
  });

  const result = beside(
    sides.map(({ name, history }) => ({ name, wish: { evaluations: EVALUATIONS, average: 0, optimiser: { kind: 'lbfgs', history, restart: 0 } } })),
    { engines: 2, size: SIZE },
    (shown) => {
      // Both at the same number of evaluations would not show which is quicker to compute; here both are live, or both recorded.
      const both = shown.every(({ live }) => live);
      const totals = shown.map(({ painted }) => painted.losses.map(([evaluation = 0, total = 0]) => [evaluation, Math.log(Math.max(total, 1e-12))]));
      const all = totals.flat();
      const far = Math.max(20, ...all.map(([evaluation = 0]) => evaluation));
      const [high, low] = [Math.max(...all.map(([, total = 0]) => total)), Math.min(...all.map(([, total = 0]) => total))];
      sides.forEach(({ canvas: where, loss, curve }, n) => {
        const painted = shown[n]?.painted;
        if (!painted) return;
        picture(where, painted.picture);
        loss.set(painted.losses.at(-1)?.[1]);
        curve.setAttribute('points', (totals[n] ?? []).map(([evaluation = 0, total = 0]) => `${(100 * evaluation) / far},${4 + (92 * (high - total)) / Math.max(high - low, 1e-6)}`).join(' '));
      });
      if (both) node.dataset['evaluations'] = result.evaluations().join(' ');
    },
  );
  return {
    ...result,
    node: make('div', { class: 'sum asking' }, [node, question.node]),
    press: result.again,
    reveal: question.reveal,
  };
}
