/** A question: which of the three weights was raised? */

import { make } from '../../app/dom.js';
import { beside } from '../beside.js';
import { canvas, picture } from '../draw.js';
import { ask, row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const raised = { id: 'raised', formulas: ['total'], figure, plan: 20 };

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.raised;
  const canvases = say.labels.map((label) => canvas(label));
  const question = ask(say.question, () => question.say(say.answer));
  const result = beside(
    [{ name: 'all', wish: { evaluations: 100 } }, { name: 'smooth', wish: { evaluations: 100, tv: { weight: 20 } } }],
    { engines: 2, size: { cpu: 160, gpu: 256 } },
    (shown) => shown.forEach(({ painted }, n) => picture(canvases[n] ?? canvas(''), painted.picture)),
  );
  return { ...result, node: make('div', { class: 'sum asking' }, [row(canvases.map((on, n) => tile(on, say.labels[n] ?? ''))), question.node]), reveal: question.reveal, press: result.again };
}
