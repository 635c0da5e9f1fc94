// Has Node find the packages that the page's modules name, as esbuild does through NODE_PATH: import this, then such a module with `await import`.

import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

/**
 * @param {string} specifier
 * @param {{ parentURL?: string }} context
 * @param {(specifier: string, context: { parentURL?: string }) => Promise<{ url: string }>} next
 */
export function resolve(specifier, context, next) {
  const isPackage = !/^(?:[./]|[a-z]+:)/i.test(specifier);
  return next(specifier, isPackage && context.parentURL?.includes("/web/") ? { ...context, parentURL: import.meta.url } : context);
}

// The thread that runs the hook loads this file once more.
if (isMainThread) register(import.meta.url);
