/** One number of the first convolution: nine inputs and nine weights for each colour, the bias, and what is less than nothing becomes 0. */

import { make } from '../../app/dom.js';
import { number } from '../../i18n/numbers.js';
import { channelMap, trace as traceAt } from '../convolution.js';
import { canvas, peakOf, picture, plane, resized } from '../draw.js';
import { short, tile } from '../parts.js';
import { present } from '../source.js';
import { refreshNow as askAgain } from '../stage.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const trace = { id: 'trace', formulas: ['convolution'], figure, plan: 20 };

/** Longest side of the photo here, in pixels: one of them must still be seen. */
const SIDE = 128;
const OFFERED = 12;

/** Two decimals, with a sign of the width of a digit. @param {number} value */
const two = (value) => (value < -0.004 ? '−' : '') + short2(Math.abs(value));
const short2 = (/** @type {number} */ value) => (value >= 9.995 ? short(value) : number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }));

function figure() {
  const say = words.trace;
  const [photo, map] = [canvas(say.photo), canvas(say.map, 'numbers')];
  const marks = [0, 1].map(() => make('i', { class: 'at', 'aria-hidden': 'true' }));
  const framed = [photo, map].map((on, n) => {
    const made = tile(on, (n === 0 ? say.photo : say.map));
    made.querySelector('.frame')?.append(marks[n] ?? '');
    return made;
  });
  const lines = say.colours.map((colour, n) => {
    const cells = (/** @type {string} */ kind) => make('span', { class: `taps ${kind}` }, Array.from({ length: 9 }, () => make('span')));
    const sum = make('b', {}, ['–']);
    return { node: make('div', { class: `line colour-${n}`, role: 'group', 'aria-label': colour }, [make('span', { class: 'side' }, [colour]), cells('inputs'), make('span', { class: 'op' }, ['×']), cells('weights'), make('span', { class: 'op' }, ['=']), sum]), sum };
  });
  const total = make('p', { class: 'total' });
  const table = make('div', { class: 'lines' }, [
    make('div', { class: 'line heads', 'aria-hidden': 'true' }, [make('span'), make('span', {}, [say.inputs]), make('span'), make('span', {}, [say.weights]), make('span'), make('span', {}, [say.sum])]),
    ...lines.map(({ node }) => node), total,
  ]);
  const node = make('div', { class: 'trace' }, [framed[0] ?? '', table, framed[1] ?? '']);
  let channelAt = 0;
  /** Where on the photo, as parts of its sides. */
  let place = { x: 0.42, y: 0.4 };
  /** @type {{ of: unknown, picture: Awaited<ReturnType<typeof resized>> } | null} */
  let small = null;
  /** @type {import('../source.js').FirstConvolution | null} */
  let convolution = null;
  let channel = 0;

  /** Shows the numbers of one place. */
  function follow() {
    if (!small || !convolution) return;
    const { width, height } = small.picture;
    const x = Math.min(width - 2, Math.max(1, Math.floor(place.x * width)));
    const y = Math.min(height - 2, Math.max(1, Math.floor(place.y * height)));
    const found = traceAt(convolution, small.picture, channel, x, y);
    lines.forEach(({ node: line, sum }, colour) => {
      ['inputs', 'weights'].forEach((kind) => {
        const values = kind === 'inputs' ? found.inputs : found.weights;
        [...(line.querySelector(`.${kind}`)?.children ?? [])].forEach((cell, n) => {
          const value = values[9 * colour + n] ?? 0;
          cell.textContent = two(value);
          if (cell instanceof HTMLElement) cell.style.setProperty('--size', String(Math.min(1, Math.abs(value) / (kind === 'inputs' ? 0.6 : 0.25))));
          cell.classList.toggle('less', value < 0);
        });
      });
      sum.textContent = two(found.sums[colour] ?? 0);
    });
    total.textContent = say.total(found.sums.map(two), two(found.bias), two(found.sum), two(found.output));
    Object.assign(node.dataset, { x, y, channel, output: found.output });
    marks.forEach((mark, n) => {
      // The map lacks the border.
      const [w, h, less] = n === 0 ? [width, height, 0] : [width - 2, height - 2, 1];
      const reach = n === 0 ? 1 : 0;
      mark.style.inset = `${(100 * (y - less - reach)) / h}% auto auto ${(100 * (x - less - reach)) / w}%`;
      mark.style.width = `${(100 * (1 + 2 * reach)) / w}%`;
      mark.style.height = `${(100 * (1 + 2 * reach)) / h}%`;
    });
  }

  const point = (/** @type {PointerEvent} */ event) => {
    const box = photo.getBoundingClientRect();
    place = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    follow();
  };
  photo.addEventListener('pointermove', point);
  photo.addEventListener('pointerdown', point);

  return /** @type {import('../parts.js').Figure} */ ({
    node,
    async refresh(source) {
      const { content } = present(source.pair);
      const first = await source.firstConvolution();
      const order = await source.strongest(present(source.layers[0]));
      if (small?.of !== content) {
        const scale = Math.min(1, SIDE / Math.max(content.width, content.height));
        small = { of: content, picture: await resized(content, Math.round(content.width * scale), Math.round(content.height * scale)) };
      }
      convolution = first;
      const count = Math.min(OFFERED, order.length);
      channel = order[((channelAt % count) + count) % count] ?? 0;
      picture(photo, small.picture);
      const { width, height, values } = channelMap(first, small.picture, channel);
      plane(map, values, width, height, peakOf(values));
      const caption = framed[1]?.querySelector('figcaption');
      if (caption) caption.textContent = say.channel(channel, first.channels);
      follow();
    },
    dial(by) { channelAt += by; askAgain(); },
    press() {
      if (!small) return;
      const { width, height } = small.picture;
      place = { x: place.x + 1 / width, y: place.y };
      if (place.x >= 1 - 1 / width) place = { x: 1.5 / width, y: (place.y + 1 / height) % 1 };
      follow();
    },
  });
}
