/** Keeps the screen on while a run is under way: a phone that sleeps computes nothing. Where the browser cannot, nothing is lost. */

import { get, subscribe } from '../app/store.js';

/** @type {Promise<WakeLockSentinel | null> | null} */
let lock = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const look = () => {
    const wanted = get().run === 'painting' && document.visibilityState === 'visible';
    if (wanted && !lock) {
      lock = navigator.wakeLock?.request('screen').catch(() => null) ?? null;
      // The browser lets go by itself when the page is hidden.
      void lock?.then((held) => held?.addEventListener('release', () => { lock = null; }));
    } else if (!wanted && lock) {
      void lock.then((held) => held?.release());
      lock = null;
    }
  };
  subscribe((changed) => { if (changed.has('run')) look(); }, signal);
  document.addEventListener('visibilitychange', look, { signal });
}
