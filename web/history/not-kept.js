/** Says what the history does not keep, and why: once on the page, and in the history's dialog for as long as it is so. */

/** @import { StorageReason } from './db.js' */
import { Listeners } from '../app/listeners.js';
import { notice } from '../ui/toasts.js';
import { history as say } from '../i18n/en.js';

/** @type {StorageReason | null} */
let reason = null;
/** @type {Set<StorageReason>} */
const said = new Set();

/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {() => void} listener called when an entry was written, or could not be @param {AbortSignal} signal ends it */
export function onNotKept(listener, signal) {
  listeners.add(listener, signal);
}

/** @param {StorageReason | null} why null when an entry was written */
export function setNotKept(why) {
  reason = why;
  listeners.call();
  if (why === null || said.has(why)) return;
  said.add(why);
  notice(() => say.notKept[why], { topic: 'storage', stays: true });
}

/** @returns {StorageReason | null} why the newest result could not be written; null when it could */
export const notKept = () => reason;
