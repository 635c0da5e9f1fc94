/**
 * Deleting from the history, and taking that back: the offer stands on the page and in the dialog, for the newest deletion first, until it is
 * dismissed or the page is left.
 */

import { deleteRecords, readRecord, writeRecord } from './db.js';
import { Listeners } from '../app/listeners.js';
import { said } from '../app/sentence.js';
import { history as say } from '../i18n/en.js';
import { clearError, notice, showError } from '../ui/toasts.js';

/** @import { Sentence } from '../app/sentence.js' */
/** @typedef {{ record: { id: IDBValidKey }, sentence: () => string }} Deleted */

/** As many can be taken back: each is in memory, with its files. */
const MOST = 10;

/** Newest last. @type {Deleted[]} */
let deleted = [];
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/** @param {() => void} listener called when something was deleted, or that was taken back @param {AbortSignal} signal ends it */
export function onDeletion(listener, signal) {
  listeners.add(listener, signal);
}

/** What can be taken back next; empty where there is nothing. @returns {string} */
export const lastDeletion = () => said(deleted.at(-1)?.sentence ?? '');

/** @param {IDBValidKey} key @param {Sentence} name of the entry */
export async function deleteUndoably(key, name) {
  // One that the browser cannot read any more can still be deleted.
  const record = await readRecord(key).then(inMemory, () => undefined);
  await deleteRecords([key]);
  if (isRecord(record)) deleted = [...deleted, { record, sentence: () => say.deleted(said(name)) }].slice(-MOST);
  offer();
}

/** Writes back what was deleted last. @returns {Promise<boolean>} false where it could not be written */
export async function undoDeletion() {
  const last = deleted.at(-1);
  if (!last) return true;
  deleted = deleted.filter((each) => each !== last);
  try {
    // The run on the page may have been written anew.
    if (await readRecord(last.record.id) === undefined) await writeRecord(last.record);
    return true;
  } catch {
    deleted = [...deleted, last];
    return false;
  } finally {
    offer();
  }
}

async function undoFromPage() {
  clearError('history');
  if (!await undoDeletion()) showError(() => say.notRestored, { topic: 'history' });
}

function offer() {
  const last = deleted.at(-1);
  notice(last?.sentence ?? '', {
    topic: 'deleted', action: { label: () => say.undo, act: () => void undoFromPage() },
    onDismiss: () => {
      deleted = [];
      listeners.call();
    },
  });
  listeners.call();
}

/** @param {unknown} value @returns {value is { id: IDBValidKey }} */
const isRecord = (value) => typeof value === 'object' && value !== null && 'id' in value;

/** The same with its files in memory: some browsers delete them with their record. @param {unknown} value @returns {Promise<unknown>} */
async function inMemory(value) {
  if (value instanceof Blob) return new Blob([await value.arrayBuffer()], { type: value.type });
  if (Array.isArray(value)) return Promise.all(value.map(inMemory));
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  const entries = Object.entries(/** @type {object} */ (value)).map(async ([key, each]) => /** @type {const} */ ([key, await inMemory(each)]));
  return Object.fromEntries(await Promise.all(entries));
}
