/** Focus mode: only the picture and the bar, everything else is hidden. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { get } from '../app/store.js';
import { large as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const on = () => document.body.classList.contains('large');
  register({ id: 'focusMode', row: 'focusMode', buttons: ['large'], shortcuts: [{ key: 'f' }], run: toggle }, signal);
  register({ id: 'leaveFocusMode', shortcuts: [{ key: 'Escape' }], priority: 1, enabled: on, run: toggle }, signal);
  showState(on());
}

function toggle() {
  const { result, pictures } = get();
  const on = !document.body.classList.contains('large') && (result !== null || pictures.content !== null);
  document.body.classList.toggle('large', on);
  showState(on);
}

/** @param {boolean} on */
function showState(on) {
  const button = byId('large', HTMLButtonElement);
  button.setAttribute('aria-pressed', String(on));
  button.setAttribute('aria-label', say.on);
  button.title = on ? say.off : say.on;
}
