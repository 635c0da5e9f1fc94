/**
 * The page's side of the worker: requests with answers, events, and the right to kill it at any moment. A worker that has been killed, has
 * crashed or does not answer any more ends every open request with a sentence, and the next start begins afresh.
 */

/** @import { EngineKind, NetworkInfo, SharedEngine, Started, Tile, WorkerEvent } from '../types' */
/** @import { Code } from '../app/errors.js' */
/** @import { Heartbeat, HeartbeatEvent } from './heartbeat.js' */
import { embeddedFile } from '../app/asset.js';
import { SentenceError } from '../app/errors.js';
import { engine as say } from '../i18n/en.js';
import { isSilent, next, STARTED, TICK } from './heartbeat.js';
import { onLockReleased } from './life-lock.js';
import { isWorkerMessage } from './messages.js';
import { startThreads } from './thread-pool.js';
import { startWorker } from './start-worker.js';
import { currentLanguage } from '../i18n/apply.js';

/** The number of every ping; requests begin with 1. */
const PING = 0;

/** A sentence from the engine, or about it. */
export class EngineError extends SentenceError {
  /** @param {string} sentence @param {Code} [code] @param {number | null} [held] bytes of memory that there were, where it ran out */
  constructor(sentence, code = '', held = null) {
    super(sentence, code);
    this.held = held;
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
  /** @type {Heartbeat} */
  #beat = STARTED;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;
  /** Aborted when the worker is given up. */
  #life = new AbortController();
  /** Whether steps are being made. */
  #stepping = false;
  /** Whether that has been interrupted by a pause. */
  #paused = false;
  /** Which network the worker holds, by the page's own key; a fresh worker holds none. @type {string | null} */
  networkKey = null;
  /** @type {NetworkInfo | null} */
  networkInfo = null;

  /**
   * @param {(event: WorkerEvent) => void} onEvent
   * @param {(error: EngineError) => void} onCrash the worker died by itself, or does not answer any more
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
   * @param {Tile | null} [tile] that was chosen before
   * @returns {Promise<Started>}
   */
  start(kind, threads = 1, tile = null) {
    if (this.#started && this.#kind === kind) return this.#started;
    this.terminate(new EngineError(say.crashed, 'crash'));
    const worker = startWorker('engine/host-worker.js', `pastiche ${kind}`);
    this.#worker = worker;
    this.#life = new AbortController();
    this.#kind = kind;
    this.#beat = STARTED;
    this.#ticking = setInterval(() => this.#tick(worker), TICK);
    worker.addEventListener('message', ({ data }) => this.#receive(worker, data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (event.message) console.error(event.message);
      // Nothing has come of it yet, not even its script.
      this.#crash(worker, this.#beat.stage === 'fetching' ? new EngineError(say.missing(kind), 'missing') : this.#failure(say.crashed, 'crash'));
    });
    const started = this.request('start', { engine: kind, threads, language: currentLanguage(), tile, wasm: embeddedFile(`engine/${kind}/browser_bg.wasm`) });
    this.#started = started;
    started.then(() => { if (this.#worker === worker) this.#note({ type: 'stage', stage: 'up' }); }, (error) => {
      if (this.#worker === worker) this.terminate(error instanceof EngineError ? error : new EngineError(say.crashed, 'crash'));
    });
    return started;
  }

  /** Whether the engine is started, not only its worker. */
  get isUp() {
    return this.#worker !== null && this.#beat.stage === 'up';
  }

  /** Ends the start under way, if there is one. @param {EngineError} error what it is answered with */
  cancelStart(error) {
    if (this.#worker && this.#beat.stage !== 'up') this.terminate(error);
  }

  /**
   * @param {string} type
   * @param {object} [payload]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  request(type, payload = {}, transfer = []) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new EngineError(say.crashed, 'crash'));
    const id = this.#next;
    this.#next += 1;
    if (type === 'paint' || type === 'resume') this.#paused = false;
    else if (type === 'pause') this.#paused = true;
    if (type === 'paint') {
      this.#stepping = true;
      this.#note({ type: 'expect', step: /** @type {{ expected?: number | null }} */ (payload).expected ?? null });
    }
    const answer = new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#noteBusy();
      worker.postMessage({ ...payload, id, type }, transfer);
    });
    const ended = () => {
      if (worker !== this.#worker) return;
      this.#stepping = false;
      this.#noteBusy();
    };
    if (type === 'stop') answer.then(ended, () => {});
    else if (type === 'paint') answer.catch(ended);
    return answer;
  }

  /** Has the worker say its sentences in the page's language. */
  followLanguage() {
    if (this.#worker) this.request('language', { language: currentLanguage() }).catch(() => {});
  }

  /** @param {EngineError} error what open requests are answered with */
  terminate(error) {
    clearInterval(this.#ticking);
    this.#life.abort();
    this.#worker?.terminate();
    this.#threads?.terminate();
    this.#worker = null;
    this.#threads = null;
    this.#started = null;
    this.#stepping = false;
    this.networkKey = null;
    this.networkInfo = null;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(error);
  }

  /** @param {HeartbeatEvent} event */
  #note(event) {
    this.#beat = next(this.#beat, event);
  }

  #noteBusy() {
    this.#note({ type: 'busy', busy: this.#open.size > 0 || this.#stepping, working: this.#stepping && !this.#paused });
  }

  /** @param {Worker} worker */
  #tick(worker) {
    if (worker !== this.#worker) return;
    this.#note({ type: 'tick' });
    const { busy, silent, stage } = this.#beat;
    if (isSilent(this.#beat)) this.#crash(worker, stage === 'fetching' ? new EngineError(say.stalled, 'stalled') : new EngineError(stage === 'up' ? say.silent : this.#notStarted(), 'silent'));
    // Answered by the worker's event loop as soon as it gets there.
    else if (busy && stage === 'up' && silent > 0) worker.postMessage({ id: PING, type: 'ping' });
  }

  /**
   * What is said of the worker's error: of an engine that breaks while it starts, not what is said of a run, which may do at a smaller size.
   * @param {string} sentence @param {Code} code @param {number | null} [held] @returns {EngineError}
   */
  #failure(sentence, code, held) {
    const isOfStart = this.#beat.stage !== 'up' && (code === 'crash' || code === 'device');
    return new EngineError(isOfStart ? this.#notStarted() : sentence, code, held);
  }

  #notStarted() {
    return this.#kind === 'gpu' ? say.gpuNotStarted : say.notStarted;
  }

  /** @param {Worker} worker @param {EngineError} error */
  #crash(worker, error) {
    if (worker !== this.#worker) return;
    this.terminate(error);
    this.onCrash(error);
  }

  /** @param {Worker} worker @param {SharedEngine & { count: number }} shared */
  #startThreads(worker, shared) {
    const threads = startThreads(shared, (detail) => {
      if (detail) console.error(detail);
      this.#crash(worker, /^panicked/.test(detail) || !/unreachable/.test(detail) ? new EngineError(say.crashed, 'crash') : new EngineError(say.outOfMemory, 'memory'));
    });
    this.#threads = threads;
    void threads.ready.then((count) => {
      if (worker === this.#worker) void this.request('joined', { count }).catch(() => {});
    });
  }

  /** @param {WorkerEvent} event */
  #noteEvent(event) {
    switch (event.event) {
      case 'stage': return this.#note({ type: 'stage', stage: event.stage });
      case 'progress': return this.#note({ type: 'step', step: event.milliseconds });
      case 'paused':
        this.#paused = true;
        return this.#noteBusy();
      case 'finished': case 'failed':
        this.#stepping = false;
        return this.#noteBusy();
      default:
    }
  }

  /** @param {Worker} worker @param {unknown} message */
  #receive(worker, message) {
    // A worker that has been replaced may still have messages on their way.
    if (worker !== this.#worker) return;
    if (!isWorkerMessage(message)) {
      reportError(new Error('The engine posted a message that there is none of.'));
      return;
    }
    this.#note({ type: 'event' in message || message.id !== PING ? 'moved' : 'heard' });
    if ('event' in message) {
      this.#noteEvent(message);
      if (message.event === 'locked') onLockReleased(message.lock, this.#life.signal, () => this.#crash(worker, this.#failure(say.crashed, 'crash')));
      else if (message.event === 'threads') this.#startThreads(worker, message);
      else if (message.event === 'failed' && message.fatal) this.#crash(worker, this.#failure(message.message, message.code, message.held));
      else if (message.event !== 'stage') this.onEvent(message);
      return;
    }
    const waiting = this.#open.get(message.id);
    this.#open.delete(message.id);
    this.#noteBusy();
    const error = message.error === undefined ? null : this.#failure(message.error, /** @type {Code} */ (message.code), message.held);
    if (!error) waiting?.resolve(message.value);
    else waiting?.reject(error);
    if (message.fatal && error) this.#crash(worker, error);
  }
}
