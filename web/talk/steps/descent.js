/** Gradient descent against L-BFGS on the same pair, from the same start, with the same search along each direction: side by side. */

import { make } from '../../app/dom.js';
import { get } from '../../app/store.js';
import { canvas, picture, resized } from '../draw.js';
import { talkEngine } from '../engine.js';
import { hold, live, refreshNow as askAgain, release } from '../live.js';
import { number, row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const descent = { id: 'descent', formulas: ['gradient', 'newton'], figure };

/** Longest side, in pixels: two at once on two cores, and both must be seen to move. */
const SIZE = { cpu: 160, gpu: 256 };
const EVALUATIONS = 400;
const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {Record<string, string>} attributes */
function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function figure() {
  const say = words.descent;
  const sides = [0, 10].map((history, n) => ({
    talkEngine: talkEngine(n), history, canvas: canvas(say.labels[n] ?? ''), loss: number(say.loss), curve: svg('polyline', { class: n === 0 ? 'plain-descent' : 'remembering', fill: 'none' }),
  }));
  const chart = svg('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': say.chart });
  chart.append(...sides.map(({ curve }) => curve));
  const node = row([
    ...sides.map(({ canvas: on, loss }, n) => make('div', { class: `column side-${n}` }, [tile(on, say.labels[n] ?? ''), loss.node])),
    make('div', { class: 'column curves' }, [chart, make('p', {}, [say.axis])]),
  ], 'descent');

  /** The photo, which both start from. @type {Awaited<ReturnType<typeof resized>> | null} */
  let start = null;

  function draw() {
    const totals = sides.map(({ talkEngine: on }) => on.losses.map(({ evaluation, total }) => [evaluation, Math.log(Math.max(total, 1e-12))]));
    const all = totals.flat();
    const far = Math.max(20, ...all.map(([evaluation = 0]) => evaluation));
    const [high, low] = [Math.max(...all.map(([, total = 0]) => total)), Math.min(...all.map(([, total = 0]) => total))];
    sides.forEach(({ talkEngine: on, canvas: where, loss, curve }, n) => {
      picture(where, on.painting ?? start);
      loss.set(on.losses.at(-1)?.total);
      curve.setAttribute('points', (totals[n] ?? []).map(([evaluation = 0, total = 0]) => `${(100 * evaluation) / far},${4 + (92 * (high - total)) / Math.max(high - low, 1e-6)}`).join(' '));
    });
    node.dataset['evaluations'] = sides.map(({ talkEngine: on }) => on.evaluations).join(' ');
  }

  async function begin() {
    const { pair } = live;
    if (!pair) return;
    const { engine } = get();
    const { content, style } = pair;
    const size = SIZE[engine?.engine ?? 'cpu'];
    const scale = size / Math.max(content.width, content.height);
    start = await resized(content, Math.round(content.width * scale), Math.round(content.height * scale));
    draw();
    await Promise.all(sides.map(async ({ talkEngine: on, history }) => {
      const subject = `descent ${history} ${content.sha256} ${style.sha256} ${content.name} ${style.name}`;
      on.onChange = draw;
      if (on.subject === subject) return on.resume();
      return on.begin(subject, {
        size, evaluations: EVALUATIONS, average: 0, optimiser: { kind: 'lbfgs', history, restart: 0 },
      }, content, style);
    }));
  }

  let begun = false;
  return {
    node,
    async refresh() {
      // The pictures may not be there yet when the step comes on stage.
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
