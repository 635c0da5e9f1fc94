/** One content in three styles, painted at once. */

/** @import { Example, Picture } from '../../types' */
import { decode } from '../../input/decode.js';
import { make } from '../../app/dom.js';
import { get } from '../../app/store.js';
import { canvas, picture, resized } from '../draw.js';
import { talkEngine } from '../engine.js';
import { hold, live, refreshNow as askAgain, release } from '../live.js';
import { exampleUrl } from '../../input/slots.js';
import { row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const styles = { id: 'styles', formulas: [], figure };

const SIZE = { cpu: 192, gpu: 384 };
const EVALUATIONS = 300;
const COUNT = 3;

/** The chosen style first, then examples that differ from it. @param {Picture} first @returns {Promise<Picture[]>} */
async function three(first) {
  const examples = /** @type {Example[]} */ (await (await fetch(exampleUrl('examples.json'))).json());
  const others = examples.filter(({ id, role }) => role === 'style' && id !== first.example).slice(0, COUNT - 1);
  const open = async (/** @type {Example} */ { id, file, name, alt }) => decode(await (await fetch(exampleUrl(file))).blob(), { role: 'style', name, example: id, alt });
  return [first, ...await Promise.all(others.map(open))];
}

function figure() {
  const say = words.styles;
  const sides = Array.from({ length: COUNT }, (_, n) => ({ talkEngine: talkEngine(n), canvas: canvas(say.painting), manner: canvas(say.manner, 'inset') }));
  const node = row(sides.map(({ canvas: on, manner }, n) => tile(make('div', { class: 'pair' }, [on, manner]), say.labels[n] ?? '')), 'styles');
  /** @type {{ of: unknown, manners: Picture[] } | null} */
  let chosen = null;
  let begun = false;

  /** The photo, which all start from. @type {Awaited<ReturnType<typeof resized>> | null} */
  let start = null;
  const draw = () => sides.forEach(({ talkEngine: on, canvas: where }) => picture(where, on.painting ?? start));

  async function begin() {
    const { pair } = live;
    if (!pair) return;
    if (chosen?.of !== pair.style) chosen = { of: pair.style, manners: await three(pair.style) };
    const { manners } = chosen;
    const size = SIZE[get().engine?.engine ?? 'cpu'];
    const shrink = size / Math.max(pair.content.width, pair.content.height);
    start = await resized(pair.content, Math.round(pair.content.width * shrink), Math.round(pair.content.height * shrink));
    draw();
    await Promise.all(sides.map(async ({ talkEngine: on, manner, canvas: where }, n) => {
      const style = manners[n];
      if (!style) return;
      const scale = 240 / Math.max(style.width, style.height);
      picture(manner, await resized(style, Math.round(style.width * scale), Math.round(style.height * scale)));
      const caption = node.querySelectorAll('figcaption')[n];
      if (caption) caption.textContent = style.name.replace(/\.\w+$/, '');
      where.setAttribute('aria-label', say.inManner(style.name));
      const subject = `styles ${pair.content.name} ${pair.content.sha256} ${style.name} ${style.sha256}`;
      on.onChange = draw;
      if (on.subject === subject) on.resume();
      else await on.begin(subject, { size, evaluations: EVALUATIONS }, pair.content, style);
    }));
  }

  return {
    node,
    async refresh() {
      if (!begun && live.pair) {
        begun = true;
        hold();
        await begin();
      }
      draw();
    },
    press() {
      for (const { talkEngine: on } of sides) on.subject = '';
      begun = false;
      askAgain();
    },
    leave() {
      begun = false;
      for (const { talkEngine: on } of sides) {
        on.onChange = () => {};
        on.pause();
      }
      release();
    },
  };
}
