/** Names of saved files. */

/** Of a photo's and of a style's name each, in characters. */
const LONGEST = 40;

/**
 * @param {string} content name of the photo
 * @param {string} style name of the style image
 * @returns {string} without an ending: letters and digits of any script, in lower case, with hyphens between
 */
export function fileName(content, style) {
  return [tidy(content), tidy(style), 'pastiche'].filter(Boolean).join('-');
}

/** @param {string} name */
function tidy(name) {
  const words = name.replace(/\.[a-z0-9]+$/i, '').normalize('NFC').toLowerCase().replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  // By characters: half of a surrogate pair is no letter.
  return [...words.replace(/^-+/, '')].slice(0, LONGEST).join('').replace(/-+$/, '');
}

/**
 * What file systems refuse or change, or what would hide how a name ends: separators, wildcards, control characters, halves of surrogate
 * pairs, directions of writing.
 */
const REFUSED = /[\\/:*?"<>|\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;
/** Of devices on Windows, whatever follows behind a dot. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;
/** Endings of what is saved here: the format that is chosen adds its own. */
const ENDINGS = /(?:[\s.]*\.(?:png|jpe?g|webp|gif|mp4|webm|json))+$/i;
/** Most file systems allow 255, of which the ending and a number behind it take some. In bytes of UTF-8. */
const MOST_BYTES = 200;

/**
 * A name that somebody typed, as every file system takes it: letters of any script stay as they are.
 * @param {string} typed
 * @returns {string} without the ending of a format, empty where nothing is left
 */
export function cleanFileName(typed) {
  let name = typed.normalize('NFC').replace(REFUSED, ' ').replace(/\s+/g, ' ').replace(/^[\s.]+/, '');
  const encoder = new TextEncoder();
  const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  while (encoder.encode(letters.join('')).length > MOST_BYTES) letters.pop();
  name = letters.join('').replace(/[\s.]+$/, '').replace(ENDINGS, '').replace(/[\s.]+$/, '');
  return name.replace(RESERVED, '$&_');
}
