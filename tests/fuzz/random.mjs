// Random numbers from a seed: the same on every machine.

/**
 * @typedef {object} Random
 * @property {(count: number) => number} below a whole number from 0, below `count`
 * @property {<T>(all: readonly T[]) => T} one one of them
 */

/** sfc32 (Doty-Humphrey, PractRand), begun with the seed and the execution's number. @param {number} seed @param {number} number @returns {Random} */
export function randomOf(seed, number) {
  let [a, b, c, d] = [seed | 0, number | 0, (number / 2 ** 32) | 0, 1];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let n = 0; n < 12; n += 1) next();
  const below = (/** @type {number} */ count) => next() % count;
  return { below, one: (all) => /** @type {any} */ (all[below(all.length)]) };
}
