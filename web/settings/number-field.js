/** A number in a box and, if it has one, the slider beside it: the box holds the value itself, the slider its place on the scale. */

/** @import { Knob } from '../types' */
import { make } from '../app/dom.js';
import { clearError, showError } from '../ui/toasts.js';
import { change, onSettings, valueAt } from '../app/settings.js';
import { plainNumber, settings as say } from '../i18n/en.js';

/** Slider positions: finer than a hand on a phone. */
const NOTCHES = 200;

/**
 * Makes a number box speak for a knob: typing changes the setting while it is allowed, and what is not allowed is said and undone.
 * @param {HTMLInputElement} box
 * @param {Knob} knob
 */
export function bindBox(box, knob) {
  box.dataset.path = knob.path;
  if (typeof knob.min === 'number') box.min = String(knob.min);
  if (typeof knob.max === 'number') box.max = String(knob.max);
  box.step = knob.kind === 'integer' ? '1' : 'any';
  box.inputMode = knob.kind === 'integer' ? 'numeric' : 'decimal';
  const show = () => { box.value = plainNumber(/** @type {number} */ (valueAt(knob.path))); };
  box.addEventListener('input', () => {
    const value = read(box);
    if (complaint(knob, value, '') === null) {
      clearError(knob.path);
      change(knob.path, value);
    }
  });
  box.addEventListener('change', () => {
    const kept = plainNumber(/** @type {number} */ (valueAt(knob.path)));
    const wrong = complaint(knob, read(box), kept);
    if (wrong !== null) showError(wrong, { topic: knob.path });
    show();
  });
  onSettings((path) => { if (path === null || (path === knob.path && document.activeElement !== box)) show(); });
  show();
}

/** @param {HTMLInputElement} box @returns {number} NaN for what is no number */
function read(box) {
  return box.value.trim() === '' ? NaN : Number(box.value);
}

/** @param {Knob} knob @param {number} value @param {string} kept @returns {string | null} what is wrong with it */
export function complaint(knob, value, kept) {
  const { label, min, max } = knob;
  if (!Number.isFinite(value)) return say.notNumber(label, kept);
  if (knob.kind === 'integer' && !Number.isInteger(value)) return say.notWhole(label, kept);
  const low = typeof min === 'number' && value < min;
  const high = typeof max === 'number' && value > max;
  if (!low && !high) return null;
  return typeof min === 'number' && typeof max === 'number' ? say.range(label, min, max, kept) : say.atLeast(label, min ?? 0, kept);
}

/** @param {Knob} knob @param {string} described id of the help text @returns {HTMLInputElement} */
export function makeSlider(knob, described) {
  const slider = make('input', { type: 'range', min: '0', max: String(NOTCHES), step: '1', 'aria-label': knob.label, 'aria-describedby': described });
  const scale = scaleOf(knob);
  const show = () => {
    const value = /** @type {number} */ (valueAt(knob.path));
    const notch = scale.notch(value);
    slider.value = String(notch);
    slider.style.setProperty('--at', `${(100 * notch) / NOTCHES}%`);
    slider.setAttribute('aria-valuetext', plainNumber(value));
  };
  slider.addEventListener('input', () => {
    change(knob.path, scale.value(Number(slider.value)));
    clearError(knob.path);
  });
  // Back to where it was: a double click, as on every good mixing desk.
  slider.addEventListener('dblclick', () => { change(knob.path, knob.default); });
  onSettings((path) => { if (path === null || path === knob.path) show(); });
  show();
  return slider;
}

/** @param {Knob} knob @returns {{ value: (notch: number) => number, notch: (value: number) => number }} */
function scaleOf(knob) {
  const min = knob.min ?? 0;
  const max = knob.max ?? 1;
  // The slider spans what is useful; the box reaches further.
  const low = knob.usual_min ?? min;
  const high = knob.usual_max ?? max;
  const clip = (/** @type {number} */ notch) => Math.max(0, Math.min(NOTCHES, Math.round(notch)));
  const tidy = (/** @type {number} */ value) => Number(Math.max(min, Math.min(max, value)).toPrecision(3));
  if (knob.scale === 'log' && low > 0) {
    const span = Math.log(high / low);
    return {
      value: (notch) => (notch === 0 && min <= 0 ? 0 : tidy(low * Math.exp((span * notch) / NOTCHES))),
      notch: (value) => (value <= low ? 0 : clip((NOTCHES * Math.log(value / low)) / span)),
    };
  }
  return {
    value: (notch) => tidy(low + ((high - low) * notch) / NOTCHES),
    notch: (value) => clip((NOTCHES * (value - low)) / (high - low)),
  };
}
