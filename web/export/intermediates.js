/** Pictures along a run as PNGs with their recipes, for `./dev paint --every`. */

/** @import { Checkpoint } from '../types' */
import { get, subscribe } from '../app/store.js';
import { setMarkSpacing } from '../run/mark-spacing.js';
import { withRecipe } from './recipe-write.js';
import { encode } from './save.js';

/**
 * From now on every run gives its picture each time it has come so much further; its end, which is saved anyhow, is none of them.
 *
 * @param {number} spacing evaluations between two
 * @param {(evaluation: number, png: Blob) => Promise<void> | void} take called for one after the other
 * @returns {{ settled: () => Promise<void> }} settled: resolves once `take` has had all there are
 */
export function takeEvery(spacing, take) {
  setMarkSpacing(spacing);
  /** Those whose recipe is not known yet: the report comes with a preview. @type {Checkpoint[]} */
  let waiting = [];
  let last = 0;
  let tail = Promise.resolve();
  const give = async (/** @type {Checkpoint} */ { evaluation, iteration, width, height, picture }) => {
    const rgba = new Uint8ClampedArray(await picture.arrayBuffer());
    await take(evaluation, await withRecipe(await encode({ width, height, rgba }, 'image/png'), evaluation));
  };
  subscribe((changed) => {
    const { checkpoints, report } = get();
    if (changed.has('checkpoints')) {
      const newest = checkpoints[checkpoints.length - 1];
      if (!newest || newest.evaluation < last) last = 0;
      if (newest && newest.evaluation > last && newest.evaluation % spacing === 0 && newest.evaluation < Number(get().inputs?.job.settings['evaluations'])) {
        last = newest.evaluation;
        waiting.push(newest);
      }
    }
    if (!report) return;
    for (const checkpoint of waiting) tail = tail.then(() => give(checkpoint)).catch(() => {});
    waiting = [];
  }, new AbortController().signal);
  return { settled: () => tail };
}
