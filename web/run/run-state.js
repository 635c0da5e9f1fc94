/** The run under way or the last one, and its state; `run` in the store follows it. */

/** @import { RunInputs, Outcome, RunRequest } from '../types' */
/** @import { RunEvent } from './machine.js' */
import { get, set } from '../app/store.js';
import { IDLE, isUnderWay, next } from './machine.js';

/**
 * One run, or a part of it: one that continues or starts again after a crash is another with the same outcome to come.
 * @typedef {object} Run
 * @property {number} id every message of the worker about it carries it
 * @property {RunRequest | null} request what it is started from; null for one from the history
 * @property {RunInputs | null} inputs what that came to, with what has been changed since
 * @property {AbortSignal} signal whatever is awaited for the run ends with it
 * @property {() => void} abort
 * @property {Set<string>} live paths of settings that the person has changed while it ran
 * @property {number} recoveries times that it has been taken up after a crash
 * @property {(outcome: Outcome) => void} settle called once it has ended for good
 * @property {boolean} shown whether its pictures are on the page already
 */

let machine = IDLE;
/** The last number that was given to a run. */
let runs = 0;
/** @type {Run | null} */
let current = null;

/** @returns {Run | null} the run under way or the last one */
export const currentRun = () => current;

export const machineState = () => machine;

/** Whether a run is under way. */
export function isRunning() {
  return isUnderWay(machine);
}

/** @param {Partial<Run>} about @returns {Run} a new one, which is not the current one yet */
export function newRun(about) {
  runs += 1;
  const controller = new AbortController();
  return {
    request: null, inputs: null, live: new Set(), recoveries: 0, settle: () => {}, shown: false, ...about,
    id: runs, signal: controller.signal, abort: () => controller.abort(),
  };
}

/**
 * Another part of a run, with a number and a signal of its own.
 * @param {Run} run
 */
export function nextPart({ request, inputs, live, recoveries, settle }) {
  return newRun({ request, inputs, live, recoveries, settle });
}

/**
 * Moves the run's state, and updates the store.
 * @param {RunEvent} event
 * @param {Partial<Parameters<typeof set>[0]>} [patch] what changes with it
 * @param {Run} [run] the one that becomes the current one with it
 * @returns {boolean} false where the event came late, or twice, and nothing has changed
 */
export function dispatch(event, patch = {}, run) {
  const before = machine;
  machine = next(machine, event);
  if (machine === before) return false;
  if (run) {
    current?.abort();
    current = run;
  }
  const state = shownState();
  const same = !run && state === get().run && isUnderWay(before) && isUnderWay(machine);
  if (!same) set({ run: state, ...(run ? { superseded: false } : {}), ...patch });
  else if (Object.keys(patch).length > 0) set(patch);
  return true;
}

/** The state as the page shows it. */
function shownState() {
  const { held, name } = machine;
  switch (name) {
    case 'idle': return null;
    case 'loading': case 'ready': case 'starting': return held ? 'paused' : 'painting';
    case 'running': return 'painting';
    case 'pausing': case 'paused': return 'paused';
    // As it was: stopping takes less than a second.
    case 'stopping': return get().run;
    default: return name;
  }
}

/**
 * What comes of a promise, or the signal's reason as soon as it aborts: then nobody waits for the rest.
 * @template T @param {AbortSignal} signal @param {Promise<T>} promise @returns {Promise<T>}
 */
export function within(signal, promise) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
