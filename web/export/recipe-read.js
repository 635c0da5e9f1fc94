/**
 * A saved PNG with a recipe: its settings, masks and network come back, and its pictures as far as they are on this machine; the others are
 * asked for by name.
 */

/** @import { Change, StyleInput, Picture, Role, SignedPicture, Signature, Settings } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { historyEntries } from '../history/db.js';
import { decode } from '../input/decode.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { notice, showError } from '../ui/toasts.js';
import { findExample, onRecipe, takeFile } from '../input/slots.js';
import { apply } from '../settings/presets.js';
import { said } from '../app/sentence.js';
import { settings } from '../app/settings.js';
import { get, styleImages, phase, set, setBusy, setPicture, subscribe } from '../app/store.js';
import { sign as say, status } from '../i18n/en.js';
import { described } from '../engine/setup.js';
import { switchNetwork } from '../network/network-choice.js';

/** What was restored, and the settings it came to. @type {{ signature: Signature, settings: string } | null} */
let restored = null;
/** Pictures that are still asked for. @type {{ role: Role, n: number, picture: SignedPicture }[]} */
let missing = [];

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  onRecipe(async (file, role, text, dropped) => {
    if (!dropped) {
      notice(() => say.isSigned(file.name), { label: () => say.restore, act: () => void restore(file, role, text) });
      return;
    }
    await restore(file, role, text);
  });
  subscribe((changed) => { if (changed.has('pictures') || changed.has('others')) look(); }, signal);
}

/**
 * Knobs that turn by themselves when the restored painting is made again, and the evaluation after which it pauses because it was saved
 * there; null for settings that were changed since.
 * @param {Settings} resolved @param {Picture} content @param {StyleInput[]} styles
 * @returns {{ changes: Change[], until: number } | null}
 */
export function recordedRun(resolved, content, styles) {
  if (!restored || JSON.stringify(resolved) !== restored.settings) return null;
  const { signature } = restored;
  const same = content.sha256 === signature.content.sha256 && styles.every(({ picture }, n) => picture.sha256 === signature.styles[n]?.sha256);
  return { changes: signature.changes, until: same ? signature.evaluation : 0 };
}

/** @param {File} file @param {Role} role @param {string} text */
async function restore(file, role, text) {
  if (phase() === 'painting' || phase() === 'paused') {
    notice(() => say.notNow);
    return;
  }
  setBusy('restore', () => status.bringing);
  try {
    await described;
    const signature = read(text);
    await apply(signature.preset, signature.settings);
    restored = { signature, settings: JSON.stringify(settings()) };
    missing = [];
    const styles = await Promise.all(signature.styles.map(async ({ mask, ...picture }, n) => ({
      picture: await find('style', n, picture),
      mask: mask && await decode(await fetch(mask.png).then((response) => response.blob()), { role: 'mask', name: mask.name }),
    })));
    const [content, start] = await Promise.all([find('content', 0, signature.content), signature.start && find('start', 0, signature.start)]);
    if (content) setPicture('content', content);
    if (start) setPicture('start', start);
    set({ adding: false, others: [], mask: styles[0]?.mask ?? null });
    if (styles[0]?.picture) setPicture('style', styles[0].picture);
    set({ others: styles.slice(1).flatMap(({ picture, mask }) => (picture ? [{ picture, mask }] : [])) });
    const { network } = signature;
    if (network.sha256 !== get().network?.info.sha256 && network.id !== 'file') await switchNetwork(network.id);
    const same = network.sha256 === get().network?.info.sha256;
    tell(same ? '' : () => say.otherNetwork(network.name));
  } catch (error) {
    showError(say.refused(file.name, sentenceOf(error)), { topic: 'settings', action: { label: () => say.asPicture, act: () => void takeFile(role, file) } });
  } finally {
    setBusy('restore', null);
  }
}

/** @param {string} text @returns {Signature} */
function read(text) {
  const signature = JSON.parse(text);
  if (signature?.schema !== 1 || !signature.settings || !Array.isArray(signature.styles)) throw new SentenceError(say.otherVersion);
  return signature;
}

/** @param {Role} role @param {number} n @param {SignedPicture} picture @returns {Promise<Picture | null>} */
async function find(role, n, picture) {
  const found = picture.sha256 === '' ? null : await here(role, picture) ?? await findExample(role, picture) ?? await before(role, picture);
  if (!found) missing.push({ role, n, picture });
  return found;
}

/** One that is on the page. @param {Role} role @param {SignedPicture} wanted @returns {Picture | null} */
function here(role, { sha256 }) {
  const all = [...Object.values(get().pictures), ...styleImages().map(({ picture }) => picture)];
  const found = all.find((picture) => picture?.sha256 === sha256);
  return found ? { ...found, role } : null;
}

/** One of a past painting's. @param {Role} role @param {SignedPicture} wanted @returns {Promise<Picture | null>} */
async function before(role, { sha256 }) {
  const all = await historyEntries().catch(() => []);
  for (const { content, job, manners: styles, start, style } of all) {
    const kept = [[job.content, content], [job.start, start], ...job.styles.map((info, n) => [info, n === 0 ? style : styles?.[n]?.picture])];
    for (const [info, picture] of kept) {
      if (info && picture && 'sha256' in info && info.sha256 === sha256 && 'source' in picture) {
        const { source, ...about } = picture;
        return decode(source, { role, ...about });
      }
    }
  }
  return null;
}

/** Whether what was asked for has come. */
function look() {
  if (missing.length === 0) return;
  const all = styleImages();
  const given = (/** @type {Role} */ role, /** @type {number} */ n) => (role === 'style' ? all[n]?.picture : get().pictures[role]) ?? null;
  const still = missing.filter(({ role, n, picture }) => given(role, n)?.sha256 !== picture.sha256);
  if (still.length === missing.length) return;
  missing = still;
  tell('');
}

/** @param {Sentence} more */
function tell(more) {
  if (!restored) return;
  const { evaluation, settings: made } = restored.signature;
  const asked = missing.map(({ picture }) => picture.name);
  const until = evaluation < Number(made['evaluations']) ? evaluation : null;
  notice(() => [asked.length > 0 ? say.choose(asked) : say.complete(until), said(more)].filter(Boolean).join(' '));
}
