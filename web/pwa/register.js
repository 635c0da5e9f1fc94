/** Working without a network: the service worker, and the offer of a new version, which nobody has to take at once. */

import { isSingleFile } from '../app/asset.js';
import { notice } from '../ui/toasts.js';
import { get, styleImages, subscribe } from '../app/store.js';
import { offline as say } from '../i18n/en.js';
import { bundlesOf, isThreaded } from '../engine/bundles.js';
import { setVersion } from '../engine/start-worker.js';
import { threadsSoon } from '../engine/thread-pool.js';

/** Called when everything that is needed to paint is there, so as not to stand in its way. @param {AbortSignal} signal ends what it listens to */
export async function registerServiceWorker(signal) {
  const workers = navigator.serviceWorker;
  if (!workers || isSingleFile) return;
  try {
    const registration = await workers.register(new URL('../../sw.js', import.meta.url), { updateViaCache: 'none' });
    const offerWaiting = () => { if (registration.waiting && workers.controller) offer(() => takeOver(registration), signal); };
    const follow = () => registration.installing?.addEventListener('statechange', offerWaiting, { signal });
    registration.addEventListener('updatefound', follow, { signal });
    // The browser looks for a new version as soon as the page is asked for: it may be half installed by now, or wholly.
    follow();
    offerWaiting();
    const before = workers.controller;
    // Taken over in another window: this one works on with the files it began with.
    workers.addEventListener('controllerchange', () => { if (before && !taking) offer(reload, signal); }, { signal });
    workers.addEventListener('message', ({ data }) => { if (typeof data?.version === 'string') setVersion(data.version); }, { signal });
    const { active } = await workers.ready;
    active?.postMessage({ version: true });
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
function takeOver(registration) {
  const { waiting } = registration;
  // Another window has taken it meanwhile.
  if (!waiting) return reload();
  taking = true;
  navigator.serviceWorker.addEventListener('controllerchange', reload, { once: true });
  // The one that waits now: the one that was offered may have given way to a newer one since.
  waiting.postMessage('take over');
}

const isUnderWay = () => get().run === 'painting' || get().run === 'paused';

/** Once no run is under way: the next of the queue may have begun. */
function reload() {
  if (!isUnderWay()) return location.reload();
  const once = new AbortController();
  subscribe((changed) => {
    if (!changed.has('run') || isUnderWay()) return;
    once.abort();
    location.reload();
  }, once.signal);
}

/** Whether a reload would lose anything but examples. */
function hasOwn() {
  const { pictures, result, mask } = get();
  const chosen = [pictures.content, pictures.start, ...styleImages().map(({ picture }) => picture)];
  return result !== null || mask !== null || chosen.some((picture) => picture !== null && picture.example === null);
}

/** Ends the last offer. */
let offered = new AbortController();

/**
 * Offers the new version. During a run it says that it waits; afterwards it says what a reload would lose.
 * @param {() => void} take reloads the page, sooner or later @param {AbortSignal} signal
 */
function offer(take, signal) {
  offered.abort();
  const mine = new AbortController();
  offered = mine;
  const end = () => mine.abort();
  signal.addEventListener('abort', end, { once: true });
  let shown = '';
  const show = () => {
    const now = isUnderWay() ? 'updateWaits' : hasOwn() ? 'updateAsks' : 'update';
    if (now === shown) return;
    shown = now;
    // Without an action it would give way to the next notice.
    notice(() => say[now], { topic: 'update', stays: true, onDismiss: end, ...(now === 'updateWaits' ? {} : { action: { label: () => say.reload, act: () => { end(); take(); } } }) });
  };
  subscribe((changed) => { if (['run', 'pictures', 'result', 'mask', 'others'].some((name) => changed.has(/** @type {any} */ (name)))) show(); }, mine.signal);
  show();
}
