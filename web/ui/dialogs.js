/** What all dialogs share: how they close, and the buttons that only open one. */

import { byId } from '../app/dom.js';

/** Every dialog closes by its own buttons, by Escape, and by a click beside it. */
export function prepareDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    closeBeside(dialog);
    for (const button of dialog.querySelectorAll('button[value]')) {
      button.addEventListener('click', () => dialog.close(button.getAttribute('value') ?? 'cancel'));
    }
  }
  const help = byId('help-dialog', HTMLDialogElement);
  byId('help', HTMLButtonElement).addEventListener('click', () => help.showModal());
  byId('show-meaning', HTMLButtonElement).addEventListener('click', () => byId('meaning', HTMLDialogElement).showModal());
}

/**
 * A press and a release beside the dialog close it. Its own padding is not beside it, though a click there has the dialog for a target as well.
 * @param {HTMLDialogElement} dialog
 */
function closeBeside(dialog) {
  const isBeside = (/** @type {MouseEvent} */ { target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  };
  let pressed = false;
  dialog.addEventListener('pointerdown', (event) => { pressed = isBeside(event); });
  dialog.addEventListener('click', (event) => { if (pressed && isBeside(event)) dialog.close('cancel'); });
}
