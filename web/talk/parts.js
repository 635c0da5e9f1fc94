/** What figures are put together from: a picture with a word under it, a sign between two, a number that can be read from the last row. */

import { make } from '../app/dom.js';
import { number as format } from '../i18n/numbers.js';
import { show as words } from './en.js';

/**
 * @typedef {object} Figure
 * @property {HTMLElement} node
 * @property {(source: import('./source.js').Source) => void | Promise<void>} [refresh] draws it from a source, which throws `Missing` for what it has not
 * @property {() => import('./source.js').Source['kind']} [drawnFrom] what it was drawn from, where it mixes sources
 * @property {false} [ahead] it paints itself, and cannot be computed before it is shown
 * @property {() => boolean} [reveal] answers the question that it asks; false if it has been answered
 * @property {(by: 1 | -1) => void} [dial] the arrow keys up and down
 * @property {() => void} [press] Enter, where no control has the focus
 * @property {() => boolean} [back] Backspace; false where there is nothing to go back from
 * @property {() => void} [enter] it comes on stage
 * @property {() => void} [leave] and goes
 */
/** @typedef {{ id: string, formulas: string[], figure: () => Figure, plan: 5 | 10 | 20 }} Step `plan`: minutes of the shortest talk that has it */

/** What a figure is drawn from, where that is not the run as it is: of the two words the style sheet shows the one that is true of the room beside them. */
export const drawnFrom = () => [make('p', { class: 'drawn-from recorded' }, [words.recorded]), make('p', { class: 'drawn-from kept' }, [words.updating])];

/** A question, which stands until it is answered: by the key that goes on, or by its button. @param {string} question @param {() => void} answer */
export function ask(question, answer) {
  const button = make('button', { type: 'button', class: 'plain' }, [words.reveal]);
  const node = make('div', { class: 'asked' }, [make('p', { role: 'status' }, [question]), button]);
  let answered = false;
  const reveal = () => {
    if (answered) return false;
    answered = true;
    const focused = node.contains(document.activeElement);
    node.dataset['answered'] = 'true';
    button.remove();
    if (focused) /** @type {HTMLElement | null} */ (node.closest('[tabindex]'))?.focus();
    answer();
    return true;
  };
  button.addEventListener('click', reveal);
  return { node, reveal, get answered() { return answered; }, say: (/** @type {string} */ text) => { const [p] = node.children; if (p) p.textContent = text; } };
}

/** @param {HTMLElement} picture @param {string} label @param {string} [kind] @returns {HTMLElement} */
export function tile(picture, label, kind = '') {
  return make('figure', { class: `tile ${kind}` }, [make('div', { class: 'frame' }, [picture]), make('figcaption', {}, [label])]);
}

/** @param {string} sign */
export function sign(sign) {
  return make('span', { class: sign === '→' ? 'sign arrow' : 'sign', 'aria-hidden': 'true' }, [sign === '→' ? '' : sign]);
}

/** @param {(Node | string)[]} children @param {string} [kind] @returns {HTMLElement} */
export function row(children, kind = '') {
  const made = make('div', { class: `row ${kind}` }, children);
  made.style.setProperty('--n', String(children.filter((child) => child instanceof HTMLElement && child.matches('.tile, .pile, .column')).length));
  return made;
}

/** Tiles above one another, each a share of the height. @param {(Node | string)[]} children @returns {HTMLElement} */
export function pile(children) {
  const made = make('div', { class: 'pile' }, children);
  made.style.setProperty('--n', String(children.length));
  return made;
}

/** A row, and what it comes to. @param {HTMLElement} above @param {HTMLElement} below @returns {HTMLElement} */
export function sum(above, below) {
  return make('div', { class: 'sum' }, [above, below]);
}

/** A large number and what it is. @param {string} what @returns {{ node: HTMLElement, set: (value: number | null | undefined) => void, say: (text: string) => void }} */
export function number(what) {
  const value = make('b', {}, ['–']);
  const node = make('p', { class: 'number' }, [value, ' ', make('span', {}, [what])]);
  const say = (/** @type {string} */ text) => { value.textContent = text; };
  return { node, say, set: (it) => say(typeof it === 'number' && Number.isFinite(it) ? short(it) : '–') };
}

/** Three digits that matter, however large. @param {number} value */
export function short(value) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) return format(value, { notation: 'scientific', maximumFractionDigits: 1 }).replace('E', 'e');
  return format(value, size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}

/** A slider of its own. @param {string} label @param {number} at @param {(value: number) => void} onTurn from 0 to 100 @returns {HTMLInputElement} */
export function slider(label, at, onTurn) {
  const input = make('input', { type: 'range', min: '0', max: '100', value: String(at), 'aria-label': label });
  const show = () => input.style.setProperty('--at', `${input.value}%`);
  input.addEventListener('input', () => { show(); onTurn(Number(input.value)); });
  show();
  return input;
}

/** Moves a slider as a key would. @param {HTMLInputElement} input @param {number} by */
export function turn(input, by) {
  input.value = String(Number(input.value) + by);
  input.dispatchEvent(new Event('input'));
}
