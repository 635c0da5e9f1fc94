/**
 * A lock that a worker holds for as long as it lives (Web Locks API). No event says that a worker has ended by close() or was ended by the browser;
 * but then its lock is given to whoever waits for it. Where there are no locks, as over plain http, only the heartbeat notices.
 */

/** In the worker. @returns {Promise<string | null>} the lock's name, once it is held; null where there are no locks */
export function holdLock() {
  const { locks } = /** @type {{ locks?: LockManager }} */ (navigator);
  if (!locks) return Promise.resolve(null);
  const name = `pastiche worker ${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const isHeld = () => {
      resolve(name);
      return new Promise(() => {});
    };
    // A page opened from the disk may not be given any.
    locks.request(name, isHeld).catch(() => resolve(null));
  });
}

/** In the page. @param {string} name @param {AbortSignal} signal ends the wait @param {() => void} ended called when the worker has */
export function onLockReleased(name, signal, ended) {
  navigator.locks.request(name, { signal }, () => { if (!signal.aborted) ended(); }).catch((error) => { if (!signal.aborted) reportError(error); });
}
