/** A picture cropped and turned before it is used: corners by pointer or arrow keys, quarter turns by buttons. */

/** @import { Crop, Picture } from '../types' */
import { onRestored } from '../app/canvas-restore.js';
import { byId } from '../app/dom.js';
import { isSameCrop, keptRectangle, WHOLE } from './crop-pixels.js';
import { cropped, decode } from './decode.js';
import { recropMasks } from './mask-photo.js';
import { putPicture } from './slots.js';
import { onDrag } from '../ui/pointer.js';
import { showError } from '../ui/toasts.js';
import { sentenceOf } from '../app/errors.js';
import { get, subscribe } from '../app/store.js';
import { crop as say } from '../i18n/en.js';

/** The least that may be left, and one press of an arrow key, as parts of the picture. */
const LEAST = 0.05;
const PRESS = 0.01;
const CORNERS = /** @type {const} */ (['nw', 'ne', 'sw', 'se']);
const ROLES = /** @type {const} */ (['content', 'style']);

/** What is kept. @type {Crop} */
let kept = WHOLE;
/** All of the picture that is cropped, as its file has it. @type {Picture | null} */
let picture = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  for (const role of ROLES) byId(`${role}-crop`, HTMLButtonElement).addEventListener('click', () => void open(role), { signal });
  const show = () => { for (const role of ROLES) byId(`${role}-crop`, HTMLButtonElement).hidden = get().pictures[role] === null; };
  subscribe((changed) => { if (changed.has('pictures')) show(); }, signal);
  show();
  byId('turn-left', HTMLButtonElement).addEventListener('click', () => turn(3), { signal });
  byId('turn-right', HTMLButtonElement).addEventListener('click', () => turn(1), { signal });
  byId('crop-use', HTMLButtonElement).addEventListener('click', () => void use(), { signal });
  for (const corner of CORNERS) {
    byId(`crop-${corner}`, HTMLButtonElement).addEventListener('keydown', (event) => {
      const by = { ArrowLeft: [-PRESS, 0], ArrowRight: [PRESS, 0], ArrowUp: [0, -PRESS], ArrowDown: [0, PRESS] }[event.key];
      if (!by) return;
      event.preventDefault();
      pull(corner, by[0] ?? 0, by[1] ?? 0);
    }, { signal });
  }
  followPointer(signal);
}

/** @param {typeof ROLES[number]} role */
async function open(role) {
  const shown = get().pictures[role];
  if (!shown) return;
  try {
    // What was cut off before can be taken in again.
    const { name, example, alt, source, crop } = shown;
    picture = crop ? await decode(source, { role, name, example, alt }) : shown;
    kept = crop ?? WHOLE;
  } catch (error) {
    showError(sentenceOf(error), { topic: 'picture' });
    return;
  }
  byId('crop', HTMLDialogElement).showModal();
  void draw();
}

/** @param {number} quarters clockwise */
function turn(quarters) {
  for (let i = 0; i < quarters; i += 1) {
    const { turns, left, top, right, bottom } = kept;
    kept = { turns: (turns + 1) % 4, left: 1 - bottom, right: 1 - top, top: left, bottom: right };
  }
  void draw();
}

/** The whole picture as it is turned, on a canvas no larger than `longest`. @param {HTMLCanvasElement} canvas @param {number} longest */
async function drawTurned(canvas, longest) {
  if (!picture) return;
  const { turns } = kept;
  const { width, height, rgba } = picture;
  const scale = Math.min(1, longest / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height), { resizeWidth: w, resizeHeight: h, resizeQuality: 'high' });
  [canvas.width, canvas.height] = turns % 2 === 1 ? [h, w] : [w, h];
  const context = canvas.getContext('2d');
  context?.translate(canvas.width / 2, canvas.height / 2);
  context?.rotate((turns * Math.PI) / 2);
  context?.drawImage(bitmap, -w / 2, -h / 2);
  bitmap.close();
}

async function draw() {
  const canvas = byId('crop-canvas', HTMLCanvasElement);
  await drawTurned(canvas, 1200);
  onRestored(canvas, draw);
  byId('crop-area', HTMLElement).style.setProperty('--ratio', String(canvas.width / canvas.height));
  show();
}

function show() {
  const area = byId('crop-area', HTMLElement);
  for (const edge of /** @type {const} */ (['left', 'top', 'right', 'bottom'])) area.style.setProperty(`--${edge}`, `${100 * kept[edge]}%`);
  if (!picture) return;
  const { width, height } = keptRectangle(picture, kept);
  byId('crop-size', HTMLElement).textContent = say.size(width, height);
}

/** @param {typeof CORNERS[number]} corner @param {number} dx @param {number} dy */
function pull(corner, dx, dy) {
  const between = (/** @type {number} */ low, /** @type {number} */ at, /** @type {number} */ high) => Math.max(low, Math.min(high, at));
  const { left, top, right, bottom } = kept;
  kept = {
    ...kept,
    ...(corner.includes('w') ? { left: between(0, left + dx, right - LEAST) } : { right: between(left + LEAST, right + dx, 1) }),
    ...(corner.includes('n') ? { top: between(0, top + dy, bottom - LEAST) } : { bottom: between(top + LEAST, bottom + dy, 1) }),
  };
  show();
}

/** @param {number} dx @param {number} dy */
function shift(dx, dy) {
  const x = Math.max(-kept.left, Math.min(1 - kept.right, dx));
  const y = Math.max(-kept.top, Math.min(1 - kept.bottom, dy));
  kept = { ...kept, left: kept.left + x, right: kept.right + x, top: kept.top + y, bottom: kept.bottom + y };
  show();
}

/** @param {AbortSignal} signal */
function followPointer(signal) {
  const area = byId('crop-area', HTMLElement);
  /** @type {{ what: typeof CORNERS[number] | 'all', x: number, y: number }} */
  let held = { what: 'all', x: 0, y: 0 };
  onDrag(area, {
    start: ({ target, clientX, clientY }) => {
      const id = target instanceof Element ? target.id : '';
      held = { what: CORNERS.find((corner) => id === `crop-${corner}`) ?? 'all', x: clientX, y: clientY };
      return true;
    },
    move: ({ clientX, clientY }) => {
      const dx = (clientX - held.x) / area.clientWidth;
      const dy = (clientY - held.y) / area.clientHeight;
      if (held.what === 'all') shift(dx, dy);
      else pull(held.what, dx, dy);
      held = { ...held, x: clientX, y: clientY };
    },
  }, signal);
}

async function use() {
  const [chosen, crop] = [picture, kept];
  byId('crop', HTMLDialogElement).close();
  if (!chosen || chosen.role === 'mask') return;
  const before = get().pictures[chosen.role];
  if (before && isSameCrop(before.crop, crop)) return;
  const masks = before && chosen.role === 'content' ? await recropMasks(chosen, before.crop ?? WHOLE, crop) : null;
  putPicture(chosen.role, await cropped(chosen, crop));
  masks?.();
}
