/** Which entries of the history make room for others. */

/** @typedef {{ key: IDBValidKey, time: number, open: boolean, bytes: number }} Brief what matters of an entry here */

/** Closed before open, the oldest first. @param {readonly Brief[]} all @param {ReadonlySet<IDBValidKey>} inUse these stay */
function candidates(all, inUse) {
  return all.filter(({ key }) => !inUse.has(key)).sort((a, b) => Number(a.open) - Number(b.open) || a.time - b.time);
}

/**
 * Those beyond a number.
 * @param {readonly Brief[]} all @param {number} most @param {ReadonlySet<IDBValidKey>} inUse
 * @returns {IDBValidKey[]}
 */
export function beyond(all, most, inUse) {
  return candidates(all, inUse).slice(0, Math.max(0, all.length - most)).map(({ key }) => key);
}

/**
 * The oldest closed ones that free so many bytes together, or all of them.
 * @param {readonly Brief[]} all @param {number} bytes @param {ReadonlySet<IDBValidKey>} inUse
 * @returns {IDBValidKey[]}
 */
export function freeing(all, bytes, inUse) {
  /** @type {IDBValidKey[]} */
  const keys = [];
  let freed = 0;
  for (const { key, open, bytes: size } of candidates(all, inUse)) {
    if (open || freed >= bytes) break;
    keys.push(key);
    freed += size;
  }
  return keys;
}
