/**
 * The checkpoints of a run, so that one can go back along it and go on from there. They are blobs, which browsers keep on disk where memory
 * is short; when there are too many, every second one goes.
 */

/** @import { Stop, WorkerEvent } from '../types' */
import { used } from './progress.js';
import { get, set } from '../app/store.js';

/** As many as a finger can tell apart on the bar. */
const MOST = 48;
/** And no more bytes than this. An iterate of 512 x 512 pixels is 13.6 MB with Adam's moments. */
const ROOM = 256e6;
/** At least these, however large: the start, one between, the newest. */
const LEAST = 3;

/** Evaluations between two of them. */
let every = 1;

/** @param {number} evaluations of the whole run @returns {number} how far apart they are at first */
export function spaceCheckpoints(evaluations) {
  every = Math.max(1, Math.ceil(evaluations / MOST));
  return every;
}

/**
 * Keeps one. @param {Extract<WorkerEvent, { event: 'kept' }>} event
 * @returns {number | null} a new spacing for the engine, when there is one
 */
export function keepCheckpoint({ evaluation, iteration, width, height, rgba, snapshot }) {
  const { at, checkpoints } = get();
  const stop = { evaluation, iteration, width, height, picture: new Blob([rgba]), snapshot: new Blob([snapshot]), seconds: used() };
  // A stop, a pause and a full round may all fall on the same evaluation.
  let kept = [...checkpoints.filter((each) => each.evaluation < evaluation), stop];
  const before = every;
  // What is being looked at must not be taken away under the eye.
  while (at === null && kept.length > LEAST && (kept.length > MOST + 1 || bytesOf(kept) > ROOM)) {
    every *= 2;
    kept = kept.filter((each) => each === stop || each.evaluation % every === 0);
  }
  set({ checkpoints: kept });
  return every === before ? null : every;
}

/** @param {readonly Stop[]} checkpoints */
function bytesOf(checkpoints) {
  return checkpoints.reduce((sum, { picture, snapshot }) => sum + picture.size + snapshot.size, 0);
}

/** The stop that is on the wall, or the newest. @returns {Stop | null} */
export function chosenCheckpoint() {
  const { at, checkpoints } = get();
  return checkpoints[at ?? checkpoints.length - 1] ?? null;
}
