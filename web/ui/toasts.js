/** Errors and notices over the lower edge of the picture: a few at a time, each about a topic of its own, with at most one action. */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { Toast } from './toast-list.js' */
import { byId, make } from '../app/dom.js';
import { said } from '../app/sentence.js';
import { toasts as say } from '../i18n/en.js';
import { shownOf, withoutToast, withToast } from './toast-list.js';

/** @typedef {{ label: Sentence, act: () => void }} Action */

/** Oldest first. @type {Toast[]} */
let all = [];
/** The elements of what is shown. @type {Map<Toast, HTMLElement>} */
const elements = new Map();

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  show();
  signal.addEventListener('abort', () => {
    for (const element of elements.values()) element.remove();
    elements.clear();
  }, { once: true });
}

/**
 * @param {Sentence} sentence what is wrong and what to do
 * @param {{ topic?: string, action?: Action, exact?: string }} [options] an error replaces the one of its topic, and goes when the topic's cause is mended;
 *   exact: the sentence as a command line has it, with paths of settings in place of labels
 */
export function showError(sentence, { topic = '', action, exact } = {}) {
  // Said again it is news, also where the words are the same.
  change(withToast(withoutToast(all, 'error', topic), { kind: 'error', topic, sentence, action: action ?? null, stays: action !== undefined, onDismiss: null, exact }));
}

/** @param {string} [topic] if absent, every error that offers nothing: whoever goes on has read it */
export function clearError(topic) {
  change(withoutToast(all, 'error', topic));
}

/**
 * A notice with an action is an offer, which stays until it is taken, dismissed or withdrawn; without one it is about the last action and
 * gives way to the next.
 * @param {Sentence} sentence empty withdraws it
 * @param {Action | { topic?: string, action?: Action, stays?: boolean, onDismiss?: () => void }} [options]
 */
export function notice(sentence, options = {}) {
  const { topic = '', action, stays = action !== undefined, onDismiss } = 'label' in options ? { action: options, topic: said(options.label) } : options;
  if (sentence === '') change(withoutToast(all, 'notice', topic));
  else change(withToast(all, { kind: 'notice', topic, sentence, action: action ?? null, stays, onDismiss: onDismiss ?? null }));
}

/** @param {Toast[]} toasts */
function change(toasts) {
  all = toasts;
  show();
}

function show() {
  const shown = shownOf(all);
  for (const [toast, element] of elements) {
    if (shown.includes(toast)) continue;
    elements.delete(toast);
    element.remove();
  }
  for (const toast of shown) {
    const element = elements.get(toast) ?? makeToast(toast);
    elements.set(toast, element);
    const region = byId(toast.kind === 'error' ? 'errors' : 'notices', HTMLElement);
    if (element.parentElement !== region) region.append(element);
  }
  name('error');
  name('notice');
}

/** @param {Toast} toast */
function makeToast(toast) {
  const { kind, topic, sentence, action, exact = null } = toast;
  const close = make('button', { type: 'button', class: 'icon', 'aria-label': say.dismiss }, ['×']);
  close.addEventListener('click', () => {
    remove(toast);
    toast.onDismiss?.();
  });
  const parts = [make('p', {}, [said(sentence)]), close];
  if (action) {
    const button = make('button', { type: 'button', class: 'toast-action' }, [said(action.label)]);
    button.addEventListener('click', () => {
      remove(toast);
      action.act();
    });
    parts.splice(1, 0, button);
  }
  return make('div', { class: `toast ${kind}`, 'data-topic': topic, 'data-exact': exact }, parts);
}

/** The person is done with it. @param {Toast} toast */
function remove(toast) {
  const focused = elements.get(toast)?.contains(document.activeElement) ?? false;
  change(all.filter((each) => each !== toast));
  // Whoever closes one by keyboard comes to the next.
  const next = [...elements.values()].at(-1)?.querySelector('.icon');
  if (focused && next instanceof HTMLElement) next.focus();
}

/** The newest of a kind has the ids, by which it can be found. @param {Toast['kind']} kind */
function name(kind) {
  const ofKind = [...elements].filter(([toast]) => toast.kind === kind).sort(([a], [b]) => all.indexOf(a) - all.indexOf(b)).map(([, element]) => element);
  const newest = ofKind.pop();
  const parts = { '': null, '-text': 'p', '-action': '.toast-action', '-close': '.icon' };
  for (const [suffix, selector] of Object.entries(parts)) {
    document.getElementById(`${kind}${suffix}`)?.removeAttribute('id');
    const part = selector && newest ? newest.querySelector(selector) : newest;
    if (part) part.id = `${kind}${suffix}`;
  }
}
