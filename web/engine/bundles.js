/** The engine's bundles: which of them this browser can run, the fastest first. */

/** @import { EngineKind } from '../types' */

/** A module with one function of one relaxed instruction: `f32x4.relaxed_madd` of three parameters. */
const RELAXED_MADD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0,
  1, 8, 1, 96, 3, 123, 123, 123, 1, 123,
  3, 2, 1, 0,
  10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11,
]);

/** Whether this browser has WebAssembly's relaxed SIMD. */
function hasRelaxedSimd() {
  return WebAssembly.validate(RELAXED_MADD);
}

/** @param {EngineKind} kind @param {number} threads @returns {string[]} folders of the site's `engine/`; a site may lack some of them */
export function bundlesOf(kind, threads) {
  if (kind !== 'cpu') return [kind];
  const threaded = [...(hasRelaxedSimd() ? ['cpu-relaxed'] : []), 'cpu-threads'];
  if (threads > 1) return [...threaded, 'cpu'];
  // Those work with one thread as well, where a site has nothing else and memory may be shared.
  return globalThis.crossOriginIsolated ? ['cpu', ...threaded] : ['cpu'];
}

/** Bundles that need memory shared between threads. @param {string} bundle */
export const isThreaded = (bundle) => bundle !== 'cpu' && bundle !== 'gpu';
