/** Before and after: the photo from the left up to the cut, by dragging on the picture, by its edge when zoomed in, or by the arrow keys. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { get } from '../app/store.js';
import { onDrag } from '../ui/pointer.js';
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
  if (get().result) cut(Number(byId('compare', HTMLInputElement).value) > 0 ? 0 : HALF);
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const frame = byId('frame', HTMLElement);
  const slider = byId('compare', HTMLInputElement);
  slider.addEventListener('input', () => cut(Number(slider.value) === 1 ? SNAP : Number(slider.value)), { signal });
  /** Where the cut was before. */
  let before = 0;
  /** Where the pointer went down, until it has moved away from there. @type {{ x: number, y: number } | null} */
  let pressed = null;
  onDrag(frame, {
    start: ({ target, clientX, clientY }) => {
      const edge = target instanceof Element && target.closest('.edge') !== null;
      // Zoomed in, a drag on the picture moves the picture.
      if (!get().result || (isZoomed() && !edge) || (target instanceof Element && target.closest('button'))) return false;
      before = Number(slider.value);
      pressed = { x: clientX, y: clientY };
      frame.classList.add('dragged');
      return true;
    },
    move: (event) => {
      if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < CLICK) return;
      pressed = null;
      const box = frame.getBoundingClientRect();
      cut((100 * (event.clientX - box.left)) / box.width);
    },
    end: (cancelled) => {
      frame.classList.remove('dragged');
      if (cancelled) cut(before);
    },
  }, signal);
  register({ id: 'compare', row: 'compare', shortcuts: [{ key: 'b' }], run: toggle }, signal);
  cut(Number(slider.value));
}
