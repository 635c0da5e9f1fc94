/** What the parts of the engine's worker share: how they answer the page, take turns, and explain what went wrong. */

/** @import { Answer, WorkerEvent } from '../types' */
import { explain } from '../app/errors.js';
import { memoryBytes } from './load-engine.js';

/** What the engine's panic hook left behind: after a panic only JavaScript still runs. */
const lastPanic = () => /** @type {{ pastichePanic?: string }} */ (globalThis).pastichePanic ?? '';

/** What the page is sent of an error; the error itself goes to the console. @param {unknown} error */
export function explained(error) {
  const all = explain(error, lastPanic());
  if (all.code !== '') console.error(error, lastPanic());
  // That is as much as there was.
  return { ...all, held: all.code === 'memory' ? memoryBytes() : null };
}

/** @type {Promise<unknown>} */
let tail = Promise.resolve();
/** Everything that touches a session takes turns. @template T @param {() => T | Promise<T>} work @returns {Promise<T>} */
export function inTurn(work) {
  const turn = tail.then(work);
  tail = turn.catch(() => {});
  return turn;
}

/** @param {Answer | WorkerEvent} message @param {Transferable[]} [transfer] */
export function post(message, transfer = []) {
  /** @type {{ postMessage(message: unknown, transfer: Transferable[]): void }} */ (/** @type {unknown} */ (self)).postMessage(message, transfer);
}

/** Lets waiting messages in: a task of its own, without the four milliseconds that nested timers cost. @returns {Promise<void>} */
export function yieldToMessages() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); resolve(); };
    port2.postMessage(null);
  });
}

/** What there must be by now; the page knows the order. @template T @param {T | null} thing @param {string} what @returns {T} */
export function need(thing, what) {
  if (thing === null) throw new TypeError(`The page asked for ${what} before there was one.`);
  return thing;
}
