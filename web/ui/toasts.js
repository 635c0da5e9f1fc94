/** Errors, one at a time over the picture with at most one action, and notices beside it. */

import { byId } from '../app/dom.js';

/** @type {{ topic: string, act: (() => void) | null }} */
const current = { topic: '', act: null };

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  byId('error-close', HTMLButtonElement).addEventListener('click', () => clearError(), { signal });
  byId('error-action', HTMLButtonElement).addEventListener('click', () => {
    const { act } = current;
    clearError();
    act?.();
  }, { signal });
  byId('notice-close', HTMLButtonElement).addEventListener('click', () => notice(''), { signal });
  byId('notice-action', HTMLButtonElement).addEventListener('click', () => {
    const act = offered;
    notice('');
    act?.();
  }, { signal });
}

/**
 * @param {string} sentence what is wrong and what to do
 * @param {{ topic?: string, action?: { label: string, act: () => void } }} [options] a topic is cleared when its cause is mended
 */
export function showError(sentence, options = {}) {
  current.topic = options.topic ?? '';
  current.act = options.action?.act ?? null;
  const button = byId('error-action', HTMLButtonElement);
  button.hidden = !options.action;
  button.textContent = options.action?.label ?? '';
  byId('error', HTMLElement).hidden = false;
  byId('error-text', HTMLElement).textContent = sentence;
}

/** @param {string} [topic] only if the slip is about this */
export function clearError(topic) {
  if (topic !== undefined && topic !== current.topic) return;
  byId('error', HTMLElement).hidden = true;
  byId('error-text', HTMLElement).textContent = '';
  current.topic = '';
  current.act = null;
}

/** What a press on the note does. @type {(() => void) | null} */
let offered = null;

/** @param {string} sentence empty takes the note away @param {{ label: string, act: () => void }} [action] */
export function notice(sentence, action) {
  offered = action?.act ?? null;
  const button = byId('notice-action', HTMLButtonElement);
  button.hidden = !action;
  button.textContent = action?.label ?? '';
  byId('notice-text', HTMLElement).textContent = sentence;
  byId('notice', HTMLElement).hidden = sentence === '';
}

/** @param {unknown} error @returns {string} */
export function sentenceOf(error) {
  return error instanceof Error ? error.message : String(error);
}
