/**
 * Memory by counting, for as long as nothing has been measured (estimate.js) and where it cannot be: what a graphics adapter has and
 * uses, no browser says.
 */

/** @import { EngineInfo, NetworkInfo } from './types' */

/** Convolutions to a block, down to conv5_1. */
const DEPTH = [2, 2, 4, 4, 1];
/** Copies of an activation that are alive at once at the worst moment: kept for the way back, the gradient, and one to work in. */
const COPIES = 2.5;
/** wasm32's 4 GiB, less the network, the pictures and what the allocator wastes. */
const ROOM = 3.4e9;

/** @param {NetworkInfo} network @returns {number} bytes to a pixel of the painting */
export function counted(network) {
  // Each block has half the width and height of the one before; four bytes to an activation.
  return COPIES * network.layout.reduce((sum, channels, block) => sum + (4 * channels * (DEPTH[block] ?? 0)) / 4 ** block, 0);
}

/**
 * Whether it fits the processor's memory.
 * @param {[number, number]} size of the painting
 * @param {NetworkInfo} network
 * @param {EngineInfo | null} engine
 * @returns {number | null} null when it fits, else what to multiply the size by
 */
export function tooLarge([width, height], network, engine) {
  if (engine?.engine !== 'cpu') return null;
  const needed = width * height * counted(network);
  return needed <= ROOM ? null : Math.sqrt(ROOM / needed);
}
