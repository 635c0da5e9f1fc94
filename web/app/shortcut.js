/** Keys of the keyboard: which one was pressed, on any layout, and how it is written. */

/**
 * @typedef {object} Shortcut
 * @property {string} key as in KeyboardEvent.key, letters in lower case
 * @property {boolean} [ctrl] with Ctrl, or Command on a Mac; works everywhere, also while typing
 * @property {boolean} [shift] with Shift; of a character that needs Shift to be typed this says nothing
 */

/** @typedef {Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'>} Press */

/** Whether it is a character without Ctrl, which can be turned off: whoever dictates would press it by accident. @param {Shortcut} shortcut */
export const isSingleKey = ({ key, ctrl }) => !ctrl && key.length === 1;

/** @param {Shortcut} shortcut @param {Press} press */
export function isPressed({ key, ctrl = false, shift }, press) {
  // On many layouts AltGr, which browsers report as Ctrl and Alt, types brackets.
  const types = press.getModifierState('AltGraph');
  if (!types && (press.altKey || (press.ctrlKey || press.metaKey) !== ctrl)) return false;
  if (types && ctrl) return false;
  if (shift !== undefined && press.shiftKey !== shift) return false;
  return keyOf(press) === key;
}

/** The key's own character; where that is of another script, as on a Greek keyboard, the Latin letter in its place. @param {Press} press */
export function keyOf({ key, code }) {
  const latin = /^Key([A-Z])$/.exec(code)?.[1];
  if (latin && key.length === 1 && /^[^\x00-\x7f]/.test(key)) return latin.toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
}

/** @type {Record<string, string>} */
const WRITTEN = { '-': '−', Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };

/** Its keys as the sheet of shortcuts writes them. @param {Shortcut} shortcut @param {boolean} [mac] @returns {string[]} */
export function written({ key, ctrl, shift }, mac = false) {
  return [...(ctrl ? [mac ? '⌘' : 'Ctrl'] : []), ...(shift ? ['Shift'] : []), WRITTEN[key] ?? (key.length === 1 ? key.toUpperCase() : key)];
}
