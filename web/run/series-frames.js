/** The pictures of a strength series: those checkpoints of the run at which the strength changes. */

/** @import { Preview, WorkerEvent } from '../types' */

/** Evaluations of the changes, of the series under way. @type {readonly number[]} */
let turns = [];
/** @type {Preview[]} */
let pictures = [];

/** @param {readonly number[]} evaluations at which the run reaches the end of each strength */
export function beginSeries(evaluations) {
  turns = evaluations;
  pictures = [];
}

/** A run that is no series has begun, or the series has been shown. Its pictures stay. */
export function endSeries() {
  turns = [];
}

/** @param {Extract<WorkerEvent, { event: 'kept' }>} event */
export function addToSeries({ evaluation, iteration, width, height, rgba }) {
  if (evaluation !== turns[pictures.length]) return;
  pictures.push({ width, height, iteration, rgba: new Uint8ClampedArray(rgba) });
}

/** The run continues from a checkpoint: what came after it is made again. @param {number} evaluation */
export function rewindSeries(evaluation) {
  pictures = pictures.filter((_, n) => (turns[n] ?? 0) <= evaluation);
}

/** Whether a series is under way and has all its pictures. */
export function isSeriesComplete() {
  return turns.length > 0 && pictures.length === turns.length;
}

/** @returns {readonly Preview[]} as far as the run has come */
export function seriesPictures() {
  return pictures;
}
