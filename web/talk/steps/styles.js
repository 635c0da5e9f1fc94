/** One content in three styles, painted at once. */

/** @import { Example, Picture } from '../../types' */
import { decode } from '../../input/decode.js';
import { make } from '../../app/dom.js';
import { exampleUrl } from '../../input/slots.js';
import { beside } from '../beside.js';
import { canvas, picture, resized } from '../draw.js';
import { live } from '../live.js';
import { row, tile } from '../parts.js';
import { present } from '../source.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const styles = { id: 'styles', formulas: [], figure, plan: 10 };

const SIZE = { cpu: 192, gpu: 384 };
const EVALUATIONS = 300;
/** Of the recorded demonstration: the pair's own, and two examples. */
const RECORDED = ['first', 'woodcut', 'glass'];

/** @type {Map<string, Promise<Picture>>} */
const opened = new Map();

/** @param {Example} example @returns {Promise<Picture>} */
function example({ id, file, name, alt }) {
  const before = opened.get(id) ?? (async () => decode(await (await fetch(exampleUrl(file))).blob(), { role: 'style', name, example: id, alt }))();
  opened.set(id, before);
  return before;
}

/** The chosen style, or the n-th of the examples that differ from it. @param {Picture} chosen @param {number} n @returns {Promise<Picture>} */
async function styleOf(chosen, n) {
  if (n === 0) return chosen;
  const examples = /** @type {Example[]} */ (await (await fetch(exampleUrl('examples.json'))).json());
  const others = RECORDED.slice(1).flatMap((id) => examples.filter((each) => each.id === id && id !== chosen.example));
  const more = examples.filter(({ id, role }) => role === 'style' && id !== chosen.example && !RECORDED.includes(id));
  return example(present([...others, ...more][n - 1]));
}

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.styles;
  const sides = RECORDED.map((name) => ({ name, canvas: canvas(say.painting), inset: canvas(say.style, 'inset') }));
  const node = row(sides.map(({ canvas: on, inset }, n) => tile(make('div', { class: 'pair' }, [on, inset]), say.labels[n] ?? '')), 'styles');
  /** What is in the corner of each, so that it is drawn once. @type {string[]} */
  const insets = [];

  /** @param {number} n @param {{ name: string, width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }} style */
  async function inset(n, style) {
    const side = sides[n];
    if (!side || insets[n] === style.name) return;
    insets[n] = style.name;
    const scale = Math.min(1, 240 / Math.max(style.width, style.height));
    picture(side.inset, await resized(style, Math.round(style.width * scale), Math.round(style.height * scale)));
    const caption = node.querySelectorAll('figcaption')[n];
    if (caption) caption.textContent = style.name.replace(/\.\w+$/, '');
    side.canvas.setAttribute('aria-label', say.inStyle(style.name));
  }

  const result = beside(
    RECORDED.map((name, n) => ({ name, wish: { evaluations: EVALUATIONS }, style: ({ style }) => styleOf(style, n) })),
    { engines: RECORDED.length, size: SIZE },
    (shown) => shown.forEach(({ painted }, n) => picture(sides[n]?.canvas ?? canvas(''), painted.picture)),
  );
  return {
    ...result,
    node,
    async refresh(source) {
      await result.refresh?.(source);
      const chosen = source.kind === 'recorded' ? null : live.own?.style;
      for (const n of RECORDED.keys()) {
        if (chosen) await inset(n, await styleOf(chosen, n));
        else await inset(n, { ...source.painted(`style of ${RECORDED[n]}`).picture, name: say.recorded[n] ?? '' });
      }
    },
    press: result.again,
  };
}
