/** Pictures as they are shown: on a canvas, as small as it is. */

/** @import { Picture } from '../types' */
import { onRestored } from '../app/canvas-restore.js';

/**
 * Draws a picture no larger than `longest` on a canvas of its own shape.
 * @param {HTMLCanvasElement} canvas @param {Picture} picture @param {number} longest
 */
export async function drawPicture(canvas, picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const bitmap = await createImageBitmap(new ImageData(picture.rgba, picture.width, picture.height), {
    resizeWidth: width, resizeHeight: height, resizeQuality: 'high',
  });
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  onRestored(canvas, () => drawPicture(canvas, picture, longest));
}
