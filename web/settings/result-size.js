/** The size of the result, as the engine computes it (crates/transfer). */

/**
 * Width and height: longest side = size, each side at least 16, halves rounded to even, as the engine's geometry does.
 * @param {{ width: number, height: number }} content @param {number} size
 * @returns {[number, number]}
 */
export function resultSize(content, size) {
  const longest = Math.max(content.width, content.height);
  const side = (/** @type {number} */ pixels) => {
    const exact = (pixels * size) / longest;
    const down = Math.floor(exact);
    const rounded = exact - down === 0.5 ? down + (down % 2) : Math.round(exact);
    return Math.max(16, rounded);
  };
  return [side(content.width), side(content.height)];
}
