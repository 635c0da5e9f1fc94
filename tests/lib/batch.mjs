// Several photos in one style: which files of a folder are photos, and what their results are called.

import { readdirSync } from "node:fs";
import path from "node:path";

/** Of pictures, by name: also those that a browser may refuse, so that it is said. */
const ENDINGS = new Set([".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".avif", ".svg", ".heic", ".heif", ".tif", ".tiff"]);

/**
 * @param {string} folder
 * @returns {{pictures: string[], others: string[]}} its files, in the order in which a person would number them; hidden ones are left out
 */
export function filesOf(folder) {
  const order = new Intl.Collator("en", { numeric: true });
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && !entry.isDirectory())
    .map(({ name }) => name)
    .sort(order.compare);
  const isPicture = (/** @type {string} */ name) => ENDINGS.has(path.extname(name).toLowerCase());
  const inFolder = (/** @type {string} */ name) => path.join(folder, name);
  return { pictures: names.filter(isPicture).map(inFolder), others: names.filter((name) => !isPicture(name)).map(inFolder) };
}

/**
 * The names of the results, without their endings: those of the photos, with a number behind where that is taken.
 *
 * @param {string[]} contents
 * @param {(stem: string, earlier: string[]) => boolean} isTaken by something else than an earlier result of the same name
 * @returns {string[]}
 */
export function stemsOf(contents, isTaken = () => false) {
  /** @type {string[]} */
  const stems = [];
  // A file system may take a.png and A.png for the same.
  const used = new Set();
  for (const content of contents) {
    const { name } = path.parse(content);
    let stem = name;
    for (let n = 2; used.has(stem.toLowerCase()) || isTaken(stem, stems); n++) stem = `${name}-${n}`;
    used.add(stem.toLowerCase());
    stems.push(stem);
  }
  return stems;
}
