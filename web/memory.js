/**
 * Whether a painting fits, guessed before it is begun. On the processor everything lives in wasm's four gigabytes, and running into
 * their end costs the worker; what a graphics adapter has, no browser says, so there the engine's own refusal is awaited.
 */

/** @import { EngineInfo, NetworkInfo } from './types' */

/** Convolutions to a block, down to conv5_1. */
const DEPTH = [2, 2, 4, 4, 1];
/** Copies of an activation that are alive at once at the worst moment: kept for the way back, the gradient, and one to work in. */
const COPIES = 2.5;
/** wasm32's 4 GiB, less the network, the pictures and what the allocator wastes. */
const ROOM = 3.4e9;

/**
 * @param {[number, number]} size of the painting
 * @param {NetworkInfo} network
 * @param {EngineInfo | null} engine
 * @returns {number | null} null when it fits, else what to multiply the size by
 */
export function tooLarge([width, height], network, engine) {
  if (engine?.engine !== 'cpu') return null;
  // Each block has half the width and height of the one before; four bytes to an activation.
  const perPixel = network.layout.reduce((sum, channels, block) => sum + (4 * channels * (DEPTH[block] ?? 0)) / 4 ** block, 0);
  const needed = width * height * perPixel * COPIES;
  return needed <= ROOM ? null : Math.sqrt(ROOM / needed);
}
