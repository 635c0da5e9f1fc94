/** What else paints one kind of picture as another, and why it is something else. */

import { make } from '../../app/dom.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const others = { id: 'others', formulas: [], figure, plan: 20 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const { heads, rows } = words.others;
  return {
    drawnFrom: () => 'live',
    node: make('table', { class: 'others' }, [
      make('thead', {}, [make('tr', {}, heads.map((head) => (head ? make('th', { scope: 'col' }, [head]) : make('td'))))]),
      make('tbody', {}, rows.map(([name = '', ...cells]) => make('tr', {}, [make('th', { scope: 'row' }, [name]), ...cells.map((text) => make('td', {}, [text]))]))),
    ]),
  };
}
