/**
 * How long an engine's worker may be silent. Counted in ticks of the page's own timer, not by a clock: while a tab is frozen or a machine sleeps
 * neither side runs, and nothing counts.
 */

/** Milliseconds between two ticks. */
export const TICK = 5000;
/** Before anything has been measured: a session of a large picture is created in one go, as is its first step. In milliseconds. */
const UNKNOWN = 600_000;
/** Never less than this, and this many steps: while it computes one, a worker hears nothing. */
const [LEAST, STEPS] = [30_000, 20];
/**
 * A worker that answers and makes no progress waits for a graphics device. Never less than this: compiling the kernels of a first step may take
 * a slow driver a minute. In milliseconds.
 */
const LEAST_STILL = 120_000;
/** What starting consists of, and the silence allowed in each part: bytes of the module; compiling it; its adapter and device. In milliseconds. */
const STARTING = { fetching: 30_000, compiling: 180_000, opening: 60_000 };

/**
 * @typedef {object} Heartbeat
 * @property {keyof typeof STARTING | 'up'} stage
 * @property {boolean} busy whether an answer or a step is awaited
 * @property {boolean} working whether steps are being made, so that more must come than answers to a ping
 * @property {number} silent milliseconds without a message
 * @property {number} still milliseconds without a message that is more than the answer to a ping
 * @property {number | null} step the longest so far, or what it is expected to take, in milliseconds
 */
/**
 * @typedef {{ type: 'tick' } | { type: 'heard' | 'moved' } | { type: 'stage', stage: Heartbeat['stage'] } | { type: 'busy', busy: boolean, working: boolean } | { type: 'expect', step: number | null }
 *   | { type: 'step', step: number }} HeartbeatEvent
 *   heard: the answer to a ping; moved: any other message; expect: another run begins, of which this is known
 */

/** @type {Heartbeat} */
export const STARTED = Object.freeze({ stage: 'fetching', busy: true, working: false, silent: 0, still: 0, step: null });

/** @param {Heartbeat} beat @param {HeartbeatEvent} event @returns {Heartbeat} */
export function next(beat, event) {
  switch (event.type) {
    case 'tick': return beat.busy ? { ...beat, silent: beat.silent + TICK, still: beat.working ? beat.still + TICK : 0 } : beat;
    case 'heard': return { ...beat, silent: 0 };
    case 'moved': return { ...beat, silent: 0, still: 0 };
    case 'stage': return { ...beat, stage: event.stage, silent: 0, still: 0 };
    case 'busy': {
      const { busy, working } = event;
      return { ...beat, busy, working, silent: beat.busy === busy ? beat.silent : 0, still: beat.working === working ? beat.still : 0 };
    }
    case 'expect': return { ...beat, step: event.step, silent: 0, still: 0 };
    case 'step': return { ...beat, step: Math.max(beat.step ?? 0, event.step) };
    default: return beat;
  }
}

/** @param {Heartbeat} beat @returns {number} milliseconds */
export function allowed({ stage, step }) {
  if (stage !== 'up') return STARTING[stage];
  return step === null ? UNKNOWN : Math.max(LEAST, STEPS * step);
}

/** @param {Heartbeat} beat whether the worker counts as dead: it is not heard any more, or makes no progress */
export function isSilent(beat) {
  return beat.busy && (beat.silent >= allowed(beat) || (beat.working && beat.still >= Math.max(LEAST_STILL, allowed(beat))));
}
