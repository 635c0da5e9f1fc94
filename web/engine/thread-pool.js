/**
 * Threads for an engine: WebAssembly cannot start one by itself, so the page starts workers, each of which instantiates the engine's module
 * on the engine's memory and then works for it (crates/browser/src/threads.rs).
 */

/** @import { SharedEngine } from '../types' */
import { isSingleFile } from '../app/asset.js';
import { engine as say } from '../i18n/en.js';
import { startWorker } from './start-worker.js';

/** More than this many would wait for memory, and for each other. */
const AT_MOST = 16;
/** Threads that have not come by then are done without. In milliseconds. */
const TIMEOUT = 10_000;

/**
 * Threads that an engine may use on this page. Several need shared memory, which browsers allow isolated pages only, and
 * `Atomics.waitAsync`, without which wasm-bindgen would start a worker for every wait.
 *
 * @returns {number}
 */
export function threadsHere() {
  return crossOriginIsolated ? threadsOfMachine() : 1;
}

/** Whether there will be several on this page once it is isolated, which the service worker does from the next visit on. */
export function threadsSoon() {
  return !isSingleFile && isSecureContext && !crossOriginIsolated && threadsOfMachine() > 1;
}

/** Why there is only one although the machine has more: in a plain sentence, or empty. @returns {string} */
export function whyOneThread() {
  if (threadsHere() > 1 || threadsOfMachine() === 1) return '';
  if (isSingleFile) return say.oneThreadFile;
  return isSecureContext ? say.oneThread : say.oneThreadHttp;
}

function threadsOfMachine() {
  return 'waitAsync' in Atomics ? Math.max(1, Math.min(AT_MOST, navigator.hardwareConcurrency || 1)) : 1;
}

/**
 * Starts `count` workers for an engine.
 *
 * @param {SharedEngine & { count: number }} engine
 * @param {(detail: string) => void} onCrash one of them failed while it worked: the engine waits for it in vain and has to be killed
 * @returns {{ ready: Promise<number>, terminate: () => void }} `ready`: how many have come to where they can be given work
 */
export function startThreads({ script, module, memory, count }, onCrash) {
  /** @type {Worker[]} */
  const workers = [];
  const one = (/** @type {number} */ n) => new Promise((resolve) => {
    const worker = startWorker('engine/thread-worker.js', `pastiche thread ${n + 2}`);
    workers.push(worker);
    let working = false;
    // One that comes later finds no work and waits; it is not ended, for it may hold the memory's lock just then.
    const end = setTimeout(() => resolve(0), TIMEOUT);
    const failed = (/** @type {string} */ detail) => {
      clearTimeout(end);
      if (working) onCrash(detail);
      resolve(0);
    };
    worker.addEventListener('message', ({ data }) => {
      if (typeof data.failed === 'string') return failed(data.failed);
      clearTimeout(end);
      working = true;
      resolve(1);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      failed(event.message ?? '');
    });
    worker.postMessage({ script, module, memory });
  });
  const ready = Promise.all(Array.from({ length: count }, (_, n) => one(n))).then((each) => each.reduce((sum, came) => sum + came, 0));
  return { ready, terminate: () => workers.forEach((worker) => worker.terminate()) };
}
