/** A number in a box and, if it has one, the slider beside it: the box holds the value itself, the slider its place on the scale. */

/** @import { Control } from '../types' */
import { make } from '../app/dom.js';
import { clearError, showError } from '../ui/toasts.js';
import { change, onSettings, presetValue, valueAt } from '../app/settings.js';
import { parseNumber, plainDecimal } from './number-parse.js';
import { NOTCHES, scaleOf } from './number-scale.js';
import { plainNumber, settings as say } from '../i18n/en.js';

/**
 * Binds a number box to a control: typing changes the setting while it is allowed, and what is not allowed is said and undone.
 * @param {HTMLInputElement} box
 * @param {Control} control
 * @param {AbortSignal} signal
 */
export function bindBox(box, control, signal) {
  box.dataset.path = control.path;
  // Not of the type `number`: in a browser that speaks English that one turns "0,45" into 45 without a word.
  box.type = 'text';
  box.classList.add('number');
  box.inputMode = control.kind === 'integer' ? 'numeric' : 'decimal';
  box.autocomplete = 'off';
  // One with a list of suggestions is a combo box already.
  const spins = !box.hasAttribute('list');
  if (spins) box.setAttribute('role', 'spinbutton');
  if (spins && typeof control.min === 'number') box.setAttribute('aria-valuemin', plainDecimal(control.min));
  if (spins && typeof control.max === 'number') box.setAttribute('aria-valuemax', plainDecimal(control.max));
  const announceValue = () => { if (spins) box.setAttribute('aria-valuenow', plainDecimal(Number(valueAt(control.path)))); };
  const show = () => {
    box.value = plainNumber(/** @type {number} */ (valueAt(control.path)));
    announceValue();
  };
  box.addEventListener('keydown', (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const from = parseNumber(box.value);
    const value = Number(((Number.isFinite(from) ? from : Number(valueAt(control.path))) + by).toPrecision(12));
    change(control.path, Math.max(control.min ?? -Infinity, Math.min(control.max ?? Infinity, value)));
    clearError(control.path);
    show();
  }, { signal });
  box.addEventListener('input', () => {
    const value = parseNumber(box.value);
    if (complaint(control, value, '') === null) {
      clearError(control.path);
      change(control.path, value);
    }
  }, { signal });
  box.addEventListener('change', () => {
    const kept = plainNumber(/** @type {number} */ (valueAt(control.path)));
    const wrong = complaint(control, parseNumber(box.value), kept);
    if (wrong !== null) showError(wrong, { topic: control.path });
    show();
  }, { signal });
  onSettings((path) => {
    if (path === null || (path === control.path && document.activeElement !== box)) show();
    else if (path === control.path) announceValue();
  }, signal);
  show();
}

/** @param {Control} control @param {number} value @param {string} kept @returns {string | null} what is wrong with it */
function complaint(control, value, kept) {
  const { label, min, max } = control;
  if (!Number.isFinite(value)) return say.notNumber(label, kept);
  if (control.kind === 'integer' && !Number.isInteger(value)) return say.notWhole(label, kept);
  const low = typeof min === 'number' && value < min;
  const high = typeof max === 'number' && value > max;
  if (!low && !high) return null;
  return typeof min === 'number' && typeof max === 'number' ? say.range(label, min, max, kept) : say.atLeast(label, min ?? 0, kept);
}

/** @param {Control} control @param {string} described id of the help text @param {AbortSignal} signal @returns {HTMLInputElement} */
export function makeSlider(control, described, signal) {
  const slider = make('input', { type: 'range', min: '0', max: String(NOTCHES), step: '1', 'aria-label': control.label, 'aria-describedby': described });
  const scale = scaleOf(control);
  const show = () => {
    const value = /** @type {number} */ (valueAt(control.path));
    const notch = scale.notch(value);
    slider.value = String(notch);
    slider.style.setProperty('--at', `${(100 * notch) / NOTCHES}%`);
    slider.setAttribute('aria-valuetext', plainNumber(value));
  };
  slider.addEventListener('input', () => {
    change(control.path, scale.value(Number(slider.value)));
    clearError(control.path);
  });
  // The preset's value, which is not always the engine's default.
  slider.addEventListener('dblclick', () => change(control.path, presetValue(control.path) ?? control.default));
  onSettings((path) => { if (path === null || path === control.path) show(); }, signal);
  show();
  return slider;
}
