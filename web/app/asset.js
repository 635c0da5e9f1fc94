/**
 * Where the files of the site are: beside the page's modules; or, in the page that is one file (crates/xtask/src/single.rs), inside it, where
 * each has a blob: address.
 */

/** @typedef {{ url: string, blob: Blob }} Embedded */
/** By its path in the site; undefined on a site of several files. @type {Record<string, Embedded> | undefined} */
const files = /** @type {{ pasticheFiles?: Record<string, Embedded> }} */ (globalThis).pasticheFiles;

/** Whether the page is one file: it makes no connections, and has neither threads nor a service worker. */
export const isSingleFile = files !== undefined;

/**
 * The address of a file of the site. In the page that is one file, one that it does not carry has an address at which nothing is found.
 * @param {string} path in the site, as in `engine/cpu/browser.js`
 * @returns {string}
 */
export function asset(path) {
  return files ? files[path]?.url ?? 'blob:missing' : new URL(`../../${path}`, import.meta.url).href;
}

/** Whether the page may have a file: one that is a single file has what it carries. @param {string} path */
export const isCarried = (path) => !files || Object.hasOwn(files, path);

/** @param {string} path @returns {number | null} bytes of a file that the page carries; null where it carries none */
export function embeddedSize(path) {
  return files?.[path]?.blob.size ?? null;
}

/**
 * A file that the page carries, for its workers: they have an origin of their own and cannot read a blob: address of the page's.
 * @param {string} path
 * @returns {Blob | undefined}
 */
export function embeddedFile(path) {
  return files?.[path]?.blob;
}
