/**
 * Starts a worker of ours from a blob that imports it: so it takes on the page's own Content-Security-Policy. One loaded from its address
 * would have the policy of its response's headers alone, and a plain static host sends none. In the page that is one file a worker is a plain
 * script with all that it needs: a page opened from the disk may start no modules in workers.
 */

import { asset, isSingleFile } from '../app/asset.js';

/** The version of the page, as the service worker names it; empty where none has said it. */
let version = '';

/** @param {string} name */
export function setVersion(name) {
  version = name;
}

/** @param {string} file its path in web/ @param {string} name @returns {Worker} */
export function startWorker(file, name) {
  if (isSingleFile) return new Worker(asset(`web/${file}`), { name });
  const address = new URL(asset(`web/${file}`));
  // The service worker does not know whose worker asks: it gets the files of the page's version.
  if (version) address.searchParams.set('version', version);
  const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(address.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name });
  // Read by the worker soon after; when is not known.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return worker;
}
