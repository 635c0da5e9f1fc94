/** The result after fifty iterations, and after as many as the run has made by now. */

import { canvas, picture } from '../draw.js';
import { present } from '../source.js';
import { row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const iterations = { id: 'iterations', formulas: [], figure, plan: 10 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.iterations;
  const [left, right] = [canvas(say.early), canvas(say.late)];
  const node = row([tile(left, say.early), tile(right, say.late)], 'iterations');
  const captions = [...node.querySelectorAll('figcaption')];
  return {
    node,
    refresh(source) {
      const [early, result] = [present(source.early), present(source.late)];
      picture(left, early);
      picture(right, result);
      [early, result].forEach((which, n) => {
        const caption = captions[n];
        if (caption && which) caption.textContent = say.after(which.iteration);
      });
    },
  };
}
