/**
 * Everything that can be done on the page by a button or a key, each registered once with what it does, when it can be done and how it is
 * reached. Buttons, shortcuts, the sheet of shortcuts and disabled states derive from here.
 */

import { byId } from './dom.js';
import { isPressed } from './shortcut.js';

/** @import { Shortcut } from './shortcut.js' */

/**
 * @typedef {object} Command
 * @property {string} id
 * @property {string} [row] the line of the sheet of shortcuts that names its keys (`keys.rows` in i18n); none: they are not listed
 * @property {string[]} [buttons] ids of the buttons that do it
 * @property {Shortcut[]} [shortcuts]
 * @property {number} [priority] of two that share a key the higher one acts, if it is enabled; 0 if absent
 * @property {boolean} [repeats] whether it goes on while its key or button is held
 * @property {boolean} [twice] whether the second click of a double click acts again, as it may where that does not undo the first
 * @property {() => boolean} [enabled] always, if absent
 * @property {() => boolean} [shown] whether its buttons are shown; if absent that is not decided here
 * @property {(event?: Event) => unknown} run
 */

/** @type {Map<string, Command>} */
const commands = new Map();

/** @param {Command} command */
export const isEnabled = ({ enabled }) => enabled?.() ?? true;

/**
 * @param {Command} command
 * @param {AbortSignal} signal ends it
 */
export function register(command, signal) {
  if (commands.has(command.id)) throw new Error(`There are two commands "${command.id}".`);
  commands.set(command.id, command);
  signal.addEventListener('abort', () => commands.delete(command.id), { once: true });
  for (const id of command.buttons ?? []) attach(byId(id, HTMLButtonElement), command, signal);
  refreshCommands();
}

/** @param {HTMLButtonElement} button @param {Command} command @param {AbortSignal} signal */
function attach(button, command, signal) {
  // The second click of a double click would undo the first, here or on the button that has taken its place.
  button.addEventListener('click', (event) => { if (command.twice || event.detail <= 1) perform(command, event); }, { signal });
  button.addEventListener('keydown', (event) => {
    if (event.repeat && !command.repeats && (event.key === 'Enter' || event.key === ' ')) event.preventDefault();
  }, { signal });
  const keys = (command.shortcuts ?? []).map(({ key, ctrl, shift }) => [...(ctrl ? ['Control'] : []), ...(shift ? ['Shift'] : []), key.toUpperCase() === key.toLowerCase() || key.length > 1 ? key : key.toUpperCase()].join('+'));
  if (keys.length > 0) button.setAttribute('aria-keyshortcuts', keys.join(' '));
}

/** @param {Command} command @param {Event} [event] @returns {boolean} whether it was done */
function perform(command, event) {
  if (!isEnabled(command)) return false;
  command.run(event);
  return true;
}

/**
 * The command of a key press: one that can be done, if there is one.
 * @param {KeyboardEvent} event
 * @param {(shortcut: Shortcut) => boolean} allowed which shortcuts hold at the moment
 * @returns {{ command: Command, run: () => boolean } | null}
 */
export function commandOf(event, allowed) {
  const found = [...commands.values()]
    .filter((each) => each.shortcuts?.some((shortcut) => allowed(shortcut) && isPressed(shortcut, event)))
    .sort((a, b) => Number(isEnabled(b)) - Number(isEnabled(a)) || (b.priority ?? 0) - (a.priority ?? 0))[0];
  return found ? { command: found, run: () => perform(found, event) } : null;
}

/** For the sheet of shortcuts. @returns {Command[]} */
export function allCommands() {
  return [...commands.values()];
}

/** Shows on every button whether its command can be done; called after every change that may matter. */
export function refreshCommands() {
  for (const { buttons, enabled, shown } of commands.values()) {
    for (const id of buttons ?? []) {
      const button = byId(id, HTMLButtonElement);
      if (enabled) button.disabled = !enabled();
      if (shown) button.hidden = !shown();
    }
  }
}
