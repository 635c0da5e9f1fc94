/** Whether what a run asks for fits into memory, before it is begun. */

/** @import { RunRequest } from '../types' */
import { get } from '../app/store.js';
import { engine } from '../engine/setup.js';
import { correctedPlan } from '../settings/estimate.js';
import { planRun } from '../settings/plan.js';

/** @param {RunRequest} request @returns {Promise<number | null>} the longest side that fits, in pixels; null where what is asked for does, or nobody knows */
export async function largestSize({ network: id, ...request }) {
  const { network } = get();
  // The plan is that of the network in use, which a worker that had to go does not hold.
  if (!network || engine.networkKey === null || (id !== null && id !== network.id)) return null;
  // Settings that contradict each other have no plan: the engine says so when the run begins.
  const plan = await correctedPlan(request).catch(() => null);
  return plan === null || plan.fits ? null : Math.max(16, plan.largest);
}

/** Of memory that has run out, what the allocator wastes between tensors of many sizes, as in crates/browser/src/engine/cpu.rs. */
const USABLE = 0.85;

/**
 * The longest side that fits into memory that has just run out, once an engine is there again.
 * @param {RunRequest} request @param {number} held bytes that there were
 * @returns {Promise<number | null>} in pixels; null where it cannot be planned
 */
export async function sizeWithin(request, held) {
  const plan = await planRun(request, 1, USABLE * held).catch(() => null);
  return plan && Math.max(16, 16 * Math.floor(plan.largest / 16));
}
