/** How many checkpoints of a run are kept, and which. */

/** As many as a finger can select on the timeline. */
const MOST = 48;
/** And no more bytes than this. A checkpoint of 512 x 512 pixels is 13.6 MB with Adam's moments. */
const ROOM = 256e6;
/** At least these, however large: the start, one between, the newest. */
const LEAST = 3;

/** @typedef {{ evaluation: number, picture: { size: number }, snapshot: { size: number } }} Sized sizes in bytes */

/** @param {number} evaluations of the whole run @returns {number} evaluations between two checkpoints at first */
export function firstSpacing(evaluations) {
  return Math.max(1, Math.ceil(evaluations / MOST));
}

/**
 * Drops those that were kept between two multiples of the spacing because steps are slow, then doubles the spacing and drops what lies between,
 * until few enough are left. The newest always stays.
 *
 * @template {Sized} T
 * @param {readonly T[]} checkpoints oldest first
 * @param {number} every the spacing so far, in evaluations
 * @returns {{ kept: readonly T[], every: number }}
 */
export function thin(checkpoints, every) {
  const newest = checkpoints[checkpoints.length - 1];
  let kept = checkpoints;
  let spacing = every;
  for (let apart = every; kept.length > LEAST && (kept.length > MOST + 1 || bytesOf(kept) > ROOM); apart *= 2) {
    const wanted = apart;
    spacing = wanted;
    kept = kept.filter((each) => each === newest || each.evaluation % wanted === 0);
  }
  return { kept, every: spacing };
}

/** @param {readonly Sized[]} checkpoints */
function bytesOf(checkpoints) {
  return checkpoints.reduce((sum, { picture, snapshot }) => sum + picture.size + snapshot.size, 0);
}
