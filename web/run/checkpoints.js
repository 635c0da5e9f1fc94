/**
 * The checkpoints of a run, so that one can go back along it and go on from there. They are blobs, which browsers keep on disk where memory
 * is short; when there are too many, every second one goes.
 */

/** @import { Checkpoint, WorkerEvent } from '../types' */
import { firstSpacing, thin } from './thin-checkpoints.js';
import { used } from './progress.js';
import { get, set } from '../app/store.js';

/** Evaluations between two of them. */
let every = 1;

/** @param {number} evaluations of the whole run @returns {number} how far apart they are at first */
export function spaceCheckpoints(evaluations) {
  every = firstSpacing(evaluations);
  return every;
}

/**
 * Keeps one. @param {Extract<WorkerEvent, { event: 'kept' }>} event
 * @returns {number | null} a new spacing for the engine, when there is one
 */
export function keepCheckpoint({ evaluation, iteration, width, height, rgba, snapshot }) {
  const { at, checkpoints } = get();
  const checkpoint = { evaluation, iteration, width, height, picture: new Blob([rgba]), snapshot: new Blob([snapshot]), seconds: used() };
  // A checkpoint, a pause and a full round may all fall on the same evaluation.
  const all = [...checkpoints.filter((each) => each.evaluation < evaluation), checkpoint];
  const before = every;
  // The one that is being looked at must not vanish.
  const thinned = at === null ? thin(all, every) : { kept: all, every };
  ({ every } = thinned);
  set({ checkpoints: thinned.kept });
  return every === before ? null : every;
}

/** The checkpoint that is shown, or the newest. @returns {Checkpoint | null} */
export function chosenCheckpoint() {
  const { at, checkpoints } = get();
  return checkpoints[at ?? checkpoints.length - 1] ?? null;
}
