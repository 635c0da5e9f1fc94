/** Only the picture and the bar: everything else steps aside. */

import { byId } from '../app/dom.js';
import { get } from '../app/store.js';
import { large as say } from '../i18n/en.js';

export function prepareLarge() {
  byId('large', HTMLButtonElement).addEventListener('click', toggleLarge);
  tell(false);
}

export function toggleLarge() {
  const { painting, pictures } = get();
  const on = !document.body.classList.contains('large') && (painting !== null || pictures.content !== null);
  document.body.classList.toggle('large', on);
  tell(on);
}

/** @param {boolean} on */
function tell(on) {
  const button = byId('large', HTMLButtonElement);
  button.setAttribute('aria-pressed', String(on));
  button.setAttribute('aria-label', say.on);
  button.title = on ? say.off : say.on;
}
