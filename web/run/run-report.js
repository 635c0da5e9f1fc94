/** The report of the run in the store: the engine's own when the run begins, is changed, pauses or ends, and kept up with its steps between. */

/** @import { Report } from '../types' */
/** @import { Run } from './run-state.js' */
import { get, set } from '../app/store.js';
import { allLosses } from './losses.js';
import { currentRun } from './run-state.js';

/** Shows the engine's report of a run, unless another has taken its place. @param {Run} run @param {string} json @returns {Report} */
export function showReport(run, json) {
  const report = /** @type {Report} */ (JSON.parse(json));
  if (run === currentRun()) set({ report });
  return report;
}

/** What has changed since the engine's own, as far as the page knows. @param {number} evaluations @returns {Report | null} */
export function interimReport(evaluations) {
  const { report } = get();
  return report && { ...report, evaluations, losses: allLosses() };
}
