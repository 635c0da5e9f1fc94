/** Before and after: the photo from the left up to the cut, by dragging on the picture, by its edge when zoomed in, or by the arrow keys. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { get } from '../app/store.js';
import { isZoomed } from './zoom.js';

/** Closer to the edge than this, in percent, the cut snaps home. */
const SNAP = 2;
/** A pointer that moved less than this has clicked, in pixels. */
const CLICK = 4;
/** Where a key press puts it when there is none, in percent. */
const HALF = 50;

/** @param {number} percent of the frame's width */
function cut(percent) {
  const home = percent < SNAP ? 0 : Math.min(100, percent);
  const frame = byId('frame', HTMLElement);
  frame.style.setProperty('--cut', `${home}%`);
  frame.classList.toggle('cut', home > 0);
  byId('compare', HTMLInputElement).value = String(Math.round(home));
}

/** Shows half of the photo, or none of it any more. */
function toggle() {
  if (get().painting) cut(Number(byId('compare', HTMLInputElement).value) > 0 ? 0 : HALF);
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const frame = byId('frame', HTMLElement);
  const slider = byId('compare', HTMLInputElement);
  slider.addEventListener('input', () => cut(Number(slider.value) === 1 ? SNAP : Number(slider.value)), { signal });
  /** The pointer that drags. @type {number | null} */
  let held = null;
  /** Where the cut was before. */
  let before = 0;
  /** Where the pointer went down, until it has moved away from there. @type {{ x: number, y: number } | null} */
  let pressed = null;
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = frame.getBoundingClientRect();
    cut((100 * (event.clientX - box.left)) / box.width);
  };
  frame.addEventListener('pointerdown', (event) => {
    const edge = event.target instanceof Element && event.target.closest('.edge') !== null;
    // Zoomed in, a drag on the picture moves the picture.
    if (!get().painting || event.button !== 0 || !event.isPrimary || (isZoomed() && !edge)) return;
    if (held !== null || (event.target instanceof Element && event.target.closest('button'))) return;
    held = event.pointerId;
    before = Number(slider.value);
    pressed = { x: event.clientX, y: event.clientY };
    frame.setPointerCapture(event.pointerId);
    frame.classList.add('dragged');
  }, { signal });
  frame.addEventListener('pointermove', (event) => {
    if (event.pointerId !== held) return;
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < CLICK) return;
    pressed = null;
    follow(event);
  }, { signal });
  const end = () => {
    held = null;
    frame.classList.remove('dragged');
  };
  for (const kind of /** @type {const} */ (['pointerup', 'pointercancel'])) frame.addEventListener(kind, (event) => { if (event.pointerId === held) end(); }, { signal });
  // A second finger means zooming.
  frame.addEventListener('pointerdown', (event) => {
    if (event.isPrimary || held === null) return;
    end();
    cut(before);
  }, { signal });
  register({ id: 'compare', row: 'compare', shortcuts: [{ key: 'b' }], run: toggle }, signal);
  cut(Number(slider.value));
}
