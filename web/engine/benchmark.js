/**
 * What a step costs on this machine: a few steps of a small run of noise, run in the worker while nothing else is asked of it. The
 * third step and those after are counted: on a graphics adapter two are under way at once, and the first compiles.
 */

/** @import { EngineModule, NetworkHandle, Plan, ProbeRequest, Probed } from '../types' */

/** Steps that are not counted, and that are. */
const WARM_UP = 2;
const COUNTED = 4;

/**
 * @param {EngineModule} engine
 * @param {NetworkHandle} network
 * @param {ProbeRequest} order
 * @param {() => Promise<boolean>} goOn asked before every step
 * @returns {Promise<Probed | null>} null when it had to give way
 */
export async function probe(engine, network, { settings, preset, side }, goOn) {
  const job = small(settings, side, WARM_UP + COUNTED);
  const size = { width: side, height: side };
  const { base, bytes } = /** @type {Plan} */ (JSON.parse(engine.plan(network, JSON.stringify({ preset, settings: job.settings, images: { content: size, styles: [{ image: size }] } }))));
  const before = engine.memory_in_use();
  const began = performance.now();
  const session = await engine.Session.create(network, JSON.stringify(job), noise(side, 1), [noise(side, 2)], undefined);
  try {
    const opened = performance.now() - began;
    // Of something so small the opening takes more than a step, most of it whatever the size; of a run it takes less.
    engine.memory_in_use();
    /** @type {number[]} */
    const times = [];
    for (;;) {
      if (!await goOn()) return null;
      const from = performance.now();
      const { done } = JSON.parse(await session.step());
      times.push(performance.now() - from);
      if (done) break;
    }
    // What comes after the last step only waits for its losses.
    const counted = times.slice(WARM_UP, WARM_UP + COUNTED).sort((a, b) => a - b);
    const middle = counted[Math.floor(counted.length / 2)] ?? 0;
    return { pixels: side * side, step: middle, opened, correction: (engine.peak_memory() - before) / (bytes - base) };
  } finally {
    session.free?.();
  }
}

/** The run's side in a warm-up, in pixels: the least of which the kernels are those of larger runs. */
const WARM_SIDE = 64;
/** Its steps: the start, a trial along the gradient, and one along a direction with history. */
const WARM_STEPS = 3;

/**
 * Makes a few steps of a small run, so that a graphics device's kernels are generated and compiled before a run waits for them.
 *
 * @param {EngineModule} engine
 * @param {NetworkHandle} network
 * @param {{ settings: ProbeRequest['settings'] }} order
 * @param {() => Promise<boolean>} goOn asked before every step
 */
export async function warmUp(engine, network, { settings }, goOn) {
  if (!await goOn()) return;
  const session = await engine.Session.create(network, JSON.stringify(small(settings, WARM_SIDE, WARM_STEPS)), noise(WARM_SIDE, 1), [noise(WARM_SIDE, 2)], undefined);
  try {
    while (await goOn() && !JSON.parse(await session.step()).done);
  } finally {
    session.free?.();
  }
}

/** A small run with these settings, for `noise` as its pictures. @param {ProbeRequest['settings']} settings @param {number} side @param {number} evaluations */
function small(settings, side, evaluations) {
  return {
    settings: { ...settings, size: side, evaluations, start: 'content', scales: { ...settings.scales, on: false }, style: { ...settings.style, blend: [] },
      // What recomputing costs is reckoned from this.
      network: { .../** @type {Record<string, unknown>} */ (settings['network']), recompute: 'none' },
    },
    content: picture(side), styles: [picture(side)], start: null, downloaded_bytes: 0, engine: '', adapter: '',
  };
}

/** @param {number} side */
const picture = (side) => ({ name: '', sha256: '', width: side, height: side });

/** Opaque noise, always the same (Numerical Recipes' generator). @param {number} side @param {number} seed */
function noise(side, seed) {
  const bytes = new Uint8Array(4 * side * side);
  let state = seed;
  for (let i = 0; i < bytes.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = i % 4 === 3 ? 255 : state >>> 24;
  }
  return bytes;
}
