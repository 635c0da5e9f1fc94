/** Saving the result: as a PNG of exactly its own size, as JPEG or WebP, on the clipboard, by the share sheet; and small text files. */

/** @import { Preview } from '../types' */
import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { showStatus } from '../run/progress.js';
import { shownResult } from '../run/shown-result.js';
import { showProblem } from '../ui/dialog-problem.js';
import { showError } from '../ui/toasts.js';
import { get } from '../app/store.js';
import { withRecipe } from './recipe-write.js';
import { save as say } from '../i18n/en.js';
import { cleanFileName, fileName } from './file-name.js';

/** Of JPEG and WebP: brushwork shows no loss at it, at a third of a PNG's size. */
const QUALITY = 0.92;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  register({
    id: 'save', row: 'save', buttons: ['save'], shortcuts: [{ key: 's' }, { key: 's', ctrl: true }], enabled: () => get().result !== null,
    run: () => saveAs('image/png', 'png'),
  }, signal);
  byId('keep-png', HTMLButtonElement).addEventListener('click', () => void saveAs('image/png', 'png'), { signal });
  byId('keep-jpeg', HTMLButtonElement).addEventListener('click', () => void saveAs('image/jpeg', 'jpg'), { signal });
  byId('keep-webp', HTMLButtonElement).addEventListener('click', () => void saveAs('image/webp', 'webp'), { signal });
  byId('keep-copy', HTMLButtonElement).addEventListener('click', () => void copy(), { signal });
  byId('keep-share', HTMLButtonElement).addEventListener('click', () => void share(), { signal });
  // Asked once, with a file of the kind that would be shared.
  const probe = new File([new Uint8Array(1)], 'painting.png', { type: 'image/png' });
  byId('keep-share', HTMLButtonElement).hidden = !navigator.canShare?.({ files: [probe] });
  byId('keep-copy', HTMLButtonElement).hidden = !navigator.clipboard?.write;
}

/** The result that was saved last. */
let saved = '';

/** The result that is shown, or the newest of its run. @param {number | null} at */
function resultAt(at) {
  const { inputs, checkpoints } = shownResult();
  return `${inputs?.id} ${checkpoints[at ?? checkpoints.length - 1]?.evaluation}`;
}

/** Whether the newest result of the run has been saved. */
export const isSaved = () => saved === resultAt(null);

/** @param {string} type @param {string} ending */
async function saveAs(type, ending) {
  const { at, result } = shownResult();
  if (!result) return;
  const mark = resultAt(at);
  try {
    const blob = encode(result, type);
    offer(await (ending === 'png' ? withRecipe(blob) : blob), `${painted}.${ending}`);
    saved = mark;
  } catch {
    fail(() => say.failed);
  }
}

/** From the page, or from the dialog over it. @param {() => string} sentence */
function fail(sentence) {
  const dialog = byId('keep', HTMLDialogElement);
  if (dialog.open) showProblem(dialog, sentence());
  else showError(sentence);
}

async function copy() {
  const { result } = get();
  if (!result) return;
  try {
    // A promise inside: Safari wants the press and the writing in one breath.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': encode(result, 'image/png') })]);
    showStatus(() => say.copied);
    // That is said behind it.
    byId('keep', HTMLDialogElement).close();
  } catch {
    fail(() => say.notCopied);
  }
}

async function share() {
  const { at, result } = get();
  if (!result) return;
  const mark = resultAt(at);
  const blob = await withRecipe(await encode(result, 'image/png'));
  const file = new File([blob], `${painted}.png`, { type: 'image/png' });
  // Turned away by the person, or by the system: either has said so itself.
  await navigator.share({ files: [file], title: 'Pastiche' }).then(() => { saved = mark; }, () => {});
}

/**
 * From the result's own bytes: the canvas may be a moment ahead.
 * @param {Pick<Preview, 'width' | 'height' | 'rgba'>} result @param {string} type
 * @returns {Promise<Blob>}
 */
export async function encode({ width, height, rgba }, type) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context?.putImageData(new ImageData(rgba, width, height), 0, 0);
  if (type === 'image/jpeg' && context) {
    // JPEG has no transparency, and would show black.
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
  }
  const blob = await canvas.convertToBlob({ type, quality: QUALITY });
  if (blob.type !== type) throw new Error(`no ${type} here`);
  return blob;
}

/** The name of what was painted last, without an ending. */
let painted = 'pastiche';

/** @param {string} content @param {string} style */
export function nameOf(content, style) {
  painted = fileName(content, style);
}

/** @returns {string} without an ending */
export function savedName() {
  return painted;
}

/** The name that the person gave instead, until the next run. @param {string} typed @returns {boolean} false where nothing is left of it that file systems take */
export function rename(typed) {
  const name = cleanFileName(typed);
  if (name === '') return false;
  painted = name;
  return true;
}

/** @param {object} data @param {string} suffix */
export function offerJson(data, suffix) {
  offerAs(new Blob([`${JSON.stringify(data, null, 2)}\n`], { type: 'application/json' }), `${suffix}.json`);
}

/** @param {Blob} blob @param {string} ending what follows the result's name */
export function offerAs(blob, ending) {
  offer(blob, `${painted}${ending}`);
}

/** @param {Blob} blob @param {string} name */
export function offer(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers read the address only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
