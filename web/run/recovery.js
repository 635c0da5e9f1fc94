/** What follows when the engine breaks in the middle of a run. */

/** @import { EngineKind } from '../types' */
/** @import { Code } from '../app/errors.js' */

/**
 * again: the run continues from its last checkpoint with a new worker of the same engine; cpu: on the processor; smaller: it ends, and a
 * smaller size is offered; end: it ends, and can be continued.
 * @typedef {'again' | 'cpu' | 'smaller' | 'end'} Recovery
 */

/**
 * @param {Code} code
 * @param {EngineKind} engine
 * @param {number} recoveries of this run so far
 * @returns {Recovery}
 */
export function recoveryFrom(code, engine, recoveries) {
  if (code === 'memory') return 'smaller';
  if (code !== 'crash' && code !== 'device' && code !== 'silent') return 'end';
  if (recoveries === 0) return 'again';
  return engine === 'gpu' && recoveries === 1 ? 'cpu' : 'end';
}
