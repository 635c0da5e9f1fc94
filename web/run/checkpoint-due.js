/** When a run keeps a checkpoint: every so many evaluations, where it is asked to, and often enough that little is lost with its worker. */

/** At most so far apart, in milliseconds of painting, or one step where that takes longer. */
const APART = 10_000;

/**
 * @param {object} now
 * @param {number} now.issued evaluations made so far
 * @param {number} now.every evaluations between two checkpoints; 0: none are wanted
 * @param {readonly number[]} now.marks evaluations after which one is kept besides
 * @param {number} now.since milliseconds of painting since the last
 * @param {number} now.step milliseconds that the last step took, as the next one will
 */
export function isCheckpointDue({ issued, every, marks, since, step }) {
  if (marks.includes(issued)) return true;
  return every > 0 && (issued % every === 0 || since + step > APART);
}
