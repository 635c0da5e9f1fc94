/**
 * What is said to a person about an error. Sentences are thrown as `SentenceError`, and the engine's own come as plain errors of its worker; whatever
 * else is thrown is of no use to a person, and its text goes to the console.
 */

import { engine as say, page } from '../i18n/en.js';

/**
 * What kind of failure it is: memory ran out, the graphics device is lost, the engine stopped, files could not be fetched, they came damaged, they
 * stopped coming in the middle, no answer came, it was cancelled; '' for a refusal with its reason.
 * @typedef {'memory' | 'device' | 'crash' | 'missing' | 'damaged' | 'stalled' | 'silent' | 'cancelled' | ''} Code
 */

/** An error whose message is a sentence for people. */
export class SentenceError extends Error {
  /** @param {string} sentence @param {Code} [code] */
  constructor(sentence, code = '') {
    super(sentence);
    this.code = code;
  }
}

const MEMORY = /out of memory|memory allocation|memory\.grow|OutOfMemory|array buffer allocation|could not allocate|allocation (?:failed|size overflow)|invalid (?:array|typed array) length/i;
const DEVICE = /graphics device|device (?:was|is|has been)? ?(?:lost|destroyed)|DeviceLost/i;

/** What wasm-bindgen's own code throws when an object is used after its module broke. */
const BINDINGS = /null pointer passed to rust|recursive use of an object|take ownership of rust value/i;

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error */
export function isOutOfMemory(error) {
  return MEMORY.test(textOf(error)) || (error instanceof RangeError && /memory/i.test(error.message));
}

/**
 * In a worker that hosts an engine.
 * @param {unknown} error
 * @param {string} panic what the engine's panic hook left behind; '' where it has not been called
 * @returns {{ sentence: string, code: Code, fatal: boolean }} fatal: the module is in an unknown state or its device is, and the worker must go
 */
export function explain(error, panic) {
  const trap = error instanceof WebAssembly.RuntimeError;
  const fatal = trap || panic !== '' || (error instanceof RangeError && isOutOfMemory(error));
  // Rust ends a failed allocation with a trap, without its panic hook.
  if (isOutOfMemory(error) || MEMORY.test(panic) || (trap && panic === '' && /unreachable/i.test(error.message))) return { sentence: say.outOfMemory, code: 'memory', fatal };
  // The engine keeps a device's first error, and refuses everything from then on.
  if (DEVICE.test(`${textOf(error)} ${panic}`)) return { sentence: say.deviceLost, code: 'device', fatal: true };
  if (fatal || BINDINGS.test(textOf(error))) return { sentence: say.crashed, code: 'crash', fatal };
  // The engine refuses with plain errors, and so do the modules around it.
  if (error instanceof Error && error.name === 'Error') return { sentence: error.message, code: codeOf(error), fatal };
  return { sentence: page.unexpected, code: 'crash', fatal };
}

/** @param {unknown} error @returns {Code} */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? /** @type {Code} */ (String(error.code)) : '';
}

/** In the page. @param {unknown} error @returns {string} */
export function sentenceOf(error) {
  if (error instanceof SentenceError) return error.message;
  console.error(error);
  return isOutOfMemory(error) ? say.outOfMemory : page.unexpected;
}
