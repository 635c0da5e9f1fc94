/** Asking before 61 MB come from somebody else's server. */

import { byId } from '../app/dom.js';
import { hubUrl } from './huggingface.js';

/** @param {AbortSignal} signal closes the dialog: something else was chosen @returns {Promise<'download' | 'file' | 'cancel'>} */
export function askForVgg19(signal) {
  if (signal.aborted) return Promise.resolve('cancel');
  const dialog = byId('consent', HTMLDialogElement);
  byId('consent-host', HTMLElement).textContent = new URL(hubUrl()).host;
  byId('consent-offline', HTMLElement).hidden = navigator.onLine;
  dialog.returnValue = 'cancel';
  dialog.showModal();
  signal.addEventListener('abort', () => dialog.close('cancel'), { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const answer = dialog.returnValue;
      resolve(answer === 'download' || answer === 'file' ? answer : 'cancel');
    }, { once: true });
  });
}
