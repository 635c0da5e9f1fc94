/**
 * Where figures take their numbers from: the run that is being made, what is kept of it, or the recorded demonstration. All three answer
 * the same questions, so a figure is written once.
 */

/** @import { Losses, Preview, InspectedFeatures } from '../types' */

/** @typedef {{ name: string, sha256: string, width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer> }} Pixels */
/** @typedef {{ width: number, height: number, values: Float32Array<ArrayBuffer> }} Maps */
/** @typedef {{ width: number, height: number, losses: Float32Array<ArrayBuffer>, content: Float32Array<ArrayBuffer>, style: Float32Array<ArrayBuffer>, tv: Float32Array<ArrayBuffer> }} Gradients */
/** @typedef {import('./convolution.js').FirstConvolution} FirstConvolution */
/** @typedef {{ picture: Preview, losses: number[][] }} Painted a result, and pairs of evaluation and total loss on the way to it */

/**
 * @typedef {object} Source
 * @property {'live' | 'kept' | 'recorded'} kind
 * @property {{ content: Pixels, style: Pixels } | null} pair
 * @property {Preview | null} result the result so far
 * @property {Preview | null} early the result after few steps
 * @property {Preview | null} late and after many
 * @property {Losses | null} losses
 * @property {string[]} layers that can be asked about
 * @property {(layer: string) => Promise<Uint32Array>} strongest its channels that vary most over content and style, most first
 * @property {(of: InspectedFeatures, layer: string, channels: number[]) => Promise<Maps>} maps
 * @property {(of: InspectedFeatures, layer: string) => Promise<Float32Array<ArrayBuffer>>} gram
 * @property {() => Promise<Gradients>} gradients
 * @property {() => Promise<FirstConvolution>} firstConvolution
 * @property {(name: string) => Painted} painted what was painted beforehand; of the recorded demonstration alone
 */

/** This source has no answer, or not yet. */
export class Missing extends Error {}

/** @template T @param {T | null | undefined} value @returns {T} */
export function present(value) {
  if (value === null || value === undefined) throw new Missing();
  return value;
}

/** The layer of this name, or the nearest above it that the network has. @param {Source} source @param {string} name @returns {string} */
export function layerNear({ layers }, name) {
  if (layers.length === 0) throw new Missing();
  if (layers.includes(name)) return name;
  return [...layers].reverse().find((each) => each <= name) ?? layers[0] ?? name;
}

/** The first layer of each block that the network has. @param {Source} source */
export const firsts = ({ layers }) => layers.filter((layer) => layer.endsWith('_1'));
