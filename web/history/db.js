/** The history on this machine: one object store, one record a run, its files as blobs. Where there is no storage, nothing is kept. */

/** @import { HistoryEntry } from '../types' */

const NAME = 'pastiche';
const STORE = 'paintings';
/** The oldest beyond these make room. */
const MOST = 60;

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' }).createIndex('time', 'time');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no storage'));
    request.onblocked = () => reject(new Error('storage is held by another version'));
  });
  return opening;
}

/** @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>} */
async function ask(mode, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    for (const event of /** @type {const} */ (['onerror', 'onabort'])) transaction[event] = () => reject(transaction.error ?? new Error('storage'));
  });
}

/** Newest first. @returns {Promise<HistoryEntry[]>} */
export async function historyEntries() {
  const all = await ask('readonly', (store) => /** @type {IDBRequest<HistoryEntry[]>} */ (store.index('time').getAll()));
  return all.reverse();
}

/** Writes it over what was there under its id. @param {HistoryEntry} past */
export async function putEntry(past) {
  await ask('readwrite', (store) => store.put(past));
  const all = await historyEntries();
  for (const { id } of all.slice(MOST)) await deleteEntry(id);
}

/** @param {string} id @returns {Promise<HistoryEntry | undefined>} */
export function getEntry(id) {
  return ask('readonly', (store) => /** @type {IDBRequest<HistoryEntry | undefined>} */ (store.get(id)));
}

/** @param {string} id */
export async function deleteEntry(id) {
  await ask('readwrite', (store) => store.delete(id));
}
