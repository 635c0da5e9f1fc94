/** A mask follows its photo: where that is cropped or turned otherwise, what is white stays over what it was painted on. */

/** @import { Crop } from '../types' */
/** @import { Pixels } from './crop-pixels.js' */
import { keptRectangle } from './crop-pixels.js';

/** Longest side of a mask that is made here, in pixels: finer than any layer of the network but the first. */
export const LONGEST = 768;

/** A quarter turn of the unit square, clockwise. @param {[number, number]} point @returns {[number, number]} */
const turned = ([x, y]) => [1 - y, x];

/** @param {[number, number]} point @param {number} quarters @returns {[number, number]} */
function turnedBy(point, quarters) {
  let at = point;
  for (let n = 0; n < quarters; n += 1) at = turned(at);
  return at;
}

/**
 * @param {Pixels} mask of what `before` keeps of the photo
 * @param {{ width: number, height: number }} photo as its file has it @param {Crop} before @param {Crop} after
 * @returns {Pixels} of what `after` keeps; black where `before` kept nothing
 */
export function recroppedMask(mask, photo, before, after) {
  const kept = keptRectangle(photo, after);
  const scale = Math.min(1, LONGEST / Math.max(kept.width, kept.height));
  const [width, height] = [Math.max(1, Math.round(kept.width * scale)), Math.max(1, Math.round(kept.height * scale))];
  const from = new Uint32Array(mask.rgba.buffer, mask.rgba.byteOffset, mask.width * mask.height);
  const to = new Uint32Array(width * height).fill(new Uint32Array(Uint8Array.of(0, 0, 0, 255).buffer)[0] ?? 0);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const across = after.left + ((x + 0.5) / width) * (after.right - after.left);
      const down = after.top + ((y + 0.5) / height) * (after.bottom - after.top);
      // In the photo as its file has it, and from there as it was turned before.
      const [left, top] = turnedBy([across, down], (4 - (after.turns % 4) + before.turns) % 4);
      const [u, v] = [(left - before.left) / (before.right - before.left), (top - before.top) / (before.bottom - before.top)];
      if (u < 0 || u >= 1 || v < 0 || v >= 1) continue;
      to[at] = from[Math.floor(v * mask.height) * mask.width + Math.floor(u * mask.width)] ?? 0;
    }
  }
  return { width, height, rgba: new Uint8ClampedArray(to.buffer) };
}
