/** Asking before 61 MB come from somebody else's server. */

import { byId } from '../app/dom.js';
import { hubUrl } from './huggingface.js';

/** @returns {Promise<'download' | 'file' | 'cancel'>} */
export function askForVgg() {
  const dialog = byId('consent', HTMLDialogElement);
  byId('consent-host', HTMLElement).textContent = new URL(hubUrl()).host;
  byId('consent-offline', HTMLElement).hidden = navigator.onLine;
  dialog.returnValue = 'cancel';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const answer = dialog.returnValue;
      resolve(answer === 'download' || answer === 'file' ? answer : 'cancel');
    }, { once: true });
  });
}

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
