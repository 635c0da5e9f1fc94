// What must hold of every value that a parser gives.

import { isDeepStrictEqual } from "node:util";

/** What must not hold is thrown as this: anything else that a parser throws is a failure, too. */
export class Wrong extends Error {}

/** @param {unknown} condition @param {string} reason @returns {asserts condition} */
export function holds(condition, reason) {
  if (!condition) throw new Wrong(reason);
}

/** @param {unknown} a @param {unknown} b @param {string} reason */
export const same = (a, b, reason) => holds(isDeepStrictEqual(a, b), reason);

/** No object of a parsed value has another prototype than a literal's, and none that there was before has more properties. @param {unknown} value */
export function unpolluted(value) {
  holds(Object.keys(Object.prototype).length === 0 && /** @type {any} */ ({}).polluted === undefined, "Object.prototype has properties");
  const visit = (/** @type {any} */ inner, /** @type {number} */ depth) => {
    if (inner === null || typeof inner !== "object" || inner instanceof Blob) return;
    holds(depth < 64, "it is nested too deeply");
    const prototype = Object.getPrototypeOf(inner);
    holds(prototype === Object.prototype || prototype === Array.prototype || prototype === null, "an object has another prototype");
    for (const key of Object.keys(inner)) visit(inner[key], depth + 1);
  };
  visit(value, 0);
}

/** No property but these. @param {unknown} value @param {readonly string[]} names @param {string} where */
export function knows(value, names, where) {
  for (const key of Object.keys(/** @type {object} */ (value))) holds(names.includes(key), `${where} has the unknown field ${JSON.stringify(key)}`);
}
