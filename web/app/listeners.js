/** Functions that are called on a change, until a signal ends them. */

/** @template {unknown[]} Arguments */
export class Listeners {
  /** @type {Set<(...values: Arguments) => void>} */
  #all = new Set();

  /** @param {(...values: Arguments) => void} listener @param {AbortSignal} [signal] ends it */
  add(listener, signal) {
    if (signal?.aborted) return;
    this.#all.add(listener);
    signal?.addEventListener('abort', () => this.#all.delete(listener), { once: true });
  }

  /** Calls every listener; one that throws is reported as uncaught and does not stop the others. @param {Arguments} values */
  call(...values) {
    for (const listener of [...this.#all]) {
      if (!this.#all.has(listener)) continue;
      try {
        listener(...values);
      } catch (error) {
        reportError(error);
      }
    }
  }

  get size() {
    return this.#all.size;
  }
}
