/**
 * The settings as they stand: a preset that the engine resolved, changed control by control. Complete at all times, so that what is shown
 * is what is painted. The engine alone knows what is allowed; here is only reading and writing by dotted paths.
 */

/** @import { SettingValue, Settings } from '../types' */
import { Listeners } from './listeners.js';
import { read, write } from './paths.js';

/** @type {Settings} */
let current = {};
/** What the preset says, to find what was changed. @type {Settings} */
let recipe = {};
let presetId = '';

/** @type {Listeners<[path: string | null]>} */
const listeners = new Listeners();

/**
 * @param {(path: string | null) => void} listener called with the path that changed, or null when everything may have
 * @param {AbortSignal} signal ends it
 */
export function onSettings(listener, signal) {
  listeners.add(listener, signal);
}

/** For tests. */
export const listenerCount = () => listeners.size;

/** @param {string} preset @param {Settings} settings complete @param {Settings} [base] the preset's own, if `settings` differ from it */
export function replaceSettings(preset, settings, base = settings) {
  presetId = preset;
  current = structuredClone(settings);
  recipe = structuredClone(base);
  listeners.call(null);
}

/** @returns {string} */
export function preset() {
  return presetId;
}

/** @returns {Settings} */
export function settings() {
  return structuredClone(current);
}

/** All there is of them, to be adopted again. */
export function chosenSettings() {
  return { preset: presetId, settings: structuredClone(current), base: structuredClone(recipe) };
}

/** @param {string} path @returns {SettingValue | undefined} */
export function valueAt(path) {
  return read(current, path);
}

/** @param {string} path @returns {SettingValue | undefined} what the preset says */
export function presetValue(path) {
  return read(recipe, path);
}

/** @param {string} path whether it still is what the preset says */
export function isPreset(path) {
  return JSON.stringify(read(current, path)) === JSON.stringify(read(recipe, path));
}

/** @param {string} path @param {SettingValue} value one that its control allows */
export function change(path, value) {
  if (JSON.stringify(read(current, path)) === JSON.stringify(value)) return;
  write(current, path, value);
  listeners.call(path);
}
