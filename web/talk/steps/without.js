/** A question: what is painted where the style counts for nothing? */

import { make } from '../../app/dom.js';
import { beside } from '../beside.js';
import { canvas, picture, resized } from '../draw.js';
import { ask, row, tile } from '../parts.js';
import { present } from '../source.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const without = { id: 'without', formulas: ['total'], figure, plan: 20 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.without;
  const [photo, style, guess] = say.labels.map((label) => canvas(label));
  const veil = make('span', { class: 'veil', 'aria-hidden': 'true' }, ['?']);
  const covered = tile(/** @type {HTMLCanvasElement} */ (guess), say.labels[2] ?? '');
  covered.querySelector('.frame')?.append(veil);
  const question = ask(say.question, () => {
    veil.remove();
    question.say(say.answer);
  });
  const result = beside(
    [{ name: 'styleless', wish: { evaluations: 60, style: { weight: 0 } } }],
    { engines: 1, size: { cpu: 160, gpu: 256 } },
    ([shown]) => { if (guess) picture(guess, shown?.painted.picture ?? null); },
  );
  /** @type {unknown} */
  let drawn = null;
  return {
    ...result,
    node: make('div', { class: 'sum asking' }, [row([tile(/** @type {HTMLCanvasElement} */ (photo), say.labels[0] ?? ''), tile(/** @type {HTMLCanvasElement} */ (style), say.labels[1] ?? ''), covered]), question.node]),
    async refresh(source) {
      const pair = present(source.pair);
      await result.refresh?.(source);
      if (drawn === pair) return;
      drawn = pair;
      for (const [on, from] of /** @type {const} */ ([[photo, pair.content], [style, pair.style]])) {
        const scale = Math.min(1, 480 / Math.max(from.width, from.height));
        if (on) picture(on, await resized(from, Math.round(from.width * scale), Math.round(from.height * scale)));
      }
    },
    reveal: question.reveal,
  };
}
