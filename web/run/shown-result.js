/**
 * The result that is on the page, with what belongs to it. A run that has begun but has nothing to show yet leaves the one before it there,
 * and it is that one which is saved, and which comes back where the new run is stopped so early.
 */

/** @import { Run } from './run-state.js' */
/** @import { ClockState } from './progress.js' */
/** @import { FilmFrames } from '../export/frames.js' */
import { get } from '../app/store.js';
import { currentRun, machineState } from './run-state.js';

/** @typedef {Pick<ReturnType<typeof get>, 'superseded' | 'pictures' | 'result' | 'inputs' | 'checkpoints' | 'at' | 'losses' | 'report'>} ResultState */
/**
 * @typedef {object} Result
 * @property {Run | null} run
 * @property {'idle' | 'stopped' | 'finished' | 'failed'} outcome of its run; idle: there was none
 * @property {ResultState} state
 * @property {ClockState} clock
 * @property {FilmFrames} frames
 * @property {string} name of its file
 */

/** What was there before the run under way, as long as that has shown nothing. @type {Result | null} */
let earlier = null;

/** @returns {ResultState} */
export function resultState() {
  const { superseded, pictures, result, inputs, checkpoints, at, losses, report } = get();
  return { superseded, pictures, result, inputs, checkpoints, at, losses, report };
}

/** How the last run ended; one under way has not. @returns {Result['outcome'] | null} */
export function outcomeNow() {
  const { name } = machineState();
  return name === 'idle' || name === 'stopped' || name === 'finished' || name === 'failed' ? name : null;
}

/** A run has begun. @param {Result | null} before what was there until then */
export function keepEarlier(before) {
  earlier = before?.state.result ? before : null;
}

/** The run has something of its own to show, or another result has come. */
export function forgetEarlier() {
  earlier = null;
}

/** What the run under way has not replaced yet. @returns {Result | null} */
export const earlierResult = () => (currentRun()?.shown ? null : earlier);

/** What belongs to the picture on the page. @returns {ResultState} */
export const shownResult = () => earlierResult()?.state ?? resultState();
