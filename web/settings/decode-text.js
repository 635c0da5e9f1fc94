/** Text files as editors and shells write them: UTF-8, or UTF-16 where a byte order mark says so. */

/**
 * @param {Uint8Array} bytes
 * @returns {string} without the mark
 */
export function decodeText(bytes) {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
