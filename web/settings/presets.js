/** Whole sets of settings at once: the recipes, a settings file read, the settings and the report written. */

/** @import { Describe, Settings } from '../types' */
import { byId, make } from '../app/dom.js';
import { clearError, sentenceOf, showError } from '../ui/toasts.js';
import { remark } from '../run/progress.js';
import { offerJson } from '../export/save.js';
import { address } from '../app/address.js';
import { adopt, onSettings, preset, settings } from '../app/settings.js';
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
    if (!addressRead) void readAddress();
  }, signal);
}

/** @param {Describe} describe @param {AbortSignal} signal */
function showPresets(describe, signal) {
  const select = byId('preset', HTMLSelectElement);
  select.replaceChildren(...describe.presets.map(({ id, label, gives }) => make('option', { value: id }, [`${label}: ${gives}`])));
  const tell = () => {
    select.value = preset();
    byId('preset-help', HTMLElement).textContent = describe.presets.find(({ id }) => id === preset())?.description ?? '';
  };
  onSettings(tell, signal);
  select.addEventListener('change', () => void take(select.value), { signal });
  tell();
}

let addressRead = false;

/** What the address asks for, over the default preset. */
async function readAddress() {
  addressRead = true;
  setBusy('recipe', () => status.readingSettings);
  const { preset: asked, settings: partial } = address();
  if (asked) await take(asked);
  if (Object.keys(partial).length > 0) await take(preset(), partial);
  setBusy('recipe', null);
}

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
  remark(() => say.loaded(file.name));
}

/** @param {string} id @param {Settings} [partial] */
async function take(id, partial = {}) {
  clearError('settings');
  try {
    await apply(id, partial);
  } catch (error) {
    showError(say.refused(sentenceOf(error)), { topic: 'settings' });
    byId('preset', HTMLSelectElement).value = preset();
  }
}

/** Adopts a preset with settings over it, if the engine takes them. @param {string} id @param {Settings} partial */
async function apply(id, partial) {
  const { whole, base } = await resolved(id, partial);
  adopt(id, whole, base);
}

/**
 * A preset with settings over it, complete; nothing changes.
 * @param {string} id @param {Settings} partial
 * @returns {Promise<{ whole: Settings, base: Settings }>} base: the preset's own
 * @throws with the engine's sentence, if it does not take them
 */
export async function resolved(id, partial) {
  await revive();
  const base = /** @type {Settings} */ (await engine.request('resolve', { preset: id, json: '{}' }));
  const whole = /** @type {Settings} */ (await engine.request('resolve', { preset: id, json: JSON.stringify(partial) }));
  return { whole, base };
}
