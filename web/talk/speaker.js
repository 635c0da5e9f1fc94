/**
 * The speaker's window and the stage, two windows of one browser: the stage says where it is, the other shows notes, a clock and what comes
 * next, and can send keys. Nothing of it goes over a network.
 */

/** @typedef {{ type: 'state', id: string, at: number, of: number, minutes: number, next: string | null, blank: boolean, replaying: boolean }} State */
/** @typedef {{ type: 'hello' } | { type: 'key', key: string } | { type: 'plan', minutes: number } | State} Message */

/** @param {(message: Message) => void} hear @param {AbortSignal} signal @returns {(message: Message) => void} sends to the other window */
export function channel(hear, signal) {
  if (!('BroadcastChannel' in globalThis)) return () => {};
  const line = new BroadcastChannel('pastiche talk');
  line.addEventListener('message', ({ data }) => {
    const message = read(data);
    if (message) hear(message);
  });
  signal.addEventListener('abort', () => line.close(), { once: true });
  return (message) => { if (!signal.aborted) line.postMessage(message); };
}

/** What comes from another window, which may be of another version. @param {any} data @returns {Message | null} */
function read(data) {
  const { type, key, minutes, id, at, of, next, blank, replaying } = data ?? {};
  if (type === 'hello') return { type };
  if (type === 'key' && typeof key === 'string') return { type, key };
  if (type === 'plan' && Number.isInteger(minutes)) return { type, minutes };
  if (type !== 'state' || typeof id !== 'string' || !Number.isInteger(at) || !Number.isInteger(of) || !Number.isInteger(minutes)) return null;
  return { type, id, at, of, minutes, next: typeof next === 'string' ? next : null, blank: blank === true, replaying: replaying === true };
}

/** Minutes and seconds. @param {number} milliseconds */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** When a step should be over, if all take as long. @param {{ at: number, of: number, minutes: number }} state @returns {number} milliseconds */
export const dueOf = ({ at, of, minutes }) => (60_000 * minutes * (at + 1)) / of;
