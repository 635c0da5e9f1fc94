/** Whole sets of settings at once: the recipes, a settings file read, the settings and the report written. */

/** @import { Describe, Settings } from '../types' */
import { byId, make } from '../app/dom.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { clearError, showError } from '../ui/toasts.js';
import { remark } from '../run/progress.js';
import { offerJson } from '../export/save.js';
import { adopt, onSettings, preset, settings } from '../app/settings.js';
import { register } from '../app/commands.js';
import { get, onDescribed, setBusy } from '../app/store.js';
import { translateDescription } from '../i18n/apply.js';
import { settings as say, status } from '../i18n/en.js';
import { described, engine, revive } from '../engine/setup.js';
import { decodeText } from './decode-text.js';

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
  const query = new URLSearchParams(location.search);
  const wish = query.get('preset');
  if (wish) await take(wish);
  const partial = Object.fromEntries([['size', 'size'], ['iterations', 'evaluations']].flatMap(([name, path]) => {
    const value = query.get(name ?? '');
    return value !== null && path ? [[path, Number(value)]] : [];
  }));
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
  const text = decodeText(new Uint8Array(await file.arrayBuffer()));
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SentenceError(say.notJson(file.name));
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new SentenceError(say.notObject(file.name));
  // Pictures are files on the disk of whoever wrote it, for `./dev paint`; the page may not read them.
  const { preset: id, pictures: _, ...partial } = /** @type {Record<string, unknown>} */ (json);
  await described;
  await apply(typeof id === 'string' ? id : preset(), partial);
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
export async function apply(id, partial) {
  await revive();
  const base = /** @type {Settings} */ (await engine.request('resolve', { preset: id, json: '{}' }));
  const whole = /** @type {Settings} */ (await engine.request('resolve', { preset: id, json: JSON.stringify(partial) }));
  adopt(id, whole, base);
}
