/** Working without a network: the service worker, and the word that a new version is ready, which nobody is made to take at once. */

import { notice } from './errors.js';
import { get, subscribe } from './state.js';
import { offline as say } from './strings.js';

/** Called when everything that is needed to paint is there, so as not to stand in its way. */
export async function prepareOffline() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  try {
    const registration = await workers.register(new URL('../sw.js', import.meta.url), { updateViaCache: 'none' });
    const tell = () => { if (registration.waiting && workers.controller) offer(registration.waiting); };
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', tell));
    tell();
    const { active } = await workers.ready;
    keepEngine(active);
    subscribe((changed) => { if (changed.has('engine')) keepEngine(workers.controller); });
  } catch {
    // Storage is closed or full, or the host has no service worker: the page works as long as there is a network.
  }
}

/** @param {ServiceWorker | null} worker */
function keepEngine(worker) {
  const { engine } = get();
  if (engine) worker?.postMessage({ keep: `engine/${engine.bundle}/` });
}

/** @param {ServiceWorker} waiting */
function offer(waiting) {
  notice(say.update, {
    label: say.reload,
    act: () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage('take over');
    },
  });
}
