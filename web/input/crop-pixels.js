/** What is left of a picture when it is turned and cut: pixel by pixel, so that it is the same in every browser. */

/** @import { Crop } from '../types' */

/** @typedef {{ width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }} Pixels */

/** All of a picture, as it lies. @type {Crop} */
export const WHOLE = { turns: 0, left: 0, top: 0, right: 1, bottom: 1 };

/** @param {Crop} crop */
export const isWhole = ({ turns, left, top, right, bottom }) => turns === 0 && left === 0 && top === 0 && right === 1 && bottom === 1;

/** @param {Crop | null | undefined} a @param {Crop | null | undefined} b */
export const isSameCrop = (a, b) => Object.entries(a ?? WHOLE).every(([key, value]) => (b ?? WHOLE)[/** @type {keyof Crop} */ (key)] === value);

/**
 * The kept rectangle in whole pixels of the turned picture: at least one each way, and never beyond its edge.
 * @param {{ width: number, height: number }} picture as it lies @param {Crop} crop
 * @returns {{ x: number, y: number, width: number, height: number }}
 */
export function keptRectangle({ width, height }, { turns, left, top, right, bottom }) {
  const [w, h] = turns % 2 === 1 ? [height, width] : [width, height];
  const span = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ side) => {
    const start = Math.min(side - 1, Math.round(from * side));
    return { start, length: Math.max(1, Math.round(to * side) - start) };
  };
  const [across, down] = [span(left, right, w), span(top, bottom, h)];
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

/** @param {Pixels} picture @param {Crop} crop @returns {Pixels} */
export function cropPixels(picture, crop) {
  const kept = keptRectangle(picture, crop);
  const from = new Uint32Array(picture.rgba.buffer, picture.rgba.byteOffset, picture.width * picture.height);
  const to = new Uint32Array(kept.width * kept.height);
  // Where the first pixel comes from, and how far the source moves with a step across and a step down.
  const { width: w, height: h } = picture;
  const [first, across, down] = /** @type {[number, number, number][]} */ ([
    [0, 1, w],
    [(h - 1) * w, -w, 1],
    [h * w - 1, -1, -w],
    [w - 1, w, -1],
  ])[crop.turns % 4] ?? [0, 1, w];
  for (let y = 0, at = 0; y < kept.height; y += 1) {
    let source = first + across * kept.x + down * (kept.y + y);
    for (let x = 0; x < kept.width; x += 1, at += 1, source += across) to[at] = from[source] ?? 0;
  }
  return { width: kept.width, height: kept.height, rgba: new Uint8ClampedArray(to.buffer) };
}
