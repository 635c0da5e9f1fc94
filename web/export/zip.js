/** Several finished results as one ZIP archive. */

import { offer } from './save.js';
import { zipNames } from './zip-names.js';

/** @param {readonly { name: string, png: Blob }[]} results @param {string} name of the archive */
export async function saveZip(results, name) {
  // Loaded when it is used.
  const { downloadZip } = await import('client-zip');
  const names = zipNames(results.map((each) => each.name), '.png');
  const now = new Date();
  offer(await downloadZip(results.map(({ png }, n) => ({ name: names[n], input: png, lastModified: now }))).blob(), name);
}
