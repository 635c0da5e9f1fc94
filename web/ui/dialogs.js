/** What all dialogs share: how they close, and the buttons that only open one. */

import { byId } from '../app/dom.js';

/** Every dialog closes by its own buttons, by Escape, and by a click beside it. */
export function prepareDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close('cancel'); });
    for (const button of dialog.querySelectorAll('button[value]')) {
      button.addEventListener('click', () => dialog.close(button.getAttribute('value') ?? 'cancel'));
    }
  }
  const help = byId('help-dialog', HTMLDialogElement);
  byId('help', HTMLButtonElement).addEventListener('click', () => help.showModal());
  byId('show-meaning', HTMLButtonElement).addEventListener('click', () => byId('meaning', HTMLDialogElement).showModal());
}
