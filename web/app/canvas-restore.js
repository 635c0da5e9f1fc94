/** When the graphics process of the browser restarts, canvases come back blank: what was on them has to be drawn again. */

/** @type {WeakMap<HTMLCanvasElement, () => unknown>} */
const redraws = new WeakMap();

/**
 * Says how a canvas is drawn again; the last word counts.
 * @param {HTMLCanvasElement} canvas @param {() => unknown} redraw
 */
export function onRestored(canvas, redraw) {
  // The browser restores a context by itself: nothing has to be done when it is lost.
  if (!redraws.has(canvas)) canvas.addEventListener('contextrestored', () => redraws.get(canvas)?.());
  redraws.set(canvas, redraw);
}

/** Remembers what is on a canvas now, for when it comes back blank. @param {HTMLCanvasElement} canvas @param {() => void} [then] called once it is back */
export function keepPixels(canvas, then) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const image = context?.getImageData(0, 0, canvas.width, canvas.height);
  if (!image) return;
  onRestored(canvas, () => {
    context?.putImageData(image, 0, 0);
    then?.();
  });
}
