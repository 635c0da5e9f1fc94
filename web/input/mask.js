/**
 * Where a style is used: painted over the photo with a soft brush, or loaded as a picture. White counts, black does not, and in between is
 * between. What is painted is kept as a picture, like any other that goes into a run.
 */

/** @import { Picture, StyleInput } from '../types' */
import { decode } from './decode.js';
import { keepPixels, onRestored } from '../app/canvas-restore.js';
import { byId } from '../app/dom.js';
import { drawPicture } from './draw-picture.js';
import { sentenceOf } from '../app/errors.js';
import { LONGEST } from './mask-crop.js';
import { notePhoto } from './mask-photo.js';
import { onDrag } from '../ui/pointer.js';
import { showProblem } from '../ui/dialog-problem.js';
import { get, setMaskAt, styleSlots } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { styles as say } from '../i18n/en.js';

/** Of the brush's radius, how much is solid. */
const SOLID = 0.55;

/** White where the style counts, transparent elsewhere. @type {HTMLCanvasElement} */
const painted = document.createElement('canvas');
/** The photo, as small as it is shown. @type {HTMLCanvasElement} */
const photo = document.createElement('canvas');
let which = 0;
let erasing = false;
let touched = false;
/**
 * What was painted for a style and not used, by its picture: closing the dialog loses nothing.
 * @type {WeakMap<Picture, { content: Picture, mask: Picture | null, canvas: HTMLCanvasElement }>}
 */
const drafts = new WeakMap();
/** What the dialog is open for. @type {{ content: Picture, style: StyleInput } | null} */
let open = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const canvas = byId('mask-canvas', HTMLCanvasElement);
  const [brush, eraser] = [byId('mask-paint', HTMLButtonElement), byId('mask-erase', HTMLButtonElement)];
  const choose = (/** @type {boolean} */ erase) => {
    erasing = erase;
    brush.setAttribute('aria-pressed', String(!erase));
    eraser.setAttribute('aria-pressed', String(erase));
  };
  brush.addEventListener('click', () => choose(false), { signal });
  eraser.addEventListener('click', () => choose(true), { signal });
  byId('mask-invert', HTMLButtonElement).addEventListener('click', invert, { signal });
  byId('mask-load', HTMLButtonElement).addEventListener('click', () => byId('mask-file', HTMLInputElement).click(), { signal });
  byId('mask-file', HTMLInputElement).addEventListener('change', () => void load(), { signal });
  byId('mask-all', HTMLButtonElement).addEventListener('click', () => {
    setMaskAt(which, null);
    touched = false;
    byId('mask-dialog', HTMLDialogElement).close();
  }, { signal });
  const dialog = byId('mask-dialog', HTMLDialogElement);
  dialog.querySelector('button[value=cancel]')?.addEventListener('click', () => { touched = false; }, { signal });
  dialog.addEventListener('close', keepDraft, { signal });
  byId('mask-use', HTMLButtonElement).addEventListener('click', () => void use(), { signal });
  const size = byId('mask-size', HTMLInputElement);
  const fill = () => size.style.setProperty('--at', `${(100 * (Number(size.value) - Number(size.min))) / (Number(size.max) - Number(size.min))}%`);
  size.addEventListener('input', fill, { signal });
  fill();
  followPointer(canvas, signal);
}

/** @param {number} n of the style, the one in the slot first */
export async function openMask(n) {
  const { content } = get().pictures;
  const slot = styleSlots()[n];
  if (!content || !slot?.picture) return;
  const dialog = byId('mask-dialog', HTMLDialogElement);
  if (dialog.open) return;
  which = n;
  touched = false;
  open = { content, style: { picture: slot.picture, mask: slot.mask } };
  const scale = Math.min(1, LONGEST / Math.max(content.width, content.height));
  await drawPicture(photo, content, LONGEST);
  const canvas = byId('mask-canvas', HTMLCanvasElement);
  for (const each of [canvas, painted]) {
    each.width = Math.max(1, Math.round(content.width * scale));
    each.height = Math.max(1, Math.round(content.height * scale));
  }
  byId('mask-title', HTMLElement).textContent = say.where(namesOf(slot.picture).name);
  byId('mask-area', HTMLElement).style.setProperty('--ratio', String(content.width / content.height));
  const draft = drafts.get(slot.picture);
  if (draft?.content === content && draft.mask === slot.mask) {
    painted.getContext('2d')?.drawImage(draft.canvas, 0, 0);
    touched = true;
  } else if (slot.mask) {
    await take(slot.mask);
  }
  keepPixels(painted, show);
  show();
  if (!dialog.open) dialog.showModal();
}

/** The dialog has been closed. What was painted and not used is found again when it is opened for the same photo and style. */
function keepDraft() {
  if (!open) return;
  const { content, style: { picture, mask } } = open;
  drafts.delete(picture);
  open = null;
  if (!touched) return;
  const canvas = document.createElement('canvas');
  canvas.width = painted.width;
  canvas.height = painted.height;
  canvas.getContext('2d', { willReadFrequently: true })?.drawImage(painted, 0, 0);
  keepPixels(canvas);
  drafts.set(picture, { content, mask, canvas });
}

