/** Keys for hands that stay on the keyboard: Ctrl+Enter paints, Escape stops. Space and the arrows are the browser's own. */

import { byId } from './dom.js';
import { canPaint, phase } from './state.js';

export function prepareKeys() {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const running = phase() === 'painting' || phase() === 'paused';
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (running) byId('pause', HTMLButtonElement).click();
      else if (canPaint()) byId('paint', HTMLButtonElement).click();
    } else if (event.key === 'Escape' && running && !(event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement)) {
      byId('stop', HTMLButtonElement).click();
    }
  });
}
