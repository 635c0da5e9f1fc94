/**
 * The state of the run as a pure function of what happens. Every event names the run that it is about: what comes late, from a run that another
 * has replaced, changes nothing, and neither does what comes twice.
 */

/**
 * @typedef {'idle' | 'loading' | 'ready' | 'starting' | 'running' | 'pausing' | 'paused' | 'stopping' | 'stopped' | 'finished' | 'failed'} Name
 *   idle: there was no run yet; loading: the engine and the network are being loaded; ready: they are there, and the settings are being resolved;
 *   starting: the worker creates the session
 */
/**
 * @typedef {object} Machine
 * @property {Name} name
 * @property {number} run the run under way or the last one; 0: none
 * @property {boolean} held it is to pause as soon as it has started
 */
/**
 * @typedef {{ run: number } & (
 *   | { type: 'start' }
 *   | { type: 'restart' | 'recover', next: number }
 *   | { type: 'open', outcome: 'stopped' | 'finished' }
 *   | { type: 'restoreResult', next: number, outcome: 'idle' | 'stopped' | 'finished' | 'failed' }
 *   | { type: 'loaded' | 'resolved' | 'started' }
 *   | { type: 'pause' | 'pauseAnswered' | 'paused' | 'resume' }
 *   | { type: 'stop' | 'stopped' | 'finished' | 'failed' }
 * )} RunEvent
 *   start: a new run; restart: another run continues from a checkpoint of this one; recover: the same after the engine broke in
 *   the middle, paused again if it was paused; open: an earlier run is shown as it ended;
 *   restoreResult: what was there before this run takes its place again;
 *   pauseAnswered: the worker has paused as asked; paused: it has paused by itself
 */

/** @type {Machine} */
export const IDLE = Object.freeze({ name: 'idle', run: 0, held: false });

/** @type {ReadonlySet<Name>} */
const ENDED = new Set(/** @type {const} */ (['idle', 'stopped', 'finished', 'failed']));
/** @type {ReadonlySet<Name>} */
const BEGINNING = new Set(/** @type {const} */ (['loading', 'ready', 'starting']));

/** Whether a run is under way. @param {Machine} machine */
export function isUnderWay({ name }) {
  return !ENDED.has(name);
}

/**
 * @param {Machine} machine
 * @param {RunEvent} event
 * @returns {Machine} the very same where the event changes nothing
 */
export function next(machine, event) {
  const { name, run, held } = machine;
  if (event.type === 'start') return ENDED.has(name) && event.run > run ? { name: 'loading', run: event.run, held: false } : machine;
  if (event.type === 'open') return ENDED.has(name) && event.run > run ? { name: event.outcome, run: event.run, held: false } : machine;
  if (event.run !== run) return machine;
  const to = (/** @type {Name} */ other) => ({ name: other, run, held: held && BEGINNING.has(other) });
  switch (event.type) {
    case 'restart': return (ENDED.has(name) || name === 'stopping') && event.next > run ? { name: 'loading', run: event.next, held: false } : machine;
    case 'recover': {
      if (ENDED.has(name) || name === 'stopping' || event.next <= run) return machine;
      return { name: 'loading', run: event.next, held: held || name === 'pausing' || name === 'paused' };
    }
    case 'restoreResult': return ENDED.has(name) && event.next > run ? { name: event.outcome, run: event.next, held: false } : machine;
    case 'loaded': return name === 'loading' ? to('ready') : machine;
    case 'resolved': return name === 'ready' ? to('starting') : machine;
    // Asked to pause meanwhile, the worker has paused before it says that it has started.
    case 'started': return name === 'starting' ? to(held ? 'paused' : 'running') : machine;
    case 'pause':
      if (BEGINNING.has(name)) return held ? machine : { name, run, held: true };
      return name === 'running' ? to('pausing') : machine;
    case 'pauseAnswered': return name === 'pausing' ? to('paused') : machine;
    case 'paused': return name === 'starting' || name === 'running' || name === 'pausing' ? to('paused') : machine;
    case 'resume':
      if (BEGINNING.has(name)) return held ? { name, run, held: false } : machine;
      return name === 'pausing' || name === 'paused' ? to('running') : machine;
    case 'stop': return isUnderWay(machine) && name !== 'stopping' ? to('stopping') : machine;
    case 'stopped': return name === 'stopping' ? to('stopped') : machine;
    case 'finished': return isUnderWay(machine) && name !== 'loading' && name !== 'ready' ? to('finished') : machine;
    case 'failed': return isUnderWay(machine) ? to('failed') : machine;
    default: return machine;
  }
}
