/** A frame whose Content-Security-Policy allows the download of VGG-19 that the visitor has agreed to; the page's own policy does not. */

import { after } from '../app/dom.js';

/** @typedef {{ fetch: typeof fetch, close: () => void }} DownloadFrame */

/** @returns {Promise<DownloadFrame>} whose fetch stands under the frame's policy, not the page's */
export async function openDownloadFrame() {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = new URL('../network/download-frame.html', import.meta.url).href;
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  document.body.append(frame);
  // It is small, and beside the page.
  await Promise.race([loaded, after(10_000)]);
  const inside = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  return {
    fetch: (input, init) => (inside ? inside.fetch(input, init) : Promise.reject(new TypeError('no frame'))),
    close: () => frame.remove(),
  };
}
