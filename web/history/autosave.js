/**
 * Writes the run under way to the history, now and then and at every pause, so that a closed or crashed tab finds it again; and opens one
 * from there. A lock, which the browser releases with the tab, tells a run under way elsewhere from one that was lost.
 */

/** @import { KeptPicture, StyleInput, HistoryEntry, Picture, Preview, Role } from '../types' */
import { getEntry, historyEntries, putEntry } from './db.js';
import { decode } from '../input/decode.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { notice, showError } from '../ui/toasts.js';
import { whereIsVgg } from '../network/load.js';
import { showEntry } from '../run/session.js';
import { encode } from '../export/save.js';
import { adopt } from '../app/settings.js';
import { get, phase, set, setBusy, setPicture, subscribe } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { past as say, status } from '../i18n/en.js';
import { described } from '../engine/setup.js';
import { switchNetwork } from '../network/network-choice.js';

/** While it paints, in milliseconds: what a crash may cost. */
const EVERY = 10_000;
/** Longest side of a thumbnail, in pixels. */
const THUMB = 320;

/** The evaluation and the run that were written last. */
let written = '';
let writtenAt = 0;
let writing = false;
/** Held while it paints. @type {{ id: string, release: () => void } | null} */
let lock = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('run') || changed.has('making')) hold();
    if (changed.has('checkpoints') || changed.has('run')) void write();
  }, signal);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') void write(true); }, { signal });
}

/** Whether a painting is on its way to the archive. */
export const isWriting = () => writing;

const lockName = (/** @type {string} */ id) => `pastiche ${id}`;

function hold() {
  const { making, run } = get();
  const wanted = making && (run === 'painting' || run === 'paused') ? making.id : null;
  if (lock?.id === wanted || (!lock && !wanted)) return;
  lock?.release();
  lock = null;
  if (!wanted || !navigator.locks) return;
  const id = wanted;
  void navigator.locks.request(lockName(id), () => new Promise((release) => { lock = { id, release: () => release(null) }; }));
}

/** Writes the newest stop, if it is new and due. @param {boolean} [now] */
async function write(now = false) {
  const { losses, making, network, report, run, checkpoints } = get();
  const stop = checkpoints[checkpoints.length - 1];
  if (writing || !making || !stop || !network || stop.evaluation === 0) return;
  const open = run === 'painting' || run === 'paused';
  const key = `${making.id} ${stop.evaluation} ${run === 'painting' ? 'painting' : run}`;
  if (key === written || (run === 'painting' && !now && Date.now() < writtenAt + EVERY)) return;
  writing = true;
  written = key;
  writtenAt = Date.now();
  try {
    const { width, height } = stop;
    const rgba = new Uint8ClampedArray(await stop.picture.arrayBuffer());
    const [painting, thumb] = await Promise.all([encode({ width, height, rgba }, 'image/png'), thumbnail({ width, height, rgba })]);
    const over = stop.evaluation >= Number(making.job.settings['evaluations']);
    /** @type {HistoryEntry} */
    const past = {
      id: making.id, schema: 1, time: Date.now(), open,
      preset: making.preset, network: making.network, networkName: network.info.name, job: making.job,
      content: stripped(making.content), style: stripped(making.style), start: making.start && stripped(making.start),
      manners: making.manners.map(({ picture, mask }) => ({ picture: stripped(picture), mask: mask && stripped(mask) })),
      evaluation: stop.evaluation, iteration: stop.iteration, seconds: stop.seconds, width, height,
      losses: [...losses], report, thumb, painting, snapshot: over ? null : stop.snapshot, bytes: 0,
    };
    past.bytes = [past.thumb, past.painting, past.snapshot, past.content.source, past.start?.source, ...(past.manners ?? []).flatMap(({ picture, mask }) => [picture.source, mask?.source])].reduce((sum, blob) => sum + (blob?.size ?? 0), 0);
    await putEntry(past);
    if (!open) void navigator.storage?.persist?.().catch(() => false);
  } catch {
    // No storage, or it is full: the painting goes on, it only cannot be found again.
  } finally {
    writing = false;
  }
  // What came in between.
  void write();
}

/** @param {Picture} picture @returns {KeptPicture} */
const stripped = ({ name, source, example, alt }) => ({ name, source, example, alt });

/** @param {Pick<Preview, 'width' | 'height' | 'rgba'>} picture @returns {Promise<Blob>} */
async function thumbnail({ width, height, rgba }) {
  const scale = Math.min(1, THUMB / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height), { resizeWidth: canvas.width, resizeHeight: canvas.height, resizeQuality: 'high' });
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
}

/** Offers the newest painting that a closed or crashed tab left behind. */
export async function offerRecovery() {
  const all = await historyEntries().catch(() => /** @type {HistoryEntry[]} */ ([]));
  const held = navigator.locks ? (await navigator.locks.query()).held ?? [] : [];
  const lost = all.find(({ id, open, snapshot }) => open && snapshot && !held.some(({ name }) => name === lockName(id)));
  if (!lost || get().run !== null) return;
  notice(() => say.lost(namesOf(lost.content).name, lost.iteration), { label: () => say.takeUp, act: () => void openEntry(lost.id) });
  // Offered once; it stays in the list of past paintings.
  await putEntry({ ...lost, open: false });
}

/** Hangs a past painting again, with its pictures, settings and network as far as they can be had. @param {string} id */
export async function openEntry(id) {
  if (phase() === 'painting' || phase() === 'paused') return;
  setBusy('past', () => status.bringing);
  try {
    // The engine's own settings, when it first starts, must not come over the painting's.
    await described;
    const past = await getEntry(id);
    if (!past) throw new SentenceError(say.gone);
    const open = (/** @type {Role | 'mask'} */ role, /** @type {KeptPicture} */ { source, ...about }) => decode(source, { role, ...about });
    const [content, style, start] = await Promise.all([open('content', past.content), open('style', past.style), past.start && open('start', past.start)]);
    /** @type {StyleInput[]} */
    const others = await Promise.all((past.manners ?? []).slice(1).map(async ({ picture, mask }) => ({ picture: await open('style', picture), mask: mask && await open('mask', mask) })));
    const firstMask = past.manners?.[0]?.mask;
    const mask = firstMask ? await open('mask', firstMask) : null;
    const bitmap = await createImageBitmap(past.painting);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    const rgba = /** @type {Uint8ClampedArray<ArrayBuffer> | undefined} */ (context?.getImageData(0, 0, canvas.width, canvas.height).data);
    if (!rgba) throw new SentenceError(say.gone);
    set({ others, mask, adding: false });
    setPicture('content', content);
    setPicture('style', style);
    if (start) setPicture('start', start);
    adopt(past.preset, past.job.settings);
    showEntry(past, { id: past.id, network: past.network, job: past.job, preset: past.preset, content, style, start, manners: [{ picture: style, mask }, ...others] }, rgba);
    if (past.network !== 'file' && past.network !== get().network?.id && (past.network === 'sketch' || await whereIsVgg() !== 'far')) await switchNetwork(past.network);
  } catch (error) {
    showError(sentenceOf(error), { topic: 'past' });
  } finally {
    setBusy('past', null);
  }
}
