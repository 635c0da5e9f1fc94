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
