/**
 * Starts a worker of ours from a blob that imports it: so it takes on the page's own Content-Security-Policy. One loaded from its address
 * would have the policy of its response's headers alone, and a plain static host sends none.
 */

import { languageModule } from '../i18n/apply.js';

/** @param {string} file its path in web/ @param {string} name @returns {Worker} */
export function startWorker(file, name) {
  // The visitor's language first: what a worker says is for people too.
  const source = [languageModule(), new URL(`../${file}`, import.meta.url).href].filter((module) => module !== null).map((module) => `import ${JSON.stringify(module)};`).join('\n');
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name });
  // Read by the worker soon after; there is no telling when.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return worker;
}
