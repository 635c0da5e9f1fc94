/** The painting as a PNG of exactly its own size, and small text files for the settings and the report. */

import { byId } from './dom.js';
import { showError } from './errors.js';
import { get } from './state.js';
import { paintingName, save as say } from './strings.js';

export function prepareSave() {
  const button = byId('save', HTMLButtonElement);
  button.addEventListener('click', () => {
    const { painting } = get();
    if (!painting) return;
    // From the painting's own bytes: the canvas on the wall may be a moment ahead.
    const canvas = document.createElement('canvas');
    canvas.width = painting.width;
    canvas.height = painting.height;
    canvas.getContext('2d')?.putImageData(new ImageData(painting.rgba, painting.width, painting.height), 0, 0);
    canvas.toBlob((blob) => {
      if (blob) offer(blob, `${painted}.png`);
      else showError(say.failed);
    }, 'image/png');
  });
}

/** The name of what was painted last. */
let painted = 'pastiche';

/** @param {string} content @param {string} style */
export function nameOf(content, style) {
  painted = paintingName(content, style);
}

/** @param {object} data @param {string} suffix */
export function offerJson(data, suffix) {
  offer(new Blob([`${JSON.stringify(data, null, 2)}\n`], { type: 'application/json' }), `${painted}${suffix}.json`);
}

/** @param {Blob} blob @param {string} name */
function offer(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers read the address only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
