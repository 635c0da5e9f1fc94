/** Writes the run to the history, now and then and at every pause, so that a closed or crashed tab finds it again. */

/** @import { Mark } from './written.js' */
/** @import { Checkpoint, HistoryEntry, KeptPicture, RunInputs, Picture, Preview } from '../types' */
import { onClosedElsewhere, reasonOf } from './db.js';
import { getEntry, putEntry } from './entries.js';
import { setNotKept } from './not-kept.js';
import { NOTHING_WRITTEN, afterFailure, afterWriting, dueIn, isKept } from './written.js';
import { notice } from '../ui/toasts.js';
import { encode } from '../export/save.js';
import { get, subscribe } from '../app/store.js';
import { history as say } from '../i18n/en.js';

/** Longest side of a thumbnail, in pixels. */
const THUMB = 320;

let log = NOTHING_WRITTEN;
let writing = false;
/** Whether another writing was asked for meanwhile, due or not. */
let isWanted = false;
/** What is being written, for the next try. @type {{ mark: Mark, entry: HistoryEntry } | null} */
let prepared = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let retry;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => { if (changed.has('checkpoints') || changed.has('run')) void write(); }, signal);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') void write(true); }, { signal });
  onClosedElsewhere(() => void lookAfterLoss(), signal);
  signal.addEventListener('abort', () => clearTimeout(retry));
  void write();
}

/** Whether a run is being written to the history. */
export const isWriting = () => writing;

/** Whether what is on the page can be found in the history; true as well where there is nothing to be found. */
export function isInHistory() {
  const mark = markNow();
  return mark === null || isKept(log, mark);
}

/** What is about to be shown was read from the history. @param {Mark} mark */
export function noteRead(mark) {
  log = afterWriting(mark, Date.now());
}

/** Tries again what could not be written. */
export async function writeAgain() {
  if (log.failures > 0) await write(true);
}

/** The newest checkpoint of the run on the page. @returns {Mark | null} */
function markNow() {
  const { inputs, run, checkpoints } = get();
  const newest = checkpoints[checkpoints.length - 1];
  return inputs && !inputs.temporary && run && newest && newest.evaluation > 0 ? { id: inputs.id, evaluation: newest.evaluation, state: run } : null;
}

/** Writes the newest checkpoint, if it is new and due. @param {boolean} [now] whether it is due in any case */
async function write(now = false) {
  const mark = markNow();
  if (writing) isWanted ||= now;
  if (writing || !mark) return;
  isWanted = false;
  const wait = dueIn(log, mark, Date.now());
  clearTimeout(retry);
  if (wait === Infinity) return;
  if (wait > 0 && !now) {
    // A run that goes on comes by itself.
    if (log.failures > 0) retry = setTimeout(() => void write(), wait);
    return;
  }
  writing = true;
  try {
    const { inputs, checkpoints } = get();
    const checkpoint = checkpoints[checkpoints.length - 1];
    if (!inputs || !checkpoint) return;
    if (prepared?.mark.id !== mark.id || prepared.mark.evaluation !== mark.evaluation || prepared.mark.state !== mark.state) {
      prepared = { mark, entry: await entryOf(inputs, checkpoint) };
    }
    await putEntry({ ...prepared.entry, time: Date.now() });
    prepared = null;
    log = afterWriting(mark, Date.now());
    setNotKept(null);
    if (mark.state !== 'painting' && mark.state !== 'paused') void navigator.storage?.persist?.().catch(() => false);
  } catch (error) {
    log = afterFailure(log, mark, Date.now());
    setNotKept(reasonOf(error));
  } finally {
    writing = false;
  }
  // What came in between.
  void write(isWanted);
}

/** The history was closed from outside. What it has lost of the run on the page is written to it again. */
async function lookAfterLoss() {
  const { written } = log;
  if (!written) return;
  try {
    if (await getEntry(written.id)) return;
    notice(() => say.cleared, { topic: 'storage', stays: true });
  } catch {
    // It cannot be opened now: the next writing says why.
  }
  if (log.written === written) log = NOTHING_WRITTEN;
  await write(true);
}

/** @param {RunInputs} inputs @param {Checkpoint} checkpoint @returns {Promise<HistoryEntry>} */
async function entryOf(inputs, checkpoint) {
  const { losses, network, report, run } = get();
  const { evaluation, iteration, seconds, width, height, snapshot } = checkpoint;
  const networkName = network?.info.name ?? '';
  const rgba = new Uint8ClampedArray(await checkpoint.picture.arrayBuffer());
  const [painting, thumb] = await Promise.all([encode({ width, height, rgba }, 'image/png'), thumbnail({ width, height, rgba })]);
  const isOver = evaluation >= Number(inputs.job.settings['evaluations']);
  const manners = inputs.styles.map(({ picture, mask }) => ({ picture: stripped(picture), mask: mask && stripped(mask) }));
  /** @type {HistoryEntry} */
  const entry = {
    id: inputs.id, schema: 1, time: Date.now(), open: run === 'painting' || run === 'paused',
    preset: inputs.preset, network: inputs.network, networkName, job: inputs.job,
    content: stripped(inputs.content), style: stripped(inputs.style), start: inputs.start && stripped(inputs.start), manners,
    evaluation, iteration, seconds, width, height,
    losses: [...losses], report, thumb, painting, snapshot: isOver ? null : snapshot, bytes: 0,
  };
  const files = [thumb, painting, entry.snapshot, entry.content.source, entry.start?.source, ...manners.flatMap(({ picture, mask }) => [picture.source, mask?.source])];
  return { ...entry, bytes: files.reduce((sum, blob) => sum + (blob?.size ?? 0), 0) };
}

/** @param {Picture} picture @returns {KeptPicture} */
const stripped = ({ name, source, example, alt, crop }) => ({ name, source, example, alt, crop });

/** @param {Pick<Preview, 'width' | 'height' | 'rgba'>} picture @returns {Promise<Blob>} */
async function thumbnail({ width, height, rgba }) {
  const scale = Math.min(1, THUMB / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height), { resizeWidth: canvas.width, resizeHeight: canvas.height, resizeQuality: 'high' });
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
}
