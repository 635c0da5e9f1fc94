/** Whole sets of settings at once: the presets, a settings file read, the settings and the report written. */

/** @import { Describe, Settings } from '../types' */
import { byId, make } from '../app/dom.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { clearError, showError } from '../ui/toasts.js';
import { showStatus } from '../run/progress.js';
import { offerJson } from '../export/save.js';
import { replaceSettings, onSettings, preset, settings } from '../app/settings.js';
import { register } from '../app/commands.js';
import { get, onDescribed, setBusy } from '../app/store.js';
import { translateDescription } from '../i18n/apply.js';
import { settings as say, status } from '../i18n/en.js';
import { described, engine, revive } from '../engine/setup.js';
import { decodeText } from './decode-text.js';
import { LONGEST, parseSettingsFile } from './settings-file.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  mountSettingsFile(signal);
  register({ id: 'resetSettings', buttons: ['reset'], run: () => take(preset()) }, signal);
  register({ id: 'saveSettings', buttons: ['save-settings'], run: () => offerJson({ preset: preset(), ...settings() }, '-settings') }, signal);
  register({
    id: 'saveReport', buttons: ['save-report'], shown: () => get().report !== null,
    run: () => { const { report } = get(); if (report) offerJson(report, '-report'); },
  }, signal);
  onDescribed(({ describe }) => {
    showPresets(translateDescription(describe), signal);
  }, signal);
}

/** The presets as chips, of which one is chosen. @param {Describe} describe @param {AbortSignal} signal */
function showPresets(describe, signal) {
  const group = byId('presets', HTMLElement);
  const focused = group.contains(document.activeElement);
  group.replaceChildren(...describe.presets.map(({ id, label, description }) => make('label', { class: 'preset', title: description }, [
    make('input', { type: 'radio', name: 'preset', value: id }), make('span', {}, [label]),
  ])));
  group.addEventListener('change', ({ target }) => { if (target instanceof HTMLInputElement) void take(target.value); }, { signal });
  const showPreset = () => {
    for (const box of group.querySelectorAll('input')) box.checked = box.value === preset();
    byId('preset-help', HTMLElement).textContent = describe.presets.find(({ id }) => id === preset())?.description ?? '';
  };
  showChosen = showPreset;
  onSettings((path) => { if (path === null) showPreset(); }, signal);
  showPreset();
  if (focused) group.querySelector('input')?.focus();
}

/** Shows which preset is chosen. */
let showChosen = () => {};

/** The file input works before the engine does, which then judges what it holds. @param {AbortSignal} signal */
function mountSettingsFile(signal) {
  const input = byId('settings-file', HTMLInputElement);
  register({ id: 'loadSettings', buttons: ['load-settings'], run: () => input.click() }, signal);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (!file) return;
    setBusy('settings', () => status.readingSettings);
    clearError('settings');
    void readFile(file)
      .catch((error) => showError(say.refused(sentenceOf(error)), { topic: 'settings' }))
      .finally(() => {
        input.value = '';
        setBusy('settings', null);
      });
  }, { signal });
}

/** @param {File} file */
async function readFile(file) {
  const source = file.size > LONGEST ? null : decodeText(new Uint8Array(await file.arrayBuffer()));
  const { preset: id, partial } = parseSettingsFile(file.name, source);
  await described;
  await apply(id ?? preset(), partial);
  showStatus(() => say.loaded(file.name));
}

/** The newest choice wins, however long an older one takes to be resolved. */
let takes = 0;

/** @param {string} id @param {Settings} [partial] @returns {Promise<boolean>} whether they are in use; why not has been said */
export async function take(id, partial = {}) {
  takes += 1;
  const mine = takes;
  clearError('settings');
  try {
    const { whole, base } = await resolved(id, partial);
    if (mine === takes) replaceSettings(id, whole, base);
    return mine === takes;
  } catch (error) {
    showError(say.refused(sentenceOf(error)), { topic: 'settings' });
    if (mine === takes) showChosen();
    return false;
  }
}

/** Adopts a preset with settings over it, if the engine takes them. @param {string} id @param {Settings} partial */
export async function apply(id, partial) {
  takes += 1;
  const { whole, base } = await resolved(id, partial);
  replaceSettings(id, whole, base);
}

/**
 * A preset with settings over it, complete; nothing changes.
 * @param {string} id @param {Settings} partial
 * @returns {Promise<{ whole: Settings, base: Settings }>} base: the preset's own
 * @throws with the engine's sentence, if it does not take them
 */
async function resolved(id, partial) {
  await revive();
  return { whole: await resolve(id, partial), base: await resolve(id, {}) };
}

/** The preset of the engine's own defaults, by which settings that were added later change nothing. */
const DEFAULTS = 'reference';

/**
 * What a recipe's settings come to. They are complete; a setting that was added since they were written has its default, not the preset's value.
 *
 * @param {string} id of their preset @param {Settings} complete
 * @returns {Promise<{ whole: Settings, base: Settings }>} base: the preset's own
 * @throws with the engine's sentence, if it does not take them
 */
export async function resolvedRecipe(id, complete) {
  await revive();
  const base = await resolve(id, {});
  return { whole: await resolve(DEFAULTS, complete), base };
}

/** @param {string} preset @param {Settings} partial @returns {Promise<Settings>} complete */
async function resolve(preset, partial) {
  return /** @type {Settings} */ (await engine.request('resolve', { preset, json: JSON.stringify(partial) }));
}
