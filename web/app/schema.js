/** Pieces of schemas for what comes from outside the page: known fields of known kinds; unknown ones are dropped. */

/** @import { GenericSchema } from 'valibot' */
/** @import { Settings } from '../types' */
import { array, boolean, custom, finite as isFinite, integer, lazy, minValue, null_, number, pipe, record, string, union } from 'valibot';

export const finite = pipe(number(), isFinite());

/** A whole number from 0. */
export const count = pipe(finite, integer(), minValue(0));

/** A whole number from 1: a side of an image, in pixels. */
export const side = pipe(finite, integer(), minValue(1));

const plain = custom((value) => Object.prototype.toString.call(value) === '[object Object]');

/** What JSON can hold. @type {GenericSchema<unknown>} */
export const json = lazy(() => union([null_(), boolean(), finite, string(), array(json), pipe(plain, record(string(), json))]));

/** Nested JSON; which settings there are, and which values they may have, the engine judges. @type {GenericSchema<unknown, Settings>} */
export const settings = pipe(plain, record(string(), json));
