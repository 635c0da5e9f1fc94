/**
 * The store of the page: the state of the run, and what the person has chosen. Features read it, change it with `set`, and subscribe to it.
 * The phase that tests and the style sheets see (`body[data-state]`) follows from it, and is never set by hand.
 */

/** @import { Describe, EngineInfo, Losses, RunInputs, StyleInput, StyleSlot, NetworkInfo, NetworkId, Phase, Picture, Preview, Report, Role, Settings, Checkpoint } from '../types' */

/** @import { Sentence } from './sentence.js' */

import { Listeners } from './listeners.js';

/**
 * @typedef {object} State
 * @property {'painting' | 'paused' | 'finished' | 'stopped' | 'failed' | null} run its state; null where there is none
 * @property {boolean} superseded whether pictures were chosen since the run ended: it stays, and Paint begins another
 * @property {boolean} broken the engine or the network could not be had, so nothing can be painted yet
 * @property {Map<string, Sentence>} busy what is being waited for, and the sentence that says so
 * @property {Record<Role, Picture | null>} pictures
 * @property {StyleSlot[]} others styles besides the one in the slot, and the places of those that are still to be chosen
 * @property {Picture | null} mask where the style in the slot is used; null for wherever the others leave room
 * @property {boolean} adding whether the next style that is chosen joins the others
 * @property {EngineInfo | null} engine
 * @property {{ describe: Describe, settings: Settings } | null} described the settings there are, as the engine says it in English, and the default preset's
 * @property {Sentence} engineWhy why this engine, in a plain sentence; empty when there is nothing to explain
 * @property {{ id: NetworkId, info: NetworkInfo } | null} network
 * @property {Preview | null} result the picture that is shown: the newest, or that of an earlier checkpoint
 * @property {RunInputs | null} inputs what the run under way, or the last one, is made from
 * @property {readonly Checkpoint[]} checkpoints the iterates kept so far, oldest first
 * @property {number | null} at which of them is shown; null for the newest picture
 * @property {Losses[]} losses
 * @property {Report | null} report
 * @property {boolean} online
 * @property {string} language the one the page speaks
 */

/** @type {State} */
const state = {
  run: null,
  superseded: false,
  broken: false,
  busy: new Map(),
  pictures: { content: null, style: null, start: null },
  others: [],
  mask: null,
  adding: false,
  engine: null,
  described: null,
  engineWhy: '',
  network: null,
  result: null,
  inputs: null,
  checkpoints: [],
  at: null,
  losses: [],
  report: null,
  online: navigator.onLine,
  language: 'en',
};

/** @type {Listeners<[changed: Set<keyof State>]>} */
const listeners = new Listeners();

/** @returns {Readonly<State>} */
export function get() {
  return state;
}

/** @param {Partial<State>} patch */
export function set(patch) {
  Object.assign(state, patch);
  const changed = /** @type {Set<keyof State>} */ (new Set(Object.keys(patch)));
  document.body.dataset.state = phase();
  listeners.call(changed);
}

/**
 * @param {(changed: Set<keyof State>) => void} listener called after every change with the names of what changed
 * @param {AbortSignal} signal ends it
 */
export function subscribe(listener, signal) {
  listeners.add(listener, signal);
}

/**
 * Calls `act` with the settings there are: at once, or as soon as an engine has described them.
 * @param {(described: { describe: Describe, settings: Settings }) => void} act @param {AbortSignal} signal ends the waiting
 */
export function onDescribed(act, signal) {
  if (state.described) act(state.described);
  else subscribe((changed) => { if (changed.has('described') && state.described) act(state.described); }, signal);
}

/** For tests. */
export const listenerCount = () => listeners.size;

/** @returns {Phase} */
export function phase() {
  if (state.run === 'painting' || state.run === 'paused') return state.run;
  if (state.busy.size > 0) return 'loading';
  if (state.run !== null && !state.superseded) return state.run;
  if (state.broken) return 'failed';
  return state.pictures.content && state.pictures.style ? 'ready' : 'empty';
}

/** Whether a run can begin, whatever it is made from. */
export function canRun() {
  const now = phase();
  return now !== 'painting' && now !== 'paused' && now !== 'loading' && !state.broken && state.network !== null;
}

/** Whether Paint can be pressed. */
export function canPaint() {
  return canRun() && state.pictures.content !== null && state.pictures.style !== null && state.others.every(({ picture }) => picture !== null);
}

/** @param {Role} role @param {Picture | null} picture */
export function setPicture(role, picture) {
  // A run that has ended stays, with its result and its checkpoints, until another begins.
  const superseded = state.run !== null && state.run !== 'painting' && state.run !== 'paused';
  if (role === 'style' && picture && state.adding && state.pictures.style) {
    set({ others: [...state.others, { picture, mask: null }], adding: false, superseded });
    return;
  }
  set({ pictures: { ...state.pictures, [role]: picture }, superseded });
}

/** The places of all styles, the one in the slot first. @returns {StyleSlot[]} */
export function styleSlots() {
  const { mask, others, pictures } = state;
  return [{ picture: pictures.style, mask }, ...others];
}

/** Every style that is there and where it is used, the one in the slot first; none where that is empty. @returns {StyleInput[]} */
export function styleImages() {
  if (!state.pictures.style) return [];
  return styleSlots().flatMap(({ picture, mask }) => (picture ? [{ picture, mask }] : []));
}

/** Puts a picture where a style is, or is to be; the mask stays. @param {number} n 0 for the one in the slot @param {Picture} picture */
export function setStyleAt(n, picture) {
  set({ adding: false });
  if (n === 0) setPicture('style', picture);
  else set({ others: state.others.map((slot, at) => (at === n - 1 ? { picture, mask: slot.mask } : slot)) });
}

/** @param {number} n of the style, 0 for the one in the slot @param {Picture | null} mask */
export function setMaskAt(n, mask) {
  if (n === 0) set({ mask });
  else set({ others: state.others.map((slot, at) => (at === n - 1 ? { ...slot, mask } : slot)) });
}

/** @param {string} reason @param {Sentence | null} sentence null when it is over */
export function setBusy(reason, sentence) {
  const busy = new Map(state.busy);
  if (sentence === null) busy.delete(reason);
  else busy.set(reason, sentence);
  set({ busy });
}
