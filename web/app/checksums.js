/**
 * SHA-256 of the files of the site that compute: the engines and Sketch. They are known when the site is put together
 * (crates/xtask/src/page.rs), and are part of the page, so that page and files are of the same version, or it is noticed.
 */

/** By the path in the site, in hex; none where the modules are used as they are. @type {Record<string, string>} */
const known = typeof SITE_CHECKSUMS === 'undefined' ? {} : JSON.parse(SITE_CHECKSUMS);

/** @param {string} path in the site @returns {string | null} null where it is not known */
export const checksumOf = (path) => known[path] ?? null;

/** @param {BufferSource} bytes @returns {Promise<string | null>} in hex; null where the browser computes none, as over plain http */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Has no cache answer with a file any more: what it kept was damaged. @param {string} url */
export async function forgetFile(url) {
  try {
    for (const name of await caches.keys()) await (await caches.open(name)).delete(url, { ignoreSearch: true });
  } catch {
    // Where caches are refused, none answers.
  }
}
