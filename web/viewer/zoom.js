/**
 * Looking closer: wheel, pinch, keys and buttons zoom, dragging and Shift with the arrow keys move the picture. The frame stays as it is;
 * photo and painting move behind it together. 1 is the whole picture; offsets are in frame widths and heights.
 */

import { refreshCommands, register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { get, subscribe } from '../app/store.js';
import { isHeld } from '../ui/pointer.js';
import { zoom as say } from '../i18n/en.js';

/** One press of a key or a button. */
const STEP = 1.5;
/** A wheel's notch is about 100 pixels. */
const WHEEL = 0.0022;
/** The largest that a pixel of the result becomes, in pixels of the screen. */
const LARGEST = 16;
/** From here on pixels are shown as squares: smoothing would only blur them. */
const SQUARES = 3;
/** How far an arrow key moves, of what is seen. */
const NUDGE = 0.15;

const view = { zoom: 1, x: 0, y: 0 };

export function isZoomed() {
  return view.zoom > 1;
}

/** Screen pixels to a pixel of the picture when the whole of it is seen. */
function fit() {
  const width = get().result?.width ?? get().pictures.content?.width ?? 1;
  return (byId('frame', HTMLElement).clientWidth * devicePixelRatio) / width;
}

/** @param {number} zoom @param {number} [atX] what stays in place, of the frame's width @param {number} [atY] and of its height */
export function zoomTo(zoom, atX = 0.5, atY = 0.5) {
  const next = Math.max(1, Math.min(zoom, Math.max(2, LARGEST / fit())));
  place(next, atX - ((atX - view.x) * next) / view.zoom, atY - ((atY - view.y) * next) / view.zoom);
}

/** @param {number} by */
const zoomBy = (by) => zoomTo(view.zoom * by);

/** One pixel of the result on one of the screen. */
const zoomToPixels = () => zoomTo(1 / fit());

/** @param {number} dx in what is seen @param {number} dy */
export function pan(dx, dy) {
  place(view.zoom, view.x - dx, view.y - dy);
}

/** @param {number} zoom @param {number} x @param {number} y */
function place(zoom, x, y) {
  const inside = (/** @type {number} */ at) => Math.max(1 - zoom, Math.min(0, at));
  Object.assign(view, { zoom, x: inside(x), y: inside(y) });
  show();
}

function show() {
  const frame = byId('frame', HTMLElement);
  const { zoom, x, y } = view;
  frame.style.setProperty('--zoom', String(zoom));
  frame.style.setProperty('--x', `${100 * x}%`);
  frame.style.setProperty('--y', `${100 * y}%`);
  frame.classList.toggle('zoomed', isZoomed());
  const scale = fit() * zoom;
  frame.classList.toggle('squares', isZoomed() && scale >= SQUARES);
  const level = byId('zoom-level', HTMLButtonElement);
  level.textContent = say.percent(scale);
  level.setAttribute('aria-label', say.level(scale));
  refreshCommands();
  byId('view-tools', HTMLElement).hidden = frame.hidden;
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const frame = byId('frame', HTMLElement);
  const at = (/** @type {{ clientX: number, clientY: number }} */ event) => {
    const box = frame.getBoundingClientRect();
    return /** @type {const} */ ([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  };
  // Without a picture there is no scale.
  const shown = () => !frame.hidden;
  const held = { repeats: true, twice: true };
  register({ id: 'zoomIn', row: 'zoom', buttons: ['zoom-in'], shortcuts: [{ key: '+' }, { key: '=' }], ...held, enabled: shown, run: () => zoomBy(STEP) }, signal);
  register({ id: 'zoomOut', row: 'zoom', buttons: ['zoom-out'], shortcuts: [{ key: '-' }], ...held, enabled: isZoomed, run: () => zoomBy(1 / STEP) }, signal);
  register({ id: 'zoomFit', row: 'zoomTo', buttons: ['zoom-level'], shortcuts: [{ key: '0' }], enabled: isZoomed, run: () => zoomTo(1) }, signal);
  register({ id: 'zoomPixels', row: 'zoomTo', shortcuts: [{ key: '1' }], enabled: shown, run: zoomToPixels }, signal);
  for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown']) {
    register({ id: `move${key}`, row: 'move', shortcuts: [{ key, shift: true }], repeats: true, enabled: isZoomed, run: () => nudge(key) }, signal);
  }
  frame.addEventListener('wheel', (event) => {
    // Where the page itself scrolls, the wheel is its own; a pinch on a touchpad comes as a wheel with Ctrl.
    const scrolls = document.documentElement.scrollHeight > innerHeight + 1;
    if (scrolls && !event.ctrlKey) return;
    event.preventDefault();
    zoomTo(view.zoom * Math.exp(-event.deltaY * (event.ctrlKey ? 4 : 1) * WHEEL), ...at(event));
  }, { passive: false, signal });
  /** Whether the first of two clicks was on a button, which may have gone since. */
  let onButton = false;
  frame.addEventListener('click', (event) => { if (event.detail === 1) onButton = event.target instanceof Element && event.target.closest('button') !== null; }, { capture: true, signal });
  frame.addEventListener('dblclick', (event) => {
    if (onButton || event.target instanceof HTMLButtonElement) return;
    zoomTo(isZoomed() ? 1 : Math.max(2, 1 / fit()), ...at(event));
  }, { signal });
  followFingers(frame, at, signal);
  subscribe((changed) => { if (changed.has('result') || changed.has('pictures')) show(); }, signal);
  const resized = new ResizeObserver(show);
  resized.observe(frame);
  signal.addEventListener('abort', () => resized.disconnect(), { once: true });
  show();
}

/**
 * One pointer moves the picture when it is zoomed in, two zoom it.
 * @param {HTMLElement} frame @param {(event: PointerEvent) => readonly [number, number]} at @param {AbortSignal} signal
 */
function followFingers(frame, at, signal) {
  /** @type {Map<number, readonly [number, number]>} */
  const down = new Map();
  /** What kind of pointers they are. */
  let type = '';
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button, .edge'))) return;
    // Only fingers come in pairs: a hand that lies beside a pen does not pinch.
    if (down.size > 0 && (event.pointerType !== 'touch' || event.pointerType !== type)) return;
    type = event.pointerType;
    down.set(event.pointerId, at(event));
    frame.setPointerCapture(event.pointerId);
  }, { signal });
  frame.addEventListener('pointermove', (event) => {
    const from = down.get(event.pointerId);
    if (!from) return;
    if (!isHeld(event)) {
      down.delete(event.pointerId);
      return;
    }
    const to = at(event);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, to);
    if (other) {
      // The result may be far from square: distances are measured on the screen.
      const length = ([x, y] = to) => Math.hypot((x - other[0]) * frame.clientWidth, (y - other[1]) * frame.clientHeight);
      zoomTo((view.zoom * length(to)) / Math.max(1, length(from)), (to[0] + other[0]) / 2, (to[1] + other[1]) / 2);
    } else if (isZoomed()) {
      place(view.zoom, view.x + to[0] - from[0], view.y + to[1] - from[1]);
    }
  }, { signal });
  for (const kind of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    frame.addEventListener(kind, (event) => { down.delete(/** @type {PointerEvent} */ (event).pointerId); }, { signal });
  }
}

/** @param {string} key an arrow key's name */
function nudge(key) {
  const [dx = 0, dy = 0] = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] }[key] ?? [0, 0];
  pan(dx, dy);
}
