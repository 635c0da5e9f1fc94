/** Names of the files in a ZIP archive. */

import { cleanFileName } from './file-name.js';

/**
 * @param {readonly string[]} names of pictures, with or without an ending
 * @param {string} ending with its dot
 * @returns {string[]} in their order, each only once: upper and lower case are the same to some file systems
 */
export function zipNames(names, ending) {
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name) => {
    const own = cleanFileName(name.replace(/\.(?:avif|bmp|heic|svg|tiff?)$/i, '')) || 'result';
    for (let n = 1; ; n += 1) {
      const unique = `${own}${n === 1 ? '' : ` (${n})`}${ending}`;
      if (taken.has(unique.toLowerCase())) continue;
      taken.add(unique.toLowerCase());
      return unique;
    }
  });
}
