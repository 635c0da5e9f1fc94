/** Opens an entry of the history: its result, with its pictures, settings and network as far as they can be had. */

/** @import { HistoryEntry, KeptPicture, RunInputs, Role, StyleInput } from '../types' */
import { SentenceError, sentenceOf } from '../app/errors.js';
import { noteRead } from './autosave.js';
import { closeEntry, getEntry } from './entries.js';
import { runningIds } from './run-lock.js';
import { decode } from '../input/decode.js';
import { showError } from '../ui/toasts.js';
import { whereIsVgg } from '../network/load.js';
import { currentRun } from '../run/run-state.js';
import { goOn, newRunId } from '../run/session.js';
import { showEntry } from '../run/show-entry.js';
import { labelled } from '../settings/labelled.js';
import { apply } from '../settings/presets.js';
import { canRun, get, phase, set, setBusy, setPicture, subscribe } from '../app/store.js';
import { history as say, status } from '../i18n/en.js';
import { described } from '../engine/setup.js';
import { switchNetwork } from '../network/network-choice.js';

/** @param {string} id @returns {Promise<boolean>} whether it is on the page now; why not has been said */
export async function openEntry(id) {
  if (phase() === 'painting' || phase() === 'paused') return false;
  setBusy('history', () => status.bringing);
  try {
    // The engine's own settings, when it first starts, must not come over the entry's.
    await described;
    const entry = await getEntry(id).catch(() => null);
    if (!entry) throw new SentenceError(say.gone);
    const inputs = await inputsOf(entry);
    const rgba = await pixelsOf(entry);
    // Before anything on the page has changed: they may be refused.
    await apply(entry.preset, entry.job.settings);
    const [first, ...others] = inputs.styles;
    set({ others, mask: first?.mask ?? null, adding: false });
    setPicture('content', inputs.content);
    setPicture('style', inputs.style);
    if (inputs.start) setPicture('start', inputs.start);
    // One that another tab paints on stays that tab's.
    const isElsewhere = (await runningIds()).has(id);
    if (!isElsewhere) noteRead({ id, evaluation: entry.evaluation, state: entry.snapshot ? 'stopped' : 'finished' });
    showEntry(entry, isElsewhere ? { ...inputs, id: newRunId() } : inputs, rgba);
    if (!isElsewhere && entry.open) await closeEntry(id).catch(() => {});
    await useNetworkOf(entry);
    return true;
  } catch (error) {
    showError(labelled(sentenceOf(error)), { topic: 'history' });
    return false;
  } finally {
    setBusy('history', null);
  }
}

/** Opens an entry and continues its run as soon as the page can. @param {string} id */
export async function resumeEntry(id) {
  if (!await openEntry(id)) return;
  const once = new AbortController();
  const opened = currentRun();
  const look = () => {
    if (once.signal.aborted || (currentRun() === opened && !canRun())) return;
    once.abort();
    // Unless the person has begun something else meanwhile.
    if (currentRun() === opened) void goOn();
  };
  subscribe(look, once.signal);
  look();
}

/** @param {HistoryEntry} entry @returns {Promise<RunInputs>} */
async function inputsOf({ content, id, job, manners, network, preset, start, style }) {
  const open = (/** @type {Role | 'mask'} */ role, /** @type {KeptPicture} */ { source, ...about }) => decode(source, { role, ...about });
  /** @type {StyleInput[]} */
  const styles = await Promise.all((manners ?? [{ picture: style, mask: null }]).map(async ({ picture, mask }) => ({
    picture: await open('style', picture),
    mask: mask && await open('mask', mask),
  })));
  const [first] = styles;
  if (!first) throw new SentenceError(say.damaged);
  const [opened, from] = await Promise.all([open('content', content), start && open('start', start)]);
  return { id, network, job, preset, content: opened, style: first.picture, start: from, styles: styles };
}

/** @param {HistoryEntry} entry @returns {Promise<Uint8ClampedArray<ArrayBuffer>>} */
async function pixelsOf({ painting, width, height }) {
  const bitmap = await createImageBitmap(painting).catch(() => { throw new SentenceError(say.damaged); });
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context || bitmap.width !== width || bitmap.height !== height) throw new SentenceError(say.damaged);
    context.drawImage(bitmap, 0, 0);
    return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (context.getImageData(0, 0, width, height).data);
  } finally {
    bitmap.close();
  }
}

/** @param {HistoryEntry} entry */
async function useNetworkOf({ network }) {
  if (network === 'file' || network === get().network?.id) return;
  if (network === 'sketch' || await whereIsVgg() !== 'far') await switchNetwork(network);
}
