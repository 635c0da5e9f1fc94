/** Focus mode: only the picture and the bar, everything else is hidden. */

import { byId } from '../app/dom.js';
import { get } from '../app/store.js';
import { large as say } from '../i18n/en.js';

export function prepareFocusMode() {
  byId('large', HTMLButtonElement).addEventListener('click', toggleFocusMode);
  tell(false);
}

export function toggleFocusMode() {
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
