/** Content, style and total variation, turned while it paints: what is changed here is sent to the run. */

/** @import { Control } from '../../types' */
import { make } from '../../app/dom.js';
import { makeSlider } from '../../settings/number-field.js';
import { valueAt, onSettings } from '../../app/settings.js';
import { described } from '../../engine/setup.js';
import { canvas, picture } from '../draw.js';
import { keepGoing, live } from '../live.js';
import { present } from '../source.js';
import { refreshNow as askAgain, stage } from '../stage.js';
import { row, short, tile, turn } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const weights = { id: 'weights', formulas: ['total'], figure, plan: 5 };

const PATHS = /** @type {const} */ (['content.weight', 'style.weight', 'tv.weight']);
const LOSSES = /** @type {const} */ (['content', 'style', 'tv']);
/** Notches of a slider that a key turns. */
const STEP = 15;

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.weights;
  const result = canvas(say.painting);
  const desk = make('div', { class: 'column desk' });
  /** @type {HTMLInputElement[]} */
  const sliders = [];
  let at = 1;
  let onStage = false;
  const mark = () => [...desk.children].forEach((line, n) => line.classList.toggle('chosen', n === at));
  void described.then(({ describe }) => {
    desk.replaceChildren(...PATHS.map((path, n) => {
      const control = /** @type {Control} */ (describe.controls.find((each) => each.path === path));
      const slider = makeSlider(control, '', live.signal);
      slider.removeAttribute('aria-describedby');
      slider.dataset['weight'] = path;
      slider.setAttribute('aria-label', say.labels[n] ?? '');
      slider.addEventListener('focus', () => { at = n; mark(); });
      slider.addEventListener('input', () => { if (onStage && !stage.replaying) void keepGoing(path); });
      sliders.push(slider);
      const value = make('b', {}, ['']);
      const show = () => { value.textContent = short(Number(valueAt(path))); };
      onSettings((changed) => { if (changed === null || changed === path) show(); }, live.signal);
      show();
      return make('div', { class: `weight ${LOSSES[n]}` }, [make('span', { class: 'greek' }, [say.greek[n] ?? '']), make('span', { class: 'named' }, [say.labels[n] ?? '']), value, slider,
        make('div', { class: 'bar', role: 'img', 'aria-label': say.lossOf(say.labels[n] ?? '') }, [make('i')])]);
    }));
    mark();
    askAgain();
  });
  return {
    node: row([tile(result, say.painting, 'large'), desk], 'weighing'),
    refresh(source) {
      picture(result, present(source.result));
      const { losses } = source;
      [...desk.querySelectorAll('.bar')].forEach((bar, n) => {
        const value = losses?.[LOSSES[n] ?? 'content'] ?? 0;
        // Relative losses: 1 is as far as nothing at all. Their roots, for the last tenth matters most.
        if (bar instanceof HTMLElement) bar.style.setProperty('--part', String(Math.min(1, Math.sqrt(Math.max(0, value)))));
        bar.setAttribute('aria-label', `${say.lossOf(say.labels[n] ?? '')}: ${short(value)}`);
      });
    },
    dial(/** @type {number} */ by) {
      const slider = sliders[at];
      if (slider) turn(slider, -STEP * by);
    },
    press() {
      at = (at + 1) % PATHS.length;
      mark();
    },
    enter: () => { onStage = true; },
    leave: () => { onStage = false; },
  };
}
