/** Feature maps whose pixels change places, all of them in the same way, and their Gram matrix. */

/** An order of `count` places, the same for the same seed. @param {number} count @param {number} seed @returns {Uint32Array} */
export function permutation(count, seed) {
  const order = Uint32Array.from({ length: count }, (_, n) => n);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let n = count - 1; n > 0; n -= 1) {
    // xorshift, after Marsaglia: good enough to destroy a picture.
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    const other = state % (n + 1);
    const kept = order[n] ?? 0;
    order[n] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

/** @param {Float32Array} values `[channels, order.length]` @param {Uint32Array} order where each place's value comes from @returns {Float32Array<ArrayBuffer>} */
export function permuted(values, order) {
  const { length } = order;
  return Float32Array.from(values, (_, n) => values[n - (n % length) + (order[n % length] ?? 0)] ?? 0);
}

/** The Gram matrix of maps, over their number of pixels. @param {Float32Array} values `[channels, pixels]` @param {number} channels @returns {Float32Array<ArrayBuffer>} */
export function gramOf(values, channels) {
  const pixels = values.length / channels;
  const gram = new Float32Array(channels * channels);
  for (let i = 0; i < channels; i += 1) {
    for (let j = i; j < channels; j += 1) {
      let sum = 0;
      for (let k = 0; k < pixels; k += 1) sum += (values[i * pixels + k] ?? 0) * (values[j * pixels + k] ?? 0);
      gram[i * channels + j] = sum / pixels;
      gram[j * channels + i] = sum / pixels;
    }
  }
  return gram;
}

/** The largest difference of two lists of numbers. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function largestDifference(a, b) {
  let largest = 0;
  for (let n = 0; n < a.length; n += 1) largest = Math.max(largest, Math.abs((a[n] ?? 0) - (b[n] ?? 0)));
  return largest;
}
