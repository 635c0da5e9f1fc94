/** The page's engine: one worker, started with the engine in use, and started again after it had to be killed. */

/** @import { EngineKind, Started, WorkerEvent } from '../types' */
import { address } from '../app/address.js';
import { preferences } from '../app/preferences.js';
import { set } from '../app/store.js';
import { network as nets, status } from '../i18n/en.js';
import { hideLoading, showLoading } from '../run/progress.js';
import { Engine, EngineError } from './client.js';
import { threadsHere } from './thread-pool.js';

/** @type {(event: WorkerEvent) => void} */
let onRunEvent = () => {};
/** @type {(error: EngineError) => void} */
let onRunCrash = () => {};
/** @type {(started: Started) => void} */
let resolveDescribed = () => {};
/** What the engine said of itself when it first started. @type {Promise<Started>} */
export const described = new Promise((resolve) => { resolveDescribed = resolve; });

/** Ends the engine's download. */
const cancel = () => engine.cancelStart(new EngineError(nets.cancelled, 'cancelled'));

export const engine = new Engine((event) => {
  if (event.event === 'loading') showLoading(event.loaded, event.total, () => status.engineBytes(event.loaded, event.total), cancel);
  else onRunEvent(event);
}, (error) => onRunCrash(error));

/** @param {{ event: (event: WorkerEvent) => void, crash: (error: EngineError) => void }} listeners for what the worker says of the run */
export function listenToEngine({ event, crash }) {
  onRunEvent = event;
  onRunCrash = crash;
}

/** The engine in use. @type {EngineKind} */
let kind = 'cpu';

export const engineInUse = () => kind;

/** Takes effect with the next start. @param {EngineKind} other */
export function useEngine(other) {
  kind = other;
}

/** Starts the engine in use, or finds it started. @returns {Promise<Started>} */
export async function startEngine() {
  const starting = engine.start(kind, Math.min(address().threads ?? Infinity, threadsHere()), preferences.get('tile'));
  const waiting = !engine.isUp;
  // Where not even its first byte comes, there is something to cancel as well.
  if (waiting) showLoading(0, null, () => status.loadingEngine, cancel);
  try {
    const started = await starting;
    resolveDescribed(started);
    const { adapter, tile } = started.info;
    if (tile) preferences.set('tile', { adapter, name: tile });
    set({ engine: started.info });
    return started;
  } finally {
    if (waiting) hideLoading();
  }
}

/** The engine alone, started again if it had to be killed: enough to judge settings. @returns {Promise<unknown>} */
export function revive() {
  return startEngine();
}
