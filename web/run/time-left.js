/** How long a run will still take, from its newest steps. */

/** So many steps: enough to be calm, few enough to notice a change. */
const RECENT = 20;

/** @typedef {{ done: number, at: number }} Mark evaluations made, and seconds used until then */

/** @param {readonly Mark[]} marks @param {Mark} mark the newest @returns {readonly Mark[]} as many as count */
export function withMark(marks, mark) {
  return [...marks, mark].slice(-RECENT);
}

/**
 * @param {readonly Mark[]} marks oldest first
 * @param {number} remaining evaluations
 * @param {number} used seconds until now, pauses left out
 * @returns {number | null} seconds, null while there is nothing to estimate it from
 */
export function timeLeft(marks, remaining, used) {
  const first = marks[0];
  const last = marks[marks.length - 1];
  if (first === undefined || last === undefined || last.done <= first.done) return null;
  return ((last.at - first.at) / (last.done - first.done)) * Math.max(0, remaining) - Math.max(0, used - last.at);
}
