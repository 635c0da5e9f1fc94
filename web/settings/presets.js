/** Whole sets of settings at once: the recipes, a settings file read, the settings and the report written. */

/** @import { Describe, Settings } from '../types' */
import { byId, make } from '../app/dom.js';
import { clearError, sentenceOf, showError } from '../ui/toasts.js';
import { remark } from '../run/progress.js';
import { offerJson } from '../export/save.js';
import { adopt, onSettings, preset, settings } from '../app/settings.js';
import { get, setBusy, subscribe } from '../app/store.js';
import { settings as say, status } from '../i18n/en.js';
import { described, engine, revive } from '../engine/setup.js';

/** @param {Describe} describe @param {Settings} first the default preset, resolved */
export async function preparePresets(describe, first) {
  const select = byId('preset', HTMLSelectElement);
  select.replaceChildren(...describe.presets.map(({ id, label, gives }) => make('option', { value: id }, [`${label}: ${gives}`])));
  const tell = () => {
    select.value = preset();
    byId('preset-help', HTMLElement).textContent = describe.presets.find(({ id }) => id === preset())?.description ?? '';
  };
  onSettings(tell);
  adopt(describe.default_preset, first);
  select.addEventListener('change', () => void take(select.value));
  byId('reset', HTMLButtonElement).addEventListener('click', () => void take(preset()));
  byId('save-settings', HTMLButtonElement).addEventListener('click', () => offerJson({ preset: preset(), ...settings() }, '-settings'));
  const report = byId('save-report', HTMLButtonElement);
  report.addEventListener('click', () => { const { report: last } = get(); if (last) offerJson(last, '-report'); });
  subscribe((changed) => { if (changed.has('report')) report.hidden = get().report === null; });

  setBusy('recipe', status.readingSettings);
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

/** The file input works before the engine does: what it holds is read as soon as there is somebody to judge it. */
export function prepareSettingsFile() {
  const input = byId('settings-file', HTMLInputElement);
  byId('load-settings', HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (!file) return;
    setBusy('settings', status.readingSettings);
    clearError('settings');
    void readFile(file)
      .catch((error) => showError(say.refused(sentenceOf(error)), { topic: 'settings' }))
      .finally(() => {
        input.value = '';
        setBusy('settings', null);
      });
  });
}

/** @param {File} file */
async function readFile(file) {
  const text = await file.text();
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(say.notJson(file.name));
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new Error(say.notObject(file.name));
  // Pictures are files on the disk of whoever wrote it, for `./dev paint`; the page may not read them.
  const { preset: id, pictures: _, ...partial } = /** @type {Record<string, unknown>} */ (json);
  await described;
  await apply(typeof id === 'string' ? id : preset(), partial);
  remark(say.loaded(file.name));
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
