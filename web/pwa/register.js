/** Working without a network: the service worker, and the word that a new version is ready, which nobody is made to take at once. */

import { notice } from '../ui/toasts.js';
import { get, subscribe } from '../app/store.js';
import { offline as say } from '../i18n/en.js';
import { bundlesOf, isThreaded } from '../engine/bundles.js';
import { threadsSoon } from '../engine/thread-pool.js';

/** Called when everything that is needed to paint is there, so as not to stand in its way. @param {AbortSignal} signal ends what it listens to */
export async function registerServiceWorker(signal) {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  try {
    const registration = await workers.register(new URL('../../sw.js', import.meta.url), { updateViaCache: 'none' });
    const tell = () => { if (registration.waiting && workers.controller) offer(registration); };
    const follow = () => registration.installing?.addEventListener('statechange', tell);
    registration.addEventListener('updatefound', follow);
    // The browser looks for a new version as soon as the page is asked for: it may be half installed by now, or wholly.
    follow();
    tell();
    const before = workers.controller;
    // Taken over in another window: this one has the old page and would get the new page's parts.
    workers.addEventListener('controllerchange', () => { if (before && !taking) notice(() => say.update, { label: () => say.reload, act: () => location.reload() }); });
    const { active } = await workers.ready;
    keepEngine(active);
    subscribe((changed) => { if (changed.has('engine')) keepEngine(workers.controller); }, signal);
  } catch {
    // Storage is closed or full, or the host has no service worker: the page works as long as there is a network.
  }
}

/** @param {ServiceWorker | null} worker */
function keepEngine(worker) {
  const { engine } = get();
  if (!engine) return;
  worker?.postMessage({ keep: [`engine/${engine.bundle}/`] });
  // From the next visit on the worker isolates the page, which then has threads: with or without a network.
  if (engine.bundle === 'cpu' && threadsSoon()) worker?.postMessage({ keep: bundlesOf('cpu', 2).filter(isThreaded).map((bundle) => `engine/${bundle}/`) });
}

/** Whether the new version was asked for here. */
let taking = false;

/** @param {ServiceWorkerRegistration} registration */
function offer(registration) {
  notice(() => say.update, {
    label: () => say.reload,
    act: () => {
      taking = true;
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      // The one that waits now: the one that was offered may have given way to a newer one since.
      registration.waiting?.postMessage('take over');
    },
  });
}
