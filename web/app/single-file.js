/**
 * Starts the page that is one file (crates/xtask/src/single.rs): unpacks what it carries, gives every file a blob: address, and imports the
 * first module. A plain script, bundled by itself.
 */

import { XzReadableStream } from 'xz-decompress';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&_()[]{}@%$#,';
/** Types of files that a browser asks for. @type {Record<string, string>} */
const TYPES = { js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', json: 'application/json', jpg: 'image/jpeg' };

/** @param {string} text in base 85 @returns {Uint8Array<ArrayBuffer>} */
function decode(text) {
  const values = new Uint8Array(128);
  for (let n = 0; n < DIGITS.length; n++) values[DIGITS.charCodeAt(n)] = n;
  const words = new Uint32Array(Math.floor(text.length / 5));
  for (let n = 0, at = 0; n < words.length; n++, at += 5) {
    let value = 0;
    for (let digit = 4; digit >= 0; digit--) value = value * 85 + (values[text.charCodeAt(at + digit)] ?? 0);
    words[n] = value;
  }
  return new Uint8Array(words.buffer);
}

async function start() {
  const element = document.getElementById('files');
  const packed = new Blob([decode((element?.textContent ?? '').trim())]);
  element?.remove();
  const bytes = new Uint8Array(await new Response(new XzReadableStream(/** @type {any} */ (packed.stream()))).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  /** @type {[path: string, size: number][]} */
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  /** @type {Record<string, { url: string, blob: Blob }>} */
  const files = {};
  let at = 4 + length;
  for (const [path, size] of list) {
    const type = TYPES[path.split('.').pop() ?? ''] ?? 'application/octet-stream';
    const blob = new Blob([bytes.subarray(at, at + size)], { type });
    files[path] = { url: URL.createObjectURL(blob), blob };
    at += size;
  }
  Object.assign(globalThis, { pasticheFiles: files });
  await import(files['web/app/main.js']?.url ?? '');
}

start().catch((error) => {
  console.error(error);
  const status = document.getElementById('status');
  // The words of the page are in what could not be read.
  if (status) status.textContent = 'This file is damaged. Copy or download it again.';
});
