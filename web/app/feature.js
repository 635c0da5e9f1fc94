/** Features of the page have a lifetime: each is mounted with a signal, and what it has attached goes when the signal aborts. */

/** @typedef {{ signal: AbortSignal }} App what a feature is given: everything it attaches outside itself ends with the signal */
/** @typedef {(app: App) => void} Mount */

/**
 * Mounts features, in any order.
 * @param {Iterable<Mount>} features
 * @returns {() => void} dispose: detaches all of them; they can be mounted again
 */
export function mountAll(features) {
  const lifetime = new AbortController();
  for (const mount of features) mount({ signal: lifetime.signal });
  return () => lifetime.abort();
}
