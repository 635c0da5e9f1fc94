/**
 * Asking before 61 MB come from somebody else's server. The download itself demands what only a yes here gives (`assertConsent`), so no
 * way to it, of a recipe, of the history or of a worker that starts again, can go round the question.
 */

import { isSingleFile } from '../app/asset.js';
import { byId } from '../app/dom.js';
import { openDownloadFrame } from './download-frame.js';

/** @typedef {{ readonly address: string }} Consent of this visit, to fetch what lies at this address */

/** @type {WeakSet<Consent>} */
const given = new WeakSet();

/** @param {Consent | null} consent @returns {asserts consent is Consent} */
export function assertConsent(consent) {
  if (consent === null || !given.has(consent)) throw new Error('The download of VGG-19 was not agreed to.');
}

/** @param {AbortSignal} signal closes the dialog: something else was chosen @returns {Promise<Consent | 'file' | 'cancel'>} */
export async function askForVgg19(signal) {
  const frame = isSingleFile ? null : await openDownloadFrame();
  const address = frame?.address ?? '';
  frame?.close();
  if (signal.aborted) return 'cancel';
  const dialog = byId('consent', HTMLDialogElement);
  byId('consent-host', HTMLElement).textContent = address && new URL(address).host;
  byId('consent-offline', HTMLElement).hidden = navigator.onLine;
  // The policy of the page that is one file forbids every connection.
  byId('consent-download', HTMLButtonElement).hidden = isSingleFile;
  dialog.returnValue = 'cancel';
  dialog.showModal();
  signal.addEventListener('abort', () => dialog.close('cancel'), { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const answer = dialog.returnValue;
      if (answer !== 'download') return resolve(answer === 'file' ? 'file' : 'cancel');
      const consent = Object.freeze({ address });
      given.add(consent);
      resolve(consent);
    }, { once: true });
  });
}
