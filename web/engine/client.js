/**
 * The page's side of the worker: requests with answers, events, and the right to kill it at any moment. A worker that has been
 * killed or has crashed answers every open request with a sentence, and the next one starts afresh.
 */

/** @import { EngineKind, NetworkInfo, SharedEngine, Started, WorkerEvent } from '../types' */
import { engine as say } from '../i18n/en.js';
import { isWorkerMessage } from './messages.js';
import { startThreads } from './thread-pool.js';
import { startWorker } from './start-worker.js';
import { languageModule } from '../i18n/apply.js';

/** A sentence from the engine; `code` is "missing" when its files could not be had. */
export class EngineError extends Error {
  /** @param {string} sentence @param {string} [code] */
  constructor(sentence, code = '') {
    super(sentence);
    this.code = code;
  }
}

export class Engine {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (reason: Error) => void }>} */
  #open = new Map();
  #next = 1;
  /** @type {Promise<Started> | null} */
  #started = null;
  /** @type {EngineKind | null} */
  #kind = null;
  /** The engine's other threads. @type {ReturnType<typeof startThreads> | null} */
  #threads = null;
  /** Which network the worker holds, by the page's own key; a fresh worker holds none. @type {string | null} */
  networkKey = null;
  /** @type {NetworkInfo | null} */
  networkInfo = null;

  /**
   * @param {(event: WorkerEvent) => void} onEvent
   * @param {(sentence: string) => void} onCrash the worker died by itself
   */
  constructor(onEvent, onCrash) {
    this.onEvent = onEvent;
    this.onCrash = onCrash;
  }

  /**
   * Starts the worker with this engine, or finds it started.
   *
   * @param {EngineKind} kind
   * @param {number} [threads] that the engine may use
   * @returns {Promise<Started>}
   */
  start(kind, threads = 1) {
    if (this.#started && this.#kind === kind) return this.#started;
    this.terminate(say.crashed);
    const worker = startWorker('engine/host-worker.js', `pastiche ${kind}`);
    this.#worker = worker;
    this.#kind = kind;
    worker.addEventListener('message', ({ data }) => this.#receive(worker, data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#crash(worker, event.message ? say.crashedWith(event.message) : say.crashed);
    });
    this.#started = this.request('start', { engine: kind, threads, language: languageModule() });
    this.#started.catch(() => { if (this.#worker === worker) this.terminate(say.crashed); });
    return this.#started;
  }

  /**
   * @param {string} type
   * @param {object} [payload]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  request(type, payload = {}, transfer = []) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new EngineError(say.crashed));
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ ...payload, id, type }, transfer);
    });
  }

  /** Has the worker say its sentences in the page's language. */
  followLanguage() {
    if (this.#worker) this.request('language', { module: languageModule() }).catch(() => {});
  }

  /** @param {string} sentence what open requests are answered with */
  terminate(sentence) {
    this.#worker?.terminate();
    this.#threads?.terminate();
    this.#worker = null;
    this.#threads = null;
    this.#started = null;
    this.networkKey = null;
    this.networkInfo = null;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new EngineError(sentence));
  }

  /** @param {Worker} worker @param {string} sentence */
  #crash(worker, sentence) {
    if (worker !== this.#worker) return;
    this.terminate(sentence);
    this.onCrash(sentence);
  }

  /** @param {Worker} worker @param {SharedEngine & { count: number }} shared */
  #startThreads(worker, shared) {
    const threads = startThreads(shared, (detail) => this.#crash(worker, detail ? say.crashedWith(detail.slice(0, 200)) : say.crashed));
    this.#threads = threads;
    void threads.ready.then((count) => {
      if (worker === this.#worker) void this.request('joined', { count }).catch(() => {});
    });
  }

  /** @param {Worker} worker @param {unknown} message */
  #receive(worker, message) {
    // A worker that has been replaced may still have letters in the post.
    if (worker !== this.#worker) return;
    if (!isWorkerMessage(message)) {
      reportError(new Error('The engine posted a message that there is none of.'));
      return;
    }
    if ('event' in message) {
      if (message.event === 'threads') this.#startThreads(worker, message);
      else this.onEvent(message);
      return;
    }
    const waiting = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.value);
    else waiting?.reject(new EngineError(message.error, message.code));
    if (message.fatal) this.#crash(worker, message.error ?? say.crashed);
  }
}
