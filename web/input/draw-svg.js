/** A vector drawing, through an image element: createImageBitmap takes no SVG files. */

/** Longest side at which a drawing, which has no pixels of its own, is rasterised. */
const DRAWN = 2048;
/** In bytes: beyond it a drawing would take minutes. */
const LARGEST = 64e6;
/** Elements that show what lies at an address, by their names in any namespace. */
const SHOWING = 'image, feImage, img, input[type="image"], video, audio, source, iframe, object, embed';

/** Whether it may be XML: what is in it, the browser's own parser says. @param {Uint8Array} bytes */
export function mayBeSvg(bytes) {
  return bytes.length <= LARGEST && /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 1024)));
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<{ canvas: HTMLCanvasElement, width: number, height: number, leftOut: boolean } | null>} null for what is no drawing, or one that the browser refuses;
 *   leftOut: it refers to other files, which browsers show nowhere but as a broken image
 */
export async function drawSvg(bytes) {
  const parsed = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml');
  const root = parsed.documentElement;
  if (root.localName !== 'svg' || root.namespaceURI !== 'http://www.w3.org/2000/svg' || parsed.querySelector('parsererror')) return null;
  const leftOut = dropOutside(parsed);
  const image = new Image();
  try {
    // A data: address: at a blob's, Chromium lets nobody read what has HTML in it.
    // As it was written, encoding and all, unless something had to go.
    image.src = await dataAddress(new Blob([leftOut ? new XMLSerializer().serializeToString(parsed) : /** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: 'image/svg+xml' }));
    await image.decode();
  } catch {
    return null;
  }
  const scale = DRAWN / Math.max(image.naturalWidth, image.naturalHeight, 1);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(Math.max(image.naturalWidth, 1) * scale));
  canvas.height = Math.max(1, Math.round(Math.max(image.naturalHeight, 1) * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { canvas, width: canvas.width, height: canvas.height, leftOut };
}

/** Takes out what refers to other files. @param {Document} drawing @returns {boolean} whether there was any */
function dropOutside(drawing) {
  let any = false;
  for (const element of drawing.querySelectorAll(SHOWING)) {
    const addresses = [...element.attributes].filter(({ localName }) => ['href', 'src', 'srcset', 'data', 'poster'].includes(localName)).map(({ value }) => value.trim());
    if (addresses.length === 0 || addresses.every((address) => /^(?:#|data:)/i.test(address))) continue;
    element.remove();
    any = true;
  }
  return any;
}

/** @param {Blob} blob @returns {Promise<string>} */
export function dataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(blob);
  });
}
