/**
 * Whether what a worker posts is one of the messages that there are: by its known name, and the kinds of its fields. Many come every second,
 * so this is by hand and looks at no more than that.
 */

/** @import { Answer, WorkerEvent } from '../types' */

const isNumber = (/** @type {unknown} */ value) => Number.isFinite(value);
const isText = (/** @type {unknown} */ value) => typeof value === 'string';
const isFlag = (/** @type {unknown} */ value) => typeof value === 'boolean';
const isNumberOrNull = (/** @type {unknown} */ value) => value === null || isNumber(value);
const isTextOrNull = (/** @type {unknown} */ value) => value === null || isText(value);
const isBytes = (/** @type {unknown} */ value) => value instanceof Uint8Array;
const isObject = (/** @type {any} */ value) => typeof value === 'object' && value !== null;
const isOptional = (/** @type {(value: unknown) => boolean} */ is) => (/** @type {unknown} */ value) => value === undefined || is(value);

/** @typedef {Record<string, (value: any) => boolean>} Fields */

/** @param {{ work?: unknown, latest?: { evaluation?: unknown } | null } | null} step */
const isStep = (step) => typeof step === 'object' && step !== null && isNumber(step.work) && (step.latest === null || isNumber(step.latest?.evaluation));

/** Of each event, besides the run's number. @type {Record<WorkerEvent['event'], Fields>} */
const EVENTS = {
  loading: { loaded: isNumber, total: isNumberOrNull },
  threads: { count: isNumber, script: isText, module: (value) => value instanceof WebAssembly.Module, memory: (value) => value instanceof WebAssembly.Memory },
  stage: { stage: isText },
  locked: { lock: isText },
  progress: { step: isStep, milliseconds: isNumber },
  preview: { width: isNumber, height: isNumber, rgba: isBytes, iteration: isNumber, evaluation: isNumber },
  kept: { run: isNumber, evaluation: isNumber, iteration: isNumber, width: isNumber, height: isNumber, rgba: isBytes, snapshot: isBytes },
  paused: { report: isText },
  finished: { report: isText },
  failed: { message: isText, code: isText, fatal: isOptional(isFlag), held: isOptional(isNumberOrNull), report: isTextOrNull },
};

/** @type {Fields} */
const ANSWER = { id: isNumber, error: isOptional(isText), code: isOptional(isText), held: isOptional(isNumberOrNull) };

/** @param {object} message @param {Fields} fields */
const has = (message, fields) => Object.entries(fields).every(([name, is]) => is(/** @type {Record<string, unknown>} */ (message)[name]));

/** @param {unknown} message @returns {message is Answer | WorkerEvent} */
export function isWorkerMessage(message) {
  if (!isObject(message)) return false;
  const { event, rgba, width, height } = /** @type {Record<string, unknown>} */ (message);
  if (event === undefined) return has(/** @type {object} */ (message), ANSWER);
  if (!isText(event) || !Object.hasOwn(EVENTS, /** @type {string} */ (event))) return false;
  if (!has(/** @type {object} */ (message), { run: isOptional(isNumber), ...EVENTS[/** @type {WorkerEvent['event']} */ (event)] })) return false;
  // As many pixels as it says.
  return !(rgba instanceof Uint8Array) || rgba.length === 4 * Number(width) * Number(height);
}
