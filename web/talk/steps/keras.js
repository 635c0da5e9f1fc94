/** The recipe of the Keras example, with its numbers, and what it has to do with the losses of this page. */

import { make } from '../../app/dom.js';
import { canvas, picture } from '../draw.js';
import { formula } from '../math.js';
import { row, tile } from '../parts.js';
import { recorded } from '../recorded.js';
import { present } from '../source.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const keras = { id: 'keras', formulas: [], figure, plan: 20 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.keras;
  const canvases = say.labels.map((label) => canvas(label));
  const cell = (/** @type {(Node | string)[]} */ ...inside) => make('td', {}, inside);
  const table = make('table', {}, [
    make('thead', {}, [make('tr', {}, say.heads.map((head) => make('th', { scope: 'col' }, [head])))]),
    make('tbody', {}, say.rows.map((name, n) => make('tr', {}, [
      make('th', { scope: 'row' }, [name]), cell(say.weights[n] ?? ''), cell(formula(['kerasContent', 'kerasStyle', 'kerasTv'][n] ?? '', 'inline')), cell(say.here[n] ?? ''),
    ]))),
  ]);
  return {
    node: make('div', { class: 'keras' }, [row(canvases.map((on, n) => tile(on, say.labels[n] ?? ''))), table]),
    // Four thousand steps are an hour here: these are recorded, whatever the page paints.
    async refresh() {
      const from = present(await recorded().catch(() => null));
      ['keras-50', 'keras'].forEach((name, n) => picture(canvases[n] ?? canvas(''), from.painted(name).picture));
    },
    drawnFrom: () => 'recorded',
  };
}
