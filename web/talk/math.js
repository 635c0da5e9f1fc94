/** The formulas, in MathML: as they stand in the papers, in the notation of crates/transfer/src/objective. */

import { aloud, terms } from './en.js';

/** @param {string} name */
const i = (name) => `<mi>${name}</mi>`;
/** @param {string} name */
const v = (name) => `<mi mathvariant="normal">${name}</mi>`;
/** @param {string} sign */
const o = (sign) => `<mo>${sign}</mo>`;
/** @param {string | number} value */
const n = (value) => `<mn>${value}</mn>`;
/** @param {string[]} parts */
const row = (...parts) => `<mrow>${parts.join('')}</mrow>`;
/** @param {string} base @param {string} below */
const sub = (base, below) => `<msub>${base}${below}</msub>`;
/** @param {string} base @param {string} above */
const sup = (base, above) => `<msup>${base}${above}</msup>`;
/** @param {string} above @param {string} below */
const over = (above, below) => `<mfrac>${row(above)}${row(below)}</mfrac>`;
/** @param {string} inner */
const norm = (inner) => sup(row(o('‖'), inner, o('‖')), n(2));
/** @param {string} name @param {string} of */
const at = (name, of) => row(i(name), '<mo stretchy="false">(</mo>', i(of), '<mo stretchy="false">)</mo>');
/** @param {'content' | 'style' | 'tv'} what */
const loss = (what) => sub(i('L'), `<mtext>${terms[what]}</mtext>`);
/** @param {string} below @param {string} what */
const sum = (below, what) => row(`<munder><mo movablelimits="false">∑</mo>${row(below)}</munder>`, what);
/** The mean square. @param {string} inner */
const mean = (inner) => row(`<mtext>${terms.mean}</mtext>`, '<mspace width="0.15em"></mspace>', sup(row(o('('), inner, o(')')), n(2)));
const partial = over(row(o('∂'), i('L')), row(o('∂'), i('x')));

/** The markup of each, made when it is asked for: by then its words may be another language's. @satisfies {Record<keyof typeof aloud, () => string>} */
const FORMULAS = {
  blend: () => row(i('x'), o('='), o('('), n(1), o('−'), i('t'), o(')'), i('c'), o('+'), i('t'), i('s')),
  convolution: () => row(i('y'), o('='), i('max'), '<mo stretchy="false">(</mo>', n(0), o(','), i('b'), o('+'), sum(row(i('c'), o(','), i('k')), row(sub(i('w'), row(i('c'), i('k'))), sub(i('x'), row(i('c'), i('k'))))), '<mo stretchy="false">)</mo>'),
  kerasContent: () => row(sum(i('k'), sup(row(o('('), at('F', 'x'), o('−'), at('F', 'c'), o(')')), n(2)))),
  kerasStyle: () => row(over(n(1), n(5)), sum(i('l'), over(norm(row(at('G', 'x'), o('−'), at('G', 's'))), row(n(4), sup(i('C'), n(2)), sup(i('N'), n(2)))))),
  kerasTv: () => sum(i('k'), sup(row(o('('), '<msubsup><mi>Δ</mi><mi>k</mi><mn>2</mn></msubsup>', o(')')), n('1.25'))),
  features: () => row(at('F', 'x'), o('∈'), sup(v('ℝ'), row(i('C'), o('×'), i('h'), o('×'), i('w')))),
  content: () => row(loss('content'), o('='), over(norm(row(at('F', 'x'), o('−'), at('F', 'c'))), norm(at('F', 'c')))),
  gram: () => row(i('G'), o('='), over(row(i('F'), sup(i('F'), v('T'))), row(i('h'), i('w')))),
  gramSum: () => row(sub(i('G'), row(i('i'), i('j'))), o('='), over(n(1), row(i('h'), i('w'))), sum(i('k'), row(sub(i('F'), row(i('i'), i('k'))), sub(i('F'), row(i('j'), i('k')))))),
  style: () => row(loss('style'), o('='), sum(i('l'), row(sub(i('w'), i('l')), over(norm(row(at('G', 'x'), o('−'), at('G', 's'))), norm(at('G', 's')))))),
  tv: () => row(loss('tv'), o('='), mean(row(sub(i('x'), '<mo stretchy="false">→</mo>'), o('−'), i('x'))), o('+'), mean(row(sub(i('x'), '<mo stretchy="false">↓</mo>'), o('−'), i('x')))),
  tvSum: () => row(loss('tv'), o('='), mean(row(sub(i('x'), row(i('r'), o(','), i('q'), o('+'), n(1))), o('−'), sub(i('x'), row(i('r'), o(','), i('q'))))), o('+'), mean(row(sub(i('x'), row(i('r'), o('+'), n(1), o(','), i('q'))), o('−'), sub(i('x'), row(i('r'), o(','), i('q')))))),
  total: () => row(i('L'), o('='), i('α'), loss('content'), o('+'), i('β'), loss('style'), o('+'), i('γ'), loss('tv')),
  gradient: () => row(i('x'), o('←'), i('x'), o('−'), i('η'), partial),
  newton: () => row(i('x'), o('←'), i('x'), o('−'), i('η'), sup(i('H'), row(o('−'), n(1))), partial),
};

/** @param {string} name of {@link FORMULAS} @param {'inline' | 'block'} [display] @returns {Element} */
export function formula(name, display = 'block') {
  if (!(name in FORMULAS)) throw new Error(`There is no formula called "${name}".`);
  const known = /** @type {keyof typeof FORMULAS} */ (name);
  const [said, markup] = [aloud[known], FORMULAS[known]()];
  const holder = document.createElement('template');
  holder.innerHTML = `<math display="${display}" alttext="${said}" aria-label="${said}"><mstyle displaystyle="true">${markup}</mstyle></math>`;
  return /** @type {Element} */ (holder.content.firstElementChild);
}
