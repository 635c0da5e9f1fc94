/** Whether what a run asks for fits into memory, before it is begun. */

/** @import { RunRequest } from '../types' */
import { get } from '../app/store.js';
import { engine } from '../engine/setup.js';
import { correctedPlan } from '../settings/estimate.js';

/** @param {RunRequest} request @returns {Promise<number | null>} the longest side that fits, in pixels; null where what is asked for does, or nobody knows */
export async function largestSize({ network: id, ...request }) {
  const { network } = get();
  // The plan is that of the network in use, which a worker that had to go does not hold.
  if (!network || engine.networkKey === null || (id !== null && id !== network.id)) return null;
  // Settings that contradict each other have no plan: the engine says so when the run begins.
  const plan = await correctedPlan(request).catch(() => null);
  return plan === null || plan.fits ? null : Math.max(16, plan.largest);
}
