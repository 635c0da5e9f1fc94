/** A lock of the browser for the run under way. It goes with its tab, and so distinguishes a run under way in another tab from one that was lost. */

import { get, subscribe } from '../app/store.js';

const PREFIX = 'pastiche ';

/** @type {{ id: string, release: () => void } | null} */
let lock = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => { if (changed.has('run') || changed.has('inputs')) hold(); }, signal);
}

function hold() {
  const { inputs, run } = get();
  const wanted = inputs && (run === 'painting' || run === 'paused') ? inputs.id : null;
  if ((lock?.id ?? null) === wanted) return;
  lock?.release();
  lock = null;
  if (!wanted) return;
  let release = () => {};
  /** @type {Promise<void>} */
  const released = new Promise((resolve) => { release = resolve; });
  lock = { id: wanted, release };
  // Without locks a run under way in another tab is offered as a lost one.
  void navigator.locks?.request(PREFIX + wanted, () => released).catch(() => {});
}

/** @returns {Promise<Set<string>>} ids of the runs under way, in any tab */
export async function runningIds() {
  try {
    const { held = [] } = await navigator.locks.query();
    return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
  } catch {
    return new Set();
  }
}
