/** Whether what a run asks for fits into memory, before it is begun. */

/** @import { RunRequest } from '../types' */
import { get } from '../app/store.js';
import { estimate } from '../settings/estimate.js';
import { tooLarge } from '../settings/memory.js';
import { resultSize } from '../settings/result-size.js';

/** @param {RunRequest} request @returns {number | null} the longest side that fits, in pixels; null where what is asked for does, or nobody knows */
export function largestSize({ content, network: id, settings }) {
  const { engine, network } = get();
  if (!network || (id !== null && id !== network.id)) return null;
  const asked = Number(settings['size']);
  const times = tooLarge(resultSize(content, asked), network.info, engine, settings);
  // What was measured knows better than what is counted.
  const largest = estimate(content, settings)?.largest ?? (times === null ? asked : Math.floor((asked * times) / 16) * 16);
  return asked > largest ? Math.max(16, largest) : null;
}
