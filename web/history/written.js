/** What of the run on the page is in the history, and when it is tried again: bookkeeping alone. */

/** @typedef {{ id: string, evaluation: number, state: string }} Mark a run, how far it had come, and what state it was in */
/**
 * @typedef {object} Log
 * @property {Mark | null} written what is in the history, on the disk
 * @property {Mark | null} tried what was written last, or could not be
 * @property {number} at when that was, in milliseconds
 * @property {number} failures since something was written
 */

/** Between two writings of a run that goes on, in milliseconds: what a crash may cost. */
const EVERY = 10_000;
/** After as many failures in a row the wait grows no longer. */
const MOST_FAILURES = 4;

/** @type {Log} */
export const NOTHING_WRITTEN = { written: null, tried: null, at: 0, failures: 0 };

/** @param {Mark | null} a @param {Mark} b */
const isSame = (a, b) => a?.id === b.id && a.evaluation === b.evaluation && a.state === b.state;

/** @param {Log} log @param {Mark} mark whether its picture is in the history, in whatever state the run was then */
export function isKept({ written }, mark) {
  return written?.id === mark.id && written.evaluation === mark.evaluation;
}

/** @param {Log} log @param {Mark} mark @param {number} now @returns {number} milliseconds until it is to be written; Infinity when it is already */
export function dueIn({ at, failures, tried, written }, mark, now) {
  if (isSame(written, mark)) return Infinity;
  const isNew = tried?.id !== mark.id || tried.state !== mark.state;
  if (isNew && mark.state !== 'painting') return 0;
  // Twice as long after each failure.
  const retry = isNew ? 0 : EVERY * 2 ** (Math.min(failures, MOST_FAILURES) - 1);
  const wait = mark.state === 'painting' ? Math.max(EVERY, retry) : failures > 0 ? retry : 0;
  return Math.max(0, at + wait - now);
}

/** @param {Mark} mark @param {number} now @returns {Log} */
export function afterWriting(mark, now) {
  return { written: mark, tried: mark, at: now, failures: 0 };
}

/** @param {Log} log @param {Mark} mark @param {number} now @returns {Log} */
export function afterFailure({ failures, written }, mark, now) {
  return { written, tried: mark, at: now, failures: failures + 1 };
}
