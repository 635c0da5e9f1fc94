/** The queue as a pure function of what happens to it. What comes late, or twice, changes nothing. */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { Outcome } from '../types' */

/** @typedef {'waiting' | 'painting' | 'finished' | 'stopped' | 'failed'} ItemState */
/**
 * @template T what an item is about
 * @typedef {T & { id: number, state: ItemState, reason: Sentence }} Item reason: why it could not be painted; '' otherwise
 */
/**
 * @template T
 * @typedef {object} Queue
 * @property {readonly Item<T>[]} items
 * @property {boolean} held nothing begins until the person says so
 * @property {number} last number of an item
 */
/**
 * @template T
 * @typedef {{ type: 'add', entries: readonly T[] } | { type: 'begin', id: number } | { type: 'settle', id: number, outcome: Outcome, result?: Partial<T> }
 *   | { type: 'drop', id: number } | { type: 'dropWaiting' } | { type: 'continue' }} QueueEvent
 */

/** @type {Queue<any>} */
export const EMPTY = Object.freeze({ items: [], held: false, last: 0 });

/**
 * @template T
 * @param {Queue<T>} queue
 * @param {QueueEvent<T>} event
 * @returns {Queue<T>} the very same where the event changes nothing
 */
export function next(queue, event) {
  const { items, last } = queue;
  const change = (/** @type {number} */ id, /** @type {ItemState} */ from, /** @type {Partial<Item<T>>} */ patch) => {
    if (items.find((each) => each.id === id)?.state !== from) return queue;
    return { ...queue, items: items.map((each) => (each.id === id ? { ...each, ...patch } : each)) };
  };
  switch (event.type) {
    case 'add': {
      const added = event.entries.map((entry, n) => ({ ...entry, id: last + 1 + n, state: /** @type {const} */ ('waiting'), reason: '' }));
      return { items: [...items, ...added], held: false, last: last + added.length };
    }
    case 'begin': return nextWaiting(queue)?.id === event.id ? change(event.id, 'waiting', /** @type {Partial<Item<T>>} */ ({ state: 'painting' })) : queue;
    case 'settle': {
      const { sentence, state } = event.outcome;
      const refused = state === 'refused' || state === 'failed';
      const settled = change(event.id, 'painting', /** @type {Partial<Item<T>>} */ ({ ...event.result, state: refused ? 'failed' : state, reason: refused ? sentence : '' }));
      // Stop means: no more for now.
      return settled !== queue && state === 'stopped' ? { ...settled, held: true } : settled;
    }
    case 'drop': {
      const rest = items.filter(({ id, state }) => id !== event.id || state === 'painting');
      return rest.length === items.length ? queue : { ...queue, items: rest };
    }
    case 'dropWaiting': return { ...queue, items: items.filter(({ state }) => state !== 'waiting'), held: false };
    case 'continue': return queue.held ? { ...queue, held: false } : queue;
    default: return queue;
  }
}

/** The one that may begin. @template T @param {Queue<T>} queue @returns {Item<T> | null} */
export function nextWaiting({ items, held }) {
  if (held || items.some(({ state }) => state === 'painting')) return null;
  return items.find(({ state }) => state === 'waiting') ?? null;
}