/** What was painted becomes this mask: its light as far as it is opaque. @param {Picture} mask */
async function take(mask) {
  await drawPicture(painted, mask, Math.max(mask.width, mask.height));
  const context = painted.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  const image = context.getImageData(0, 0, painted.width, painted.height);
  for (let i = 0; i < image.data.length; i += 4) {
    const [r = 0, g = 0, b = 0, a = 0] = image.data.subarray(i, i + 4);
    image.data.set([255, 255, 255, ((0.299 * r + 0.587 * g + 0.114 * b) * a) / 255], i);
  }
  const own = document.createElement('canvas');
  own.width = image.width;
  own.height = image.height;
  own.getContext('2d')?.putImageData(image, 0, 0);
  painted.width = byId('mask-canvas', HTMLCanvasElement).width;
  painted.height = byId('mask-canvas', HTMLCanvasElement).height;
  painted.getContext('2d')?.drawImage(own, 0, 0, painted.width, painted.height);
}

/** The photo, dimmed where the style does not count. */
function show() {
  const canvas = byId('mask-canvas', HTMLCanvasElement);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.globalCompositeOperation = 'copy';
  context.globalAlpha = 1;
  context.drawImage(painted, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.drawImage(photo, 0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'destination-over';
  context.globalAlpha = 0.28;
  context.drawImage(photo, 0, 0, canvas.width, canvas.height);
  context.globalAlpha = 1;
  onRestored(canvas, restore);
}

/** The photo and what is painted come back blank as well, each in its own time. */
async function restore() {
  const { content } = get().pictures;
  if (content) await drawPicture(photo, content, LONGEST);
  show();
}

/** In pixels of what is painted. */
function radius() {
  return (Number(byId('mask-size', HTMLInputElement).value) / 200) * Math.max(painted.width, painted.height);
}

/** A soft round touch. @param {number} x @param {number} y */
function touch(x, y) {
  const context = painted.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  const r = radius();
  const soft = context.createRadialGradient(x, y, SOLID * r, x, y, r);
  soft.addColorStop(0, '#fff');
  soft.addColorStop(1, '#fff0');
  context.globalCompositeOperation = erasing ? 'destination-out' : 'source-over';
  context.fillStyle = soft;
  context.fillRect(x - r, y - r, 2 * r, 2 * r);
  context.globalCompositeOperation = 'source-over';
  touched = true;
}

/** @param {HTMLCanvasElement} canvas @param {AbortSignal} signal */
function followPointer(canvas, signal) {
  /** Where the pointer that paints was. @type {[number, number]} */
  let last = [0, 0];
  const at = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return /** @type {[number, number]} */ ([((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height]);
  };
  onDrag(canvas, {
    start: (event) => {
      last = at(event);
      touch(...last);
      show();
      return true;
    },
    move: (event) => {
      const to = at(event);
      const [x, y] = last;
      const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - x, to[1] - y) / (radius() / 4)));
      for (let n = 1; n <= steps; n += 1) touch(x + ((to[0] - x) * n) / steps, y + ((to[1] - y) * n) / steps);
      last = to;
      show();
    },
    end: () => keepPixels(painted, show),
  }, signal);
  canvas.addEventListener('pointermove', (event) => { if (event.isPrimary) cursor(event); }, { signal });
  canvas.addEventListener('pointerleave', () => cursor(null), { signal });
}

/** A ring as large as the brush follows the pointer. @param {PointerEvent | null} event */
function cursor(event) {
  const ring = byId('mask-ring', HTMLElement);
  ring.hidden = event === null;
  if (!event) return;
  const canvas = byId('mask-canvas', HTMLCanvasElement);
  const box = canvas.getBoundingClientRect();
  const size = (2 * radius() * box.width) / canvas.width;
  ring.style.setProperty('--at-x', `${event.clientX - box.left}px`);
  ring.style.setProperty('--at-y', `${event.clientY - box.top}px`);
  ring.style.setProperty('--ring', `${size}px`);
}

function invert() {
  const context = painted.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.globalCompositeOperation = 'xor';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, painted.width, painted.height);
  context.globalCompositeOperation = 'source-over';
  touched = true;
  keepPixels(painted, show);
  show();
}

async function load() {
  const input = byId('mask-file', HTMLInputElement);
  const file = input.files?.[0];
  if (!file) return;
  const dialog = byId('mask-dialog', HTMLDialogElement);
  showProblem(dialog, '');
  try {
    await take(await decode(file, { role: 'mask', name: file.name }));
    touched = true;
    keepPixels(painted, show);
    show();
  } catch (error) {
    showProblem(dialog, sentenceOf(error));
  } finally {
    input.value = '';
  }
}

/** Kept as a picture in black and white. */
async function use() {
  const n = which;
  const slot = styleSlots()[n];
  if (touched && slot?.picture) {
    const opaque = new OffscreenCanvas(painted.width, painted.height);
    const context = opaque.getContext('2d');
    if (!context) return;
    context.fillStyle = '#000';
    context.fillRect(0, 0, opaque.width, opaque.height);
    context.drawImage(painted, 0, 0);
    const file = await opaque.convertToBlob({ type: 'image/png' });
    const mask = await decode(file, { role: 'mask', name: say.maskOf(namesOf(slot.picture).name) });
    notePhoto(mask, get().pictures.content);
    setMaskAt(n, mask);
  }
  touched = false;
  byId('mask-dialog', HTMLDialogElement).close();
}
