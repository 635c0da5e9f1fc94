/** Preset and settings in the address: `?preset=`, `?size=` and `?iterations=`, and the hash of a link that carries all that differs from the preset. */

/** @import { Describe } from '../types' */
import { address, parseAddress } from '../app/address.js';
import { register } from '../app/commands.js';
import { isPreset, preset, valueAt } from '../app/settings.js';
import { get, onDescribed, setBusy } from '../app/store.js';
import { link as say, settings as words, status } from '../i18n/en.js';
import { showStatus } from '../run/progress.js';
import { notice, showError } from '../ui/toasts.js';
import { sentenceOf } from '../app/errors.js';
import { isLink, linkHash, readLink } from './link.js';
import { take } from './presets.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  register({ id: 'copyLink', buttons: ['copy-link'], enabled: () => get().described !== null, run: copyLink }, signal);
  onDescribed(({ describe }) => {
    if (!addressRead) void readAddress(describe);
  }, signal);
  addEventListener('hashchange', ({ oldURL }) => {
    // Back from the talk, whose steps are in its hash, is no new link.
    if (parseAddress(new URL(oldURL).search, '').open.length === 0) onDescribed(({ describe }) => void readHash(describe), signal);
  }, { signal });
}

let addressRead = false;

/** What the address asks for, over the default preset; once. @param {Describe} describe */
async function readAddress(describe) {
  addressRead = true;
  setBusy('recipe', () => status.readingSettings);
  const { preset: asked, settings: partial } = address();
  if (asked) await take(asked);
  if (Object.keys(partial).length > 0) await take(preset(), partial);
  await readHash(describe);
  setBusy('recipe', null);
}

/** @param {Describe} describe */
async function readHash(describe) {
  const { hash } = location;
  if (!isLink(hash)) return;
  try {
    const { preset: id, partial } = readLink(hash, describe);
    if (await take(id ?? preset(), partial)) notice(() => say.used);
  } catch (error) {
    showError(words.refused(sentenceOf(error)), { topic: 'settings' });
  }
}

async function copyLink() {
  const { described } = get();
  if (!described) return;
  const { controls } = described.describe;
  const changed = controls.flatMap(({ path }) => {
    const value = isPreset(path) ? undefined : valueAt(path);
    return value === undefined ? [] : [/** @type {const} */ ([path, value])];
  });
  const link = `${location.origin}${location.pathname}${linkHash(preset(), changed)}`;
  try {
    await navigator.clipboard.writeText(link);
    showStatus(() => say.copied);
  } catch {
    // Not allowed, or not a secure context: it can be copied from the address bar.
    history.replaceState(history.state, '', new URL(link).hash);
    showStatus(() => say.inAddress);
  }
}
