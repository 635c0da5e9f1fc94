/** Checkpoints that every run keeps besides its own, for a driver that takes pictures along it. */

/** Evaluations between them; 0: none. */
let spacing = 0;

/** @param {number} evaluations between checkpoints that every run from now on keeps besides */
export function setMarkSpacing(evaluations) {
  spacing = evaluations;
}

/** @param {number} end evaluations of the run @returns {number[]} */
export function extraMarks(end) {
  return spacing > 0 ? Array.from({ length: Math.floor(end / spacing) }, (_, n) => (n + 1) * spacing) : [];
}
