/** The entries of the history: read, written, deleted. Whatever a record holds, it is parsed first. */

/** @import { Brief } from './make-room.js' */
/** @import { HistoryEntry } from '../types' */
import { changeRecord, deleteRecords, readKeys, readRecord, readRecords, reasonOf, writeRecord } from './db.js';
import { parseEntry } from './entry-schema.js';
import { beyond, freeing } from './make-room.js';
import { runningIds } from './run-lock.js';

/** The oldest beyond these make room. */
const MOST = 60;
/** How often room is made for one entry: the browser may count what was deleted a little later. */
const ROUNDS = 3;

/** Whether room was made in vain since the last entry was written: more would be deleted for nothing. */
let isExhausted = false;

/** @returns {Promise<{ entries: HistoryEntry[], damaged: IDBValidKey[] }>} newest first, and the keys of the records that cannot be read */
export async function readHistory() {
  /** @type {HistoryEntry[]} */
  const entries = [];
  /** @type {IDBValidKey[]} */
  const damaged = [];
  for (const { key, record } of await readRecords()) {
    const entry = parseEntry(record);
    if (entry) entries.push(entry);
    else damaged.push(key);
  }
  return { entries: entries.sort((a, b) => b.time - a.time), damaged };
}

/** Newest first. @returns {Promise<HistoryEntry[]>} */
export async function historyEntries() {
  return (await readHistory()).entries;
}

/** @param {string} id @returns {Promise<HistoryEntry | null>} null where there is none, or it is damaged */
export async function getEntry(id) {
  return parseEntry(await readRecord(id));
}

/** Marks the run of an entry as over: it is not offered any more as one that was lost. @param {string} id */
export async function closeEntry(id) {
  await changeRecord(id, (record) => {
    const entry = parseEntry(record);
    return entry ? { ...entry, open: false } : record;
  });
}

/**
 * Writes an entry over what was there under its id. Where there is no room for it, the oldest closed ones go.
 * @param {HistoryEntry} entry
 */
export async function putEntry(entry) {
  await prune(entry.id).catch((error) => {
    // Too many entries do no harm; one that is not written does.
    if (reasonOf(error) !== 'failed' && reasonOf(error) !== 'full') throw error;
  });
  for (let round = 0; ; round++) {
    try {
      await writeRecord(entry);
      isExhausted = false;
      return;
    } catch (error) {
      if (reasonOf(error) !== 'full' || isExhausted) throw error;
      isExhausted = round >= ROUNDS || !(await makeRoom(entry).catch(() => false));
      if (isExhausted) throw error;
    }
  }
}

/** @param {string} id of the entry that is about to be written */
async function prune(id) {
  const keys = await readKeys();
  const most = keys.includes(id) ? MOST : MOST - 1;
  if (keys.length <= most) return;
  await deleteRecords(beyond(await briefs(), most, await inUse(id)));
}

/** @param {HistoryEntry} entry @returns {Promise<boolean>} whether there was anything to delete */
async function makeRoom({ bytes, id }) {
  const keys = freeing(await briefs(), bytes, await inUse(id));
  await deleteRecords(keys);
  return keys.length > 0;
}

/** @param {string} id */
const inUse = async (id) => new Set([id, ...await runningIds()]);

/** Damaged ones stay: a newer version of the page may have written them. @returns {Promise<Brief[]>} */
async function briefs() {
  return (await historyEntries()).map(({ id, time, open, bytes }) => ({ key: id, time, open, bytes }));
}
