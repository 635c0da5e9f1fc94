/**
 * Text in PNG files, as iTXt chunks (PNG specification, third edition, 11.3.3.4): UTF-8, not compressed. Everything else in the file stays as
 * it is.
 */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Where the recipe stands. */
export const KEYWORD = 'Pastiche';

/** CRC-32 of the specification's annex D. */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = /** @type {number} */ (TABLE[(c ^ byte) & 0xff]) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/**
 * The same picture with these texts, put before its pixels, where readers that stop early see them.
 * @param {Blob} png @param {Record<string, string>} texts by keyword, of 1 to 79 Latin letters
 * @returns {Promise<Blob>}
 */
export async function withTexts(png, texts) {
  const chunks = Object.entries(texts).map(([keyword, text]) => {
    // Keyword, 0, not compressed (0), its method (0), no language (0), keyword not translated (0), text.
    const data = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
    const chunk = new Uint8Array(data.length + 8);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, data.length - 4);
    chunk.set(data, 4);
    view.setUint32(data.length + 4, crc(data));
    return chunk;
  });
  // The header's chunk is always the first: 8 bytes of signature, 25 of IHDR.
  return new Blob([png.slice(0, 33), ...chunks, png.slice(33)], { type: 'image/png' });
}

/** Decoding of a damaged text must not go on with other letters. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text under a keyword; null for a file without one, or that is no PNG at all. A chunk that is cut short or whose check sum does not fit is
 * passed over, as decoders do.
 * @param {Blob} file @param {string} [keyword]
 * @returns {Promise<string | null>}
 */
export async function textOf(file, keyword = KEYWORD) {
  const start = new Uint8Array(await file.slice(0, 8).arrayBuffer().catch(() => new ArrayBuffer(0)));
  if (!SIGNATURE.every((byte, i) => start[i] === byte)) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const latin = new TextDecoder('latin1');
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    const type = latin.decode(bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, end);
    if (type === 'iTXt' && latin.decode(data.subarray(0, keyword.length + 1)) === `${keyword}\0`) {
      const text = end + 4 <= bytes.length && view.getUint32(end) === crc(bytes.subarray(at + 4, end)) ? plainText(data, keyword.length + 1) : null;
      if (text !== null) return text;
    }
    at = end + 4;
  }
  return null;
}

/**
 * What stands in an iTXt chunk; null where it is compressed or damaged.
 * @param {Uint8Array} data @param {number} flags behind the keyword and its 0: compressed or not, and by which method
 */
function plainText(data, flags) {
  if (data[flags] !== 0 || data[flags + 1] !== 0) return null;
  // Then come the language and the translated keyword, each ended by a 0.
  const language = data.indexOf(0, flags + 2);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return null;
  try {
    return utf8.decode(data.subarray(translated + 1));
  } catch {
    return null;
  }
}
