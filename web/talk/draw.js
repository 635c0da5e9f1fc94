/** From numbers to pixels: feature maps, matrices and fields of pushes on a canvas, each number a pixel of it. */

import { onRestored } from '../app/canvas-restore.js';
import { make } from '../app/dom.js';

/** Of a feature map and a Gram matrix: nothing is dark, much is light. The same by day and by night, as a slide's picture is. */
const DARK = [20, 18, 15];
const LIGHT = [255, 247, 228];
/** Of signed values: less is blue, more is amber, none is dark. */
const LESS = [122, 140, 255];
const MORE = [255, 178, 64];

/** @param {string} label @param {string} [kind] `inset` stands in a picture rather than being one, `numbers` has a pixel for each number @returns {HTMLCanvasElement} */
export function canvas(label, kind = '') {
  return make('canvas', { role: 'img', 'aria-label': label, class: kind, width: '4', height: '3' });
}

/** @param {HTMLCanvasElement} on @param {number} width @param {number} height @param {(data: Uint8ClampedArray) => void} fill RGBA */
function fillCanvas(on, width, height, fill) {
  const image = new ImageData(width, height);
  fill(image.data);
  if (on.width !== width || on.height !== height) {
    on.width = width;
    on.height = height;
  }
  // As tall and wide as its numbers, for the style sheet: the tile makes room for it.
  const holder = on.classList.contains('inset') ? on : on.closest('.tile') ?? on;
  if (holder instanceof HTMLElement) holder.style.setProperty('--ratio', String(width / height));
  const draw = () => on.getContext('2d')?.putImageData(image, 0, 0);
  draw();
  onRestored(on, draw);
}

/** @param {HTMLCanvasElement} on @param {{ width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> } | null} picture */
export function picture(on, picture) {
  if (!picture) return;
  fillCanvas(on, picture.width, picture.height, (data) => data.set(picture.rgba));
}

/**
 * The pixels of a picture at another size.
 * @param {{ width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }} from @param {number} width @param {number} height @returns {Promise<{ width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }>}
 */
export async function resized(from, width, height) {
  const bitmap = await createImageBitmap(new ImageData(from.rgba, from.width, from.height), { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
  const context = make('canvas', { width: String(width), height: String(height) }).getContext('2d', { willReadFrequently: true });
  if (!context) return { width: from.width, height: from.height, rgba: from.rgba };
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** Values from 0, each a pixel: `peak` is light. @param {HTMLCanvasElement} on @param {ArrayLike<number>} values @param {number} width @param {number} height @param {number} peak */
export function plane(on, values, width, height, peak) {
  fillCanvas(on, width, height, (data) => {
    for (let i = 0; i < width * height; i += 1) {
      // The root lets what is faint be seen from the last row.
      const t = Math.sqrt(Math.min(1, Math.max(0, (values[i] ?? 0) / peak)));
      tint(data, i, DARK, LIGHT, t);
    }
  });
}

/** Values of either sign, each a pixel. @param {HTMLCanvasElement} on @param {ArrayLike<number>} values @param {number} width @param {number} height @param {number} peak */
export function signed(on, values, width, height, peak) {
  fillCanvas(on, width, height, (data) => {
    for (let i = 0; i < width * height; i += 1) {
      const value = (values[i] ?? 0) / peak;
      tint(data, i, DARK, value < 0 ? LESS : MORE, Math.sqrt(Math.min(1, Math.abs(value))));
    }
  });
}

/**
 * What is asked of each pixel, around grey: a channel that should grow is brighter, one that should shrink darker.
 * @param {HTMLCanvasElement} on @param {ArrayLike<number>} values `[3, height, width]` @param {number} width @param {number} height @param {number} peak
 */
export function field(on, values, width, height, peak) {
  const pixels = width * height;
  fillCanvas(on, width, height, (data) => {
    for (let i = 0; i < pixels; i += 1) {
      for (let c = 0; c < 3; c += 1) data[4 * i + c] = 127.5 + (127.5 * (values[c * pixels + i] ?? 0)) / peak;
      data[4 * i + 3] = 255;
    }
  });
}

/** @param {Uint8ClampedArray} data @param {number} i @param {number[]} from @param {number[]} to @param {number} t */
function tint(data, i, from, to, t) {
  for (let c = 0; c < 3; c += 1) data[4 * i + c] = (from[c] ?? 0) + t * ((to[c] ?? 0) - (from[c] ?? 0));
  data[4 * i + 3] = 255;
}

/** The value that few are above: a single hot pixel must not leave the rest dark. @param {ArrayLike<number>} values @param {number} [part] @returns {number} more than 0 */
export function peakOf(values, part = 0.995) {
  const step = Math.max(1, Math.floor(values.length / 20000));
  const some = [];
  for (let i = 0; i < values.length; i += step) some.push(Math.abs(values[i] ?? 0));
  some.sort((a, b) => a - b);
  return Math.max(some[Math.floor(part * (some.length - 1))] ?? 0, (some[some.length - 1] ?? 0) * 0.05, 1e-30);
}

/** Rows and columns of a square matrix. @param {Float32Array} matrix @param {ArrayLike<number>} which @returns {Float32Array<ArrayBuffer>} */
export function part(matrix, which) {
  const side = Math.round(Math.sqrt(matrix.length));
  const n = which.length;
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) out[i * n + j] = matrix[(which[i] ?? 0) * side + (which[j] ?? 0)] ?? 0;
  return out;
}

/** `a - b`. @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {Float32Array<ArrayBuffer>} */
export function minus(a, b) {
  return Float32Array.from(a, (value, i) => value - (b[i] ?? 0));
}

/** `|a - b|^2 / |b|^2`. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function relative(a, b) {
  let distance = 0;
  let energy = 0;
  for (let i = 0; i < b.length; i += 1) {
    distance += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
    energy += (b[i] ?? 0) ** 2;
  }
  return distance / Math.max(energy, 1e-30);
}
