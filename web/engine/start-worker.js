/**
 * Starts a worker of ours from a blob that imports it: so it takes on the page's own Content-Security-Policy. One loaded from its address
 * would have the policy of its response's headers alone, and a plain static host sends none.
 */

/** The version of the page, as the service worker names it; empty where none has said it. */
let version = '';

/** @param {string} name */
export function setVersion(name) {
  version = name;
}

/** @param {string} file its path in web/ @param {string} name @returns {Worker} */
export function startWorker(file, name) {
  const address = new URL(`../${file}`, import.meta.url);
  // The service worker cannot tell whose worker asks: it gets the files of the page's version.
  if (version) address.searchParams.set('version', version);
  const source = `import ${JSON.stringify(address.href)};`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name });
  // Read by the worker soon after; there is no telling when.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return worker;
}
