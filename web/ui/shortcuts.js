/**
 * The keyboard: the commands' shortcuts, and the sheet that lists them. Single keys can be turned off on the sheet: whoever dictates would
 * press them by accident. Space and the arrows are the browser's own.
 */

import { allCommands, commandOf, isEnabled, register } from '../app/commands.js';
import { byId, make } from '../app/dom.js';
import { preferences } from '../app/preferences.js';
import { isSingleKey, written } from '../app/shortcut.js';
import { keys as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const sheet = byId('keys-dialog', HTMLDialogElement);
  const box = byId('single-keys', HTMLInputElement);
  box.checked = preferences.get('singleKeys') === 'on';
  box.addEventListener('change', () => preferences.set('singleKeys', box.checked ? 'on' : 'off'), { signal });
  register({
    id: 'shortcuts', row: 'shortcuts', buttons: ['show-keys'], shortcuts: [{ key: '?' }],
    run: () => {
      byId('help-dialog', HTMLDialogElement).close();
      list();
      sheet.showModal();
    },
  }, signal);
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { target } = event;
    const typing = target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(target.type));
    const found = commandOf(event, (shortcut) => (shortcut.ctrl ?? false) || (!typing && (!isSingleKey(shortcut) || box.checked)));
    if (!found) return;
    const enabled = isEnabled(found.command) && !document.querySelector('dialog[open]');
    // Also where there is nothing to save now, Ctrl+S does not save the page's source.
    if (enabled || event.ctrlKey || event.metaKey) event.preventDefault();
    if (enabled && (!event.repeat || found.command.repeats)) found.run();
  }, { signal });
}

function list() {
  const mac = navigator.platform.startsWith('Mac');
  /** @type {Map<string, string[][]>} */
  const always = new Map([['paste', [[mac ? '⌘' : 'Ctrl', 'V']]]]);
  /** @type {Map<string, string[][]>} */
  const single = new Map();
  for (const { row, shortcuts = [] } of allCommands()) {
    if (row === undefined) continue;
    for (const shortcut of shortcuts) {
      const rows = isSingleKey(shortcut) ? single : always;
      const keys = written(shortcut, mac);
      const listed = rows.get(row) ?? [];
      if (!listed.some((other) => other.join() === keys.join())) rows.set(row, [...listed, keys]);
    }
  }
  byId('keys-always', HTMLElement).replaceChildren(...rowsOf(always));
  byId('keys-single', HTMLElement).replaceChildren(...rowsOf(single));
}

/** @param {Map<string, string[][]>} rows in the order of the words @returns {HTMLElement[]} */
function rowsOf(rows) {
  const order = Object.keys(say.rows);
  return [...rows].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([row, keys]) => make('div', {}, [
    make('dt', {}, keys.flatMap((each, n) => [...(n > 0 ? [' '] : []), make('span', { class: 'chord' }, each.flatMap((key, k) => [...(k > 0 ? ['\u2009'] : []), make('kbd', {}, [key])]))])),
    make('dd', {}, [say.rows[row] ?? row]),
  ]));
}
