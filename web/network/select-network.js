/**
 * Which network is to be loaded, as a pure function of what happens. The newest choice wins, and is carried out as soon as there is an engine;
 * what the page chooses by itself never replaces what a person chose. What comes late, of a choice that has been replaced, changes nothing.
 */

/** @import { NetworkId } from '../types' */

/**
 * @typedef {object} Choice
 * @property {number} number
 * @property {NetworkId} id
 * @property {boolean} byPerson
 * @property {'asking' | 'waiting' | 'loading'} step asking: whether it may be downloaded; waiting: for an engine
 */
/**
 * @typedef {object} Selection
 * @property {boolean} engine whether there is one
 * @property {NetworkId | null} network in use
 * @property {Choice | null} choice the newest, until it is carried out or given up
 * @property {number} last number of a choice
 */
/**
 * @typedef {{ type: 'choose', id: NetworkId, byPerson: boolean, agreed: boolean }
 *   | { type: 'engine', ready: boolean }
 *   | { type: 'agreed' | 'begun' | 'loaded' | 'ended', number: number }} SelectionEvent
 *   agreed (to choose): nothing has to be asked; ended: it was refused, has failed or was cancelled
 */

/** @type {Selection} */
export const NONE = Object.freeze({ engine: false, network: null, choice: null, last: 0 });

/**
 * @param {Selection} selection
 * @param {SelectionEvent} event
 * @returns {Selection} the very same where the event changes nothing
 */
export function next(selection, event) {
  const { choice, engine, last } = selection;
  switch (event.type) {
    case 'choose':
      if (choice?.byPerson && !event.byPerson) return selection;
      return { ...selection, last: last + 1, choice: { number: last + 1, id: event.id, byPerson: event.byPerson, step: event.agreed ? 'waiting' : 'asking' } };
    case 'engine':
      if (event.ready === engine) return selection;
      // What the worker was loading has gone with it.
      return { ...selection, engine: event.ready, choice: choice?.step === 'loading' ? { ...choice, step: 'waiting' } : choice };
    default:
  }
  if (choice?.number !== event.number) return selection;
  switch (event.type) {
    case 'agreed': return choice.step === 'asking' ? { ...selection, choice: { ...choice, step: 'waiting' } } : selection;
    case 'begun': return choice.step === 'waiting' && engine ? { ...selection, choice: { ...choice, step: 'loading' } } : selection;
    case 'loaded': return choice.step === 'loading' ? { ...selection, network: choice.id, choice: null } : selection;
    case 'ended': return { ...selection, choice: null };
    default: return selection;
  }
}

/** What is to be loaded now. @param {Selection} selection @returns {Choice | null} */
export function due({ choice, engine }) {
  return engine && choice?.step === 'waiting' ? choice : null;
}
