/**
 * Keys for hands that stay on the keyboard, and the sheet that names them. Keys without Ctrl can be turned off on the sheet: who speaks to
 * the machine would press them by accident. Space and the arrows are the browser's own.
 */

import { toggleCompare } from '../viewer/compare.js';
import { byId, make } from '../app/dom.js';
import { toggleFocusMode } from '../viewer/focus-mode.js';
import { showHistory } from '../history/history-dialog.js';
import { step } from '../run/timeline.js';
import { canPaint, phase } from '../app/store.js';
import { keys as say } from '../i18n/en.js';
import { showVariations } from '../run/variations.js';
import { isZoomed, nudge, zoomBy, zoomTo, zoomToPixels } from '../viewer/zoom.js';

const REMEMBERED = 'pastiche single keys';

/** Those that go on while their key is held. */
const REPEATED = new Set(['[', ']', '+', '=', '-']);

/** @type {Record<string, () => void>} */
const SINGLE = {
  '[': () => step(-1),
  ']': () => step(1),
  b: toggleCompare,
  '+': () => zoomBy(1.5),
  '=': () => zoomBy(1.5),
  '-': () => zoomBy(1 / 1.5),
  0: () => zoomTo(1),
  1: zoomToPixels,
  f: toggleFocusMode,
  s: () => byId('save', HTMLButtonElement).click(),
  g: () => void showHistory(),
  v: showVariations,
  '?': () => byId('keys-dialog', HTMLDialogElement).showModal(),
};

export function prepareShortcuts() {
  prepareSheet();
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const running = phase() === 'painting' || phase() === 'paused';
    const { key, target } = event;
    const typing = target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');
    if (key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      if (event.repeat) return;
      if (running) byId('pause', HTMLButtonElement).click();
      else if (canPaint()) byId('paint', HTMLButtonElement).click();
    } else if (key === 'Escape' && document.body.classList.contains('large')) {
      toggleFocusMode();
    } else if (key === 'Escape' && running && !typing) {
      byId('stop', HTMLButtonElement).click();
    } else if (event.shiftKey && key.startsWith('Arrow') && isZoomed() && !typing) {
      event.preventDefault();
      nudge(key);
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && byId('single-keys', HTMLInputElement).checked) {
      const name = shortcutOf(event);
      const act = SINGLE[name];
      if (act) {
        event.preventDefault();
        if (!event.repeat || REPEATED.has(name)) act();
      }
    }
  });
}

/** The key's own character; where that is of another script, as on a Greek keyboard, the Latin letter in its place. @param {KeyboardEvent} event */
function shortcutOf({ key, code }) {
  const latin = /^Key([A-Z])$/.exec(code)?.[1];
  return (latin && /^[^\x00-\x7f]/.test(key) ? latin : key).toLowerCase();
}

function prepareSheet() {
  const list = (/** @type {[string[], string][]} */ rows) => rows.map(([names, sentence]) => make('div', {}, [
    make('dt', {}, names.flatMap((name, i) => (i > 0 ? [' ', make('kbd', {}, [name])] : [make('kbd', {}, [name])]))),
    make('dd', {}, [sentence]),
  ]));
  byId('keys-always', HTMLElement).replaceChildren(...list(say.always));
  byId('keys-single', HTMLElement).replaceChildren(...list(say.single));
  const box = byId('single-keys', HTMLInputElement);
  try { box.checked = localStorage.getItem(REMEMBERED) !== 'off'; } catch { /* no storage: on */ }
  box.addEventListener('change', () => {
    try { localStorage.setItem(REMEMBERED, box.checked ? 'on' : 'off'); } catch { /* for this visit */ }
  });
  byId('show-keys', HTMLButtonElement).addEventListener('click', () => {
    byId('help-dialog', HTMLDialogElement).close();
    byId('keys-dialog', HTMLDialogElement).showModal();
  });
}
