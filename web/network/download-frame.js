/**
 * A frame whose Content-Security-Policy allows the download of VGG-19 that the visitor has agreed to; the page's own policy does not. The
 * address stands in the frame's document beside the policy.
 */

import { after } from '../app/dom.js';

/** @typedef {{ address: string, fetch: typeof fetch, close: () => void }} DownloadFrame */

/** @returns {Promise<DownloadFrame | null>} whose fetch stands under the frame's policy, not the page's; null where it could not be loaded */
export async function openDownloadFrame() {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = new URL('../network/download-frame.html', import.meta.url).href;
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  document.body.append(frame);
  // It is small, and beside the page.
  await Promise.race([loaded, after(10_000)]);
  const inside = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  const address = frame.contentDocument?.querySelector('meta[name="download"]')?.getAttribute('content');
  if (!inside || !address) {
    frame.remove();
    return null;
  }
  return { address, fetch: (input, init) => inside.fetch(input, init), close: () => frame.remove() };
}
