/**
 * What a picture file's first bytes say about it, read before anything is decoded: its kind, its size as shown, whether it moves
 * and whether its end is missing. Formats: PNG (W3C), JPEG (ITU T.81, EXIF 2.3 for the orientation), GIF89a, WebP (RIFF), BMP.
 */

/** @import { PictureHeader } from '../types' */

/**
 * @param {Uint8Array} bytes the whole file
 * @returns {PictureHeader}
 */
export function readHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (/** @type {number} */ from, /** @type {number} */ to) => String.fromCharCode(...bytes.subarray(from, to));
  /** @type {PictureHeader} */
  const unknown = { type: 'unknown', width: 0, height: 0, animated: false, truncated: false };
  try {
    if (at(1, 4) === 'PNG' && bytes[0] === 0x89) return png(bytes, view);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes, view);
    if (at(0, 4) === 'GIF8') return gif(bytes, view);
    if (at(0, 4) === 'RIFF' && at(8, 12) === 'WEBP') return webp(bytes, view);
    if (at(0, 2) === 'BM' && bytes.length > 26) {
      // OS/2's header of 12 bytes has sizes of 16 bits.
      if (view.getUint32(14, true) === 12) return { ...unknown, type: 'bmp', width: view.getUint16(18, true), height: view.getUint16(20, true) };
      return { ...unknown, type: 'bmp', width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
    }
    if (at(4, 8) === 'ftyp') {
      const brands = at(8, 32);
      if (brands.includes('avif') || brands.includes('avis')) return { ...unknown, type: 'avif', animated: brands.includes('avis') };
      if (/hei[cfmsx]|mif1|msf1/.test(brands)) return { ...unknown, type: 'heic' };
    }
    if (at(0, 4) === 'II*\0' || at(0, 4) === 'MM\0*') return { ...unknown, type: 'tiff' };
  } catch (error) {
    // A header that ends before it has said its size: the file is cut short.
    if (error instanceof RangeError) return { ...unknown, truncated: true };
    throw error;
  }
  // Whatever starts as XML and has the element somewhere near its beginning: comments, entities and declarations may come before it, of any length.
  const text = new TextDecoder().decode(bytes.subarray(0, 65_536));
  if (/^\s*</.test(text) && /<(?:[\w-]+:)?svg[\s>]/.test(text) && !/^\s*(?:<!doctype html|<html)/i.test(text)) return { ...unknown, type: 'svg' };
  return unknown;
}

/** @param {Uint8Array} bytes @param {DataView} view @returns {PictureHeader} */
function png(bytes, view) {
  /** @type {PictureHeader} */
  const header = { type: 'png', width: view.getUint32(16), height: view.getUint32(20), animated: false, truncated: true };
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === 'acTL') header.animated = view.getUint32(at + 8) > 1;
    if (kind === 'IEND') header.truncated = false;
    at += 12 + length;
  }
  return header;
}

/** @param {Uint8Array} bytes @param {DataView} view @returns {PictureHeader} */
function jpeg(bytes, view) {
  /** @type {PictureHeader} */
  const header = { type: 'jpeg', width: 0, height: 0, animated: false, truncated: true };
  /** Of the first Exif segment: what comes behind it in segments of the same marker, as XMP does, says nothing of it. @type {number | null} */
  let orientation = null;
  let at = 2;
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) { at += 1; continue; }
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) { at += 1; continue; }
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd7)) { at += 2; continue; }
    if (marker === 0xd9) { header.truncated = false; break; }
    const length = view.getUint16(at + 2);
    // Start of frame, of any coding; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc && at + 9 <= bytes.length) {
      header.height = view.getUint16(at + 5);
      header.width = view.getUint16(at + 7);
    }
    if (marker === 0xe1) orientation ??= exifOrientation(bytes, view, at + 4, at + 2 + length);
    at += 2 + length;
    // After a start of scan come entropy-coded bytes, in which FF is always followed by 00 or a restart marker: the loop walks over them.
  }
  if (orientation !== null && orientation >= 5) [header.width, header.height] = [header.height, header.width];
  return header;
}

/** @param {Uint8Array} bytes @param {DataView} view @param {number} from @param {number} to @returns {number | null} 1 to 8, of which 5 and up lie on their side; null where it says none */
function exifOrientation(bytes, view, from, to) {
  if (String.fromCharCode(...bytes.subarray(from, from + 4)) !== 'Exif' || to > bytes.length) return null;
  const tiff = from + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > to) return null;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i += 1) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > to) break;
    if (view.getUint16(entry, little) === 0x0112) return view.getUint16(entry + 8, little);
  }
  return null;
}

/** @param {Uint8Array} bytes @param {DataView} view @returns {PictureHeader} */
function gif(bytes, view) {
  /** @type {PictureHeader} */
  const header = { type: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true), animated: false, truncated: true };
  const table = (/** @type {number} */ flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let frames = 0;
  let at = 13 + table(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) { header.truncated = false; break; }
    if (block === 0x2c) { frames += 1; at += 10 + table(bytes[at + 9] ?? 0) + 1; }
    else if (block === 0x21) at += 2;
    else break;
    while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] ?? 0) + 1;
    at += 1;
  }
  header.animated = frames > 1;
  return header;
}

/** @param {Uint8Array} bytes @param {DataView} view @returns {PictureHeader} */
function webp(bytes, view) {
  const kind = String.fromCharCode(...bytes.subarray(12, 16));
  // The RIFF size leaves out its own eight bytes.
  const truncated = view.getUint32(4, true) + 8 > bytes.length + 1;
  const three = (/** @type {number} */ at) => view.getUint16(at, true) + 65536 * view.getUint8(at + 2);
  if (kind === 'VP8X') return { type: 'webp', width: three(24) + 1, height: three(27) + 1, animated: (view.getUint8(20) & 2) !== 0, truncated };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { type: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false, truncated };
  }
  return { type: 'webp', width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, animated: false, truncated };
}
