// Ctrl+C and its like: the first ends what is going on in good order, the second ends the process.

/** What a shell makes of a signal's end: 128 and its number. */
const CODES = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/** The process has been asked to end. */
export class Interrupted extends Error {
  /** @param {keyof typeof CODES} signal */
  constructor(signal) {
    super(`Interrupted by ${signal}.`);
    this.code = CODES[signal];
  }
}

/**
 * Listens for signals from now on.
 *
 * @returns {{race: <T>(work: Promise<T>) => Promise<T>}} race: waits for something, or throws `Interrupted` as soon as a signal comes, or has come
 */
export function untilInterrupted() {
  /** @type {(error: Interrupted) => void} */
  let reject;
  /** @type {Promise<never>} */
  const interrupted = new Promise((_, refuse) => (reject = refuse));
  interrupted.catch(() => {});
  let seen = false;
  for (const signal of /** @type {(keyof typeof CODES)[]} */ (Object.keys(CODES))) {
    process.on(signal, () => {
      // On its way out the process still ends the browser and removes its profile.
      if (seen) process.exit(CODES[signal]);
      seen = true;
      reject(new Interrupted(signal));
    });
  }
  return {
    race(work) {
      // Whatever it comes to after a signal is nobody's business.
      work.catch(() => {});
      return Promise.race([interrupted, work]);
    },
  };
}
