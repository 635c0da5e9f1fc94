/** What all dialogs share: how they close, and the buttons that only open one. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { onDescribed } from '../app/store.js';
import { showProblem } from './dialog-problem.js';

/** Every dialog closes by its own buttons, by Escape, and by a click beside it. @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  for (const dialog of document.querySelectorAll('dialog')) {
    closeBeside(dialog, signal);
    dialog.addEventListener('toggle', () => showStart(dialog), { signal });
    dialog.addEventListener('close', () => showProblem(dialog, ''), { signal });
    for (const button of dialog.querySelectorAll('button[value]')) {
      button.addEventListener('click', () => dialog.close(button.getAttribute('value') ?? 'cancel'), { signal });
    }
  }
  // Held, it closes one dialog and not all of them.
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && event.repeat) event.preventDefault(); }, { capture: true, signal });
  const help = byId('help-dialog', HTMLDialogElement);
  onDescribed(({ describe }) => { byId('version', HTMLElement).textContent = `Pastiche ${describe.version}`; }, signal);
  register({ id: 'help', buttons: ['help'], run: () => help.showModal() }, signal);
  register({ id: 'explainLosses', buttons: ['show-meaning'], run: () => byId('meaning', HTMLDialogElement).showModal() }, signal);
}

/** A dialog that is longer than the screen begins at its start: a button at its end that takes the focus would scroll it there. @param {HTMLDialogElement} dialog */
function showStart(dialog) {
  if (!dialog.open || dialog.scrollTop === 0) return;
  dialog.tabIndex = -1;
  dialog.focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

/**
 * A press and a release beside the dialog close it. Its own padding is not beside it, though a click there has the dialog for a target as well.
 * @param {HTMLDialogElement} dialog @param {AbortSignal} signal
 */
function closeBeside(dialog, signal) {
  const isBeside = (/** @type {MouseEvent} */ { target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  };
  let pressed = false;
  dialog.addEventListener('pointerdown', (event) => { pressed = isBeside(event); }, { signal });
  dialog.addEventListener('click', (event) => { if (pressed && isBeside(event)) dialog.close('cancel'); }, { signal });
}
