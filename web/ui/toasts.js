/** Errors, one at a time over the picture with at most one action, and notices beside it. */

/** @import { Sentence } from '../app/sentence.js' */
/** @typedef {{ label: Sentence, act: () => void }} Action */
import { byId } from '../app/dom.js';
import { said } from '../app/sentence.js';

/** The error that is shown, if any. @type {{ topic: string, sentence: Sentence, action: Action | null } | null} */
let current = null;
/** The notice that is shown, if any. @type {{ sentence: Sentence, action: Action | null } | null} */
let noticed = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  byId('error-close', HTMLButtonElement).addEventListener('click', () => clearError(), { signal });
  byId('error-action', HTMLButtonElement).addEventListener('click', () => {
    const action = current?.action;
    clearError();
    action?.act();
  }, { signal });
  byId('notice-close', HTMLButtonElement).addEventListener('click', () => notice(''), { signal });
  byId('notice-action', HTMLButtonElement).addEventListener('click', () => {
    const action = noticed?.action;
    notice('');
    action?.act();
  }, { signal });
  showCurrent();
  showNoticed();
}

/**
 * @param {Sentence} sentence what is wrong and what to do
 * @param {{ topic?: string, action?: Action }} [options] a topic is cleared when its cause is mended
 */
export function showError(sentence, { topic = '', action } = {}) {
  current = { topic, sentence, action: action ?? null };
  showCurrent();
}

/** @param {string} [topic] only if the error is about this */
export function clearError(topic) {
  if (topic !== undefined && topic !== current?.topic) return;
  current = null;
  showCurrent();
}

function showCurrent() {
  const button = byId('error-action', HTMLButtonElement);
  button.hidden = !current?.action;
  button.textContent = said(current?.action?.label ?? '');
  byId('error', HTMLElement).hidden = current === null;
  byId('error-text', HTMLElement).textContent = said(current?.sentence ?? '');
}

/** @param {Sentence} sentence empty takes the notice away @param {Action} [action] */
export function notice(sentence, action) {
  noticed = sentence === '' ? null : { sentence, action: action ?? null };
  showNoticed();
}

function showNoticed() {
  const button = byId('notice-action', HTMLButtonElement);
  button.hidden = !noticed?.action;
  button.textContent = said(noticed?.action?.label ?? '');
  byId('notice-text', HTMLElement).textContent = said(noticed?.sentence ?? '');
  byId('notice', HTMLElement).hidden = noticed === null;
}
