/** The losses of the run under way or the last one, one evaluation after the other as the engine sends them. */

/** @import { Losses } from '../types' */
import { set } from '../app/store.js';

/** The chart is drawn again at most this often, in milliseconds, however fast the engine is. */
const CHART_EVERY = 100;

/** @type {Losses[]} */
let losses = [];
let due = false;

/** @param {readonly Losses[]} [earlier] of the run that another continues @returns {Losses[]} a copy for the store */
export function beginLosses(earlier = []) {
  losses = [...earlier];
  return [...losses];
}

/** @param {number} evaluation @returns {Losses[]} those before it */
export function lossesBefore(evaluation) {
  return losses.filter((each) => each.evaluation < evaluation);
}

export const allLosses = () => [...losses];

/** @param {Losses} latest */
export function addLosses(latest) {
  if (latest.evaluation === losses[losses.length - 1]?.evaluation) return;
  losses.push(latest);
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    set({ losses: [...losses] });
  }, CHART_EVERY);
}
