/**
 * The database of the history: one object store, one record a run, its files as blobs. It is opened when it is first used, and again at the
 * next use after the browser or another tab has closed it. Nothing here waits for ever, and every failure has a reason that can be said.
 */

/** @import { IDBPDatabase, IDBPObjectStore } from 'idb' */
import { openDB } from 'idb';
import { Listeners } from '../app/listeners.js';

/** @typedef {{ paintings: { key: IDBValidKey, value: unknown, indexes: { time: number } } }} Schema */
/** @typedef {IDBPDatabase<Schema>} Database */
/** @template {IDBTransactionMode} Mode @typedef {IDBPObjectStore<Schema, ['paintings'], 'paintings', Mode>} Store */
/**
 * Why something is not kept: the browser refuses storage; a tab with an older, or a newer, version of the page holds the database; the
 * browser does not answer; there is no room; or writing failed otherwise.
 * @typedef {'refused' | 'blocked' | 'newer' | 'silent' | 'full' | 'failed'} StorageReason
 */

const NAME = 'pastiche';
const STORE = 'paintings';
const VERSION = 1;
/** Until a browser that does not answer is given up, in milliseconds: for opening, and for what may take a slow disk long. */
const OPENING = 5_000;
const ANSWERING = 30_000;

class StorageError extends Error {
  /** @param {StorageReason} why @param {unknown} [cause] */
  constructor(why, cause) {
    super(`storage: ${why}`, { cause });
    this.reason = why;
  }
}

/** @param {unknown} error @returns {StorageReason} */
export function reasonOf(error) {
  if (error instanceof StorageError) return error.reason;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  return name === 'QuotaExceededError' ? 'full' : name === 'VersionError' ? 'newer' : 'failed';
}

/** @typedef {{ opening: Promise<Database>, isBlocked: boolean }} Connection */
/** @type {Connection | null} */
let connection = null;
/** @type {Listeners<[]>} */
const listeners = new Listeners();

/**
 * @param {() => void} listener called when the database was closed from outside: deleted, cleared, or wanted by a newer version
 * @param {AbortSignal} signal ends it
 */
export function onClosedElsewhere(listener, signal) {
  listeners.add(listener, signal);
}

/** @returns {Connection} */
function begin() {
  /** @type {Connection} */
  const made = {
    isBlocked: false,
    // Where storage is refused, some browsers throw at the mere name.
    opening: Promise.resolve().then(() => openDB(NAME, VERSION, {
      upgrade: (db) => { db.createObjectStore(STORE, { keyPath: 'id' }).createIndex('time', 'time'); },
      blocked: () => { made.isBlocked = true; },
      // Another tab may go on with what it wants, an upgrade or a deletion.
      blocking: (_version, _wanted, { target }) => {
        if (target instanceof IDBDatabase) target.close();
        lose(made);
      },
      terminated: () => lose(made),
    })),
  };
  // One that was given up may still come.
  made.opening.then((db) => { if (connection !== made) db.close(); }, () => forget(made));
  return made;
}

/** @param {Connection} lost closed from outside */
function lose(lost) {
  forget(lost);
  listeners.call();
}

/** @param {Connection} which The next use begins another. */
function forget(which) {
  if (connection === which) connection = null;
}

/** @param {boolean} [isFirst] @returns {Promise<{ current: Connection, db: Database }>} */
async function connect(isFirst = true) {
  const current = connection ?? begin();
  connection = current;
  try {
    return { current, db: await within(OPENING, current.opening) };
  } catch (error) {
    const reason = reasonOf(error);
    // It opens by itself as soon as it can; others would wait behind it.
    if (reason === 'silent' && current.isBlocked) throw new StorageError('blocked', error);
    forget(current);
    // The browser was still clearing it.
    if (isFirst && error instanceof DOMException && error.name === 'AbortError') return connect(false);
    throw new StorageError(reason === 'failed' ? 'refused' : reason, error);
  }
}

/** @template T @param {number} milliseconds @param {Promise<T>} work @returns {Promise<T>} */
function within(milliseconds, work) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StorageError('silent')), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Does something in a transaction, and waits until that is complete: only then it is on the disk.
 * @template T @template {'readonly' | 'readwrite'} Mode
 * @param {Mode} mode @param {(store: Store<Mode>) => Promise<T>} act
 * @returns {Promise<T>}
 * @throws {StorageError}
 */
async function transact(mode, act) {
  for (let isFirst = true; ; isFirst = false) {
    const { current, db } = await connect();
    try {
      return await within(ANSWERING, inTransaction(db, mode, act));
    } catch (error) {
      const wasClosed = connection !== current || (error instanceof DOMException && error.name === 'InvalidStateError');
      const reason = reasonOf(error);
      if (wasClosed || reason === 'silent') {
        forget(current);
        db.close();
      }
      if (!wasClosed || !isFirst) throw new StorageError(reason, error);
    }
  }
}

/** @template T @template {'readonly' | 'readwrite'} Mode @param {Database} db @param {Mode} mode @param {(store: Store<Mode>) => Promise<T>} act */
async function inTransaction(db, mode, act) {
  const transaction = db.transaction(STORE, mode, { durability: 'strict' });
  const acting = (async () => act(transaction.store))();
  const [value] = await Promise.all([acting, transaction.done]);
  return value;
}

/** Every record with its key; those that cannot be read have null. @returns {Promise<{ key: IDBValidKey, record: unknown }[]>} */
export async function readRecords() {
  try {
    return await transact('readonly', async (store) => {
      const [keys, records] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return keys.map((key, n) => ({ key, record: records[n] }));
    });
  } catch (error) {
    if (reasonOf(error) !== 'failed') throw error;
    // One whose files are gone makes the browser refuse them all.
    const keys = await readKeys();
    return Promise.all(keys.map(async (key) => ({ key, record: await readRecord(key).catch(() => null) })));
  }
}

/** @returns {Promise<IDBValidKey[]>} */
export const readKeys = () => transact('readonly', (store) => store.getAllKeys());

/** @param {IDBValidKey} key @returns {Promise<unknown>} */
export const readRecord = (key) => transact('readonly', (store) => store.get(key));

/** Writes it over what was there under its id. @param {{ id: IDBValidKey }} record */
export async function writeRecord(record) {
  await transact('readwrite', (store) => store.put(record));
}

/** @param {IDBValidKey[]} keys */
export async function deleteRecords(keys) {
  await transact('readwrite', (store) => Promise.all(keys.map((key) => store.delete(key))));
}

/** Changes a record, if it is there. @param {IDBValidKey} key @param {(record: unknown) => unknown} change */
export async function changeRecord(key, change) {
  await transact('readwrite', async (store) => {
    const record = await store.get(key);
    if (record !== undefined) await store.put(change(record));
  });
}
