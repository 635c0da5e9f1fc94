/** Which messages are shown: a pure list, without the page. */

/** @import { Sentence } from '../app/sentence.js' */

/**
 * @typedef {object} Toast
 * @property {'error' | 'notice'} kind
 * @property {string} topic a new message replaces the one of its own kind and topic, and no other
 * @property {Sentence} sentence
 * @property {{ label: Sentence, act: () => void } | null} action
 * @property {boolean} stays an offer, which stays until it is taken, dismissed or withdrawn; else it is about the last action
 * @property {(() => void) | null} onDismiss the person has closed it
 * @property {string | undefined} [exact] the sentence with paths of settings, where labels stand for them
 */

/** More would cover the picture. */
const MOST = 3;

/**
 * A message comes, or one takes the place of an older one of its topic.
 * @param {readonly Toast[]} toasts oldest first @param {Toast} toast @returns {Toast[]}
 */
export function withToast(toasts, toast) {
  const at = toasts.findIndex(({ kind, topic }) => kind === toast.kind && topic === toast.topic);
  // An offer keeps its place: what is said anew about it is no news.
  if (at >= 0 && toast.stays && toast.kind === 'notice') return toasts.with(at, toast);
  return [...toasts.filter((_, n) => n !== at), toast];
}

/**
 * @param {readonly Toast[]} toasts @param {Toast['kind']} kind
 * @param {string} [topic] if absent, what is about the last action goes and offers stay
 * @returns {Toast[]}
 */
export function withoutToast(toasts, kind, topic) {
  return toasts.filter((toast) => toast.kind !== kind || (topic === undefined ? toast.stays : toast.topic !== topic));
}

/**
 * What is shown, the rest waits: the newest errors, then notices about the last action, then offers in the order in which they came.
 * @param {readonly Toast[]} toasts oldest first @returns {Toast[]} oldest first
 */
export function shownOf(toasts) {
  const errors = toasts.filter(({ kind }) => kind === 'error').reverse();
  const notices = toasts.filter(({ kind }) => kind === 'notice');
  const shown = new Set([...errors, ...notices.filter(({ stays }) => !stays).reverse(), ...notices.filter(({ stays }) => stays)].slice(0, MOST));
  return toasts.filter((toast) => shown.has(toast));
}
