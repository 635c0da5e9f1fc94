/** The frames of a video of the run: evenly apart, kept as blobs, thinned out when there are too many. They outlive the checkpoints. */

/** @import { Frame } from '../types' */

/** At twelve a second, eight seconds. */
const MOST = 96;
/** In bytes; browsers keep blobs on disk where memory is short. */
const ROOM = 128e6;

/** @type {Frame[]} */
let frames = [];
/** Iterations between two of them. */
let every = 1;

/** A new run, or the one that goes on from here. @param {number} iteration frames after it are given up @param {number} iterations of the whole run */
export function beginFrames(iteration, iterations) {
  frames = iteration === 0 ? [] : frames.filter((frame) => frame.iteration <= iteration);
  every = Math.max(1, Math.ceil(iterations / MOST));
}

/** @typedef {{ frames: readonly Frame[], every: number }} FilmFrames */

/** @returns {FilmFrames} */
export const framesNow = () => ({ frames: [...frames], every });

/** @param {FilmFrames} of a run that is on the page again */
export function setFrames(of) {
  frames = [...of.frames];
  every = of.every;
}

/** @param {{ width: number, height: number, iteration: number, rgba: Uint8Array<ArrayBuffer> }} picture */
export function addFrame({ width, height, iteration, rgba }) {
  const last = frames[frames.length - 1];
  if (last && iteration < last.iteration + every) return;
  frames.push({ width, height, iteration, picture: new Blob([rgba]) });
  while (frames.length > MOST + 1 || (frames.length > 2 && frames.length * rgba.byteLength > ROOM)) {
    every *= 2;
    frames = frames.filter((_, i) => i % 2 === 0);
  }
}

/** @returns {readonly Frame[]} oldest first */
export function recordedFrames() {
  return frames;
}
