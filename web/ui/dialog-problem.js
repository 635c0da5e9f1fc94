/** What goes wrong in an open dialog is said inside it: the page behind cannot be reached, and what was done in the dialog stays. */

import { make } from '../app/dom.js';

/** @param {HTMLDialogElement} dialog @param {string} sentence replaces the one before; empty withdraws it */
export function showProblem(dialog, sentence) {
  dialog.querySelector(':scope > .problem')?.remove();
  const answers = [...dialog.querySelectorAll(':scope > .answers')].pop();
  if (sentence !== '') answers?.before(make('p', { class: 'problem', role: 'alert' }, [sentence]));
}
