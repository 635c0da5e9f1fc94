/** The formulas, in MathML: as they stand in the papers, in the notation of crates/transfer/src/losses. */

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
/** @param {string} what */
const loss = (what) => sub(i('L'), `<mtext>${what}</mtext>`);
/** @param {string} below @param {string} what */
const sum = (below, what) => row(`<munder><mo movablelimits="false">∑</mo>${row(below)}</munder>`, what);
/** The mean square. @param {string} inner */
const mean = (inner) => row('<mtext>mean</mtext>', '<mspace width="0.15em"></mspace>', sup(row(o('('), inner, o(')')), n(2)));
const partial = over(row(o('∂'), i('L')), row(o('∂'), i('x')));

/** What each says aloud, and its markup. @type {Record<string, [string, string]>} */
const FORMULAS = {
  blend: ['x equals one minus alpha times c, plus alpha times s', row(i('x'), o('='), o('('), n(1), o('−'), i('α'), o(')'), i('c'), o('+'), i('α'), i('s'))],
  features: ['F of x: C channels of h by w numbers', row(at('F', 'x'), o('∈'), sup(v('ℝ'), row(i('C'), o('×'), i('h'), o('×'), i('w'))))],
  content: ['content loss: squared distance of F of x from F of c, over the square of F of c', row(loss('content'), o('='), over(norm(row(at('F', 'x'), o('−'), at('F', 'c'))), norm(at('F', 'c'))))],
  gram: ['G equals F times F transposed, over h w', row(i('G'), o('='), over(row(i('F'), sup(i('F'), v('T'))), row(i('h'), i('w'))))],
  gramSum: ['G i j: the sum over all pixels k of F i k times F j k, over h w', row(sub(i('G'), row(i('i'), i('j'))), o('='), over(n(1), row(i('h'), i('w'))), sum(i('k'), row(sub(i('F'), row(i('i'), i('k'))), sub(i('F'), row(i('j'), i('k'))))))],
  style: ['style loss: over the layers, squared distance of G of x from G of s, over the square of G of s', row(loss('style'), o('='), sum(i('l'), row(sub(i('w'), i('l')), over(norm(row(at('G', 'x'), o('−'), at('G', 's'))), norm(at('G', 's'))))))],
  styleOne: ['squared distance of G of x from G of s, over the square of G of s', over(norm(row(at('G', 'x'), o('−'), at('G', 's'))), norm(at('G', 's')))],
  tv: ['total variation: mean square of each pixel’s right neighbour less itself, plus the same downwards', row(loss('tv'), o('='), mean(row(sub(i('x'), '<mo stretchy="false">→</mo>'), o('−'), i('x'))), o('+'), mean(row(sub(i('x'), '<mo stretchy="false">↓</mo>'), o('−'), i('x'))))],
  tvSum: ['total variation: mean of the squared difference to the right neighbour plus mean of the squared difference to the lower neighbour', row(loss('tv'), o('='), mean(row(sub(i('x'), row(i('r'), o(','), i('q'), o('+'), n(1))), o('−'), sub(i('x'), row(i('r'), o(','), i('q'))))), o('+'), mean(row(sub(i('x'), row(i('r'), o('+'), n(1), o(','), i('q'))), o('−'), sub(i('x'), row(i('r'), o(','), i('q'))))))],
  total: ['L equals alpha times content plus beta times style plus gamma times total variation', row(i('L'), o('='), i('α'), loss('content'), o('+'), i('β'), loss('style'), o('+'), i('γ'), loss('tv'))],
  gradient: ['x becomes x minus eta times the gradient of L in x', row(i('x'), o('←'), i('x'), o('−'), i('η'), partial)],
  newton: ['x becomes x minus eta times H inverse times the gradient of L in x', row(i('x'), o('←'), i('x'), o('−'), i('η'), sup(i('H'), row(o('−'), n(1))), partial)],
};

/** @param {keyof typeof FORMULAS & string} name @param {'inline' | 'block'} [display] @returns {Element} */
export function formula(name, display = 'block') {
  const [aloud, markup] = FORMULAS[name] ?? ['', ''];
  const holder = document.createElement('template');
  holder.innerHTML = `<math display="${display}" alttext="${aloud}" aria-label="${aloud}"><mstyle displaystyle="true">${markup}</mstyle></math>`;
  const math = holder.content.firstElementChild;
  if (!math) throw new Error(`There is no formula called "${name}".`);
  return math;
}
