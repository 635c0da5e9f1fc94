/**
 * A saved PNG with a recipe: its settings, masks and network come back, and its pictures as far as they are on this machine; the others are
 * asked for, and keep their places until they are chosen. Everything is checked before anything changes.
 */

/** @import { Change, Crop, Describe, StyleInput, Picture, Role, RecipePicture, Recipe, Settings } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { historyEntries } from '../history/entries.js';
import { isSameCrop } from '../input/crop-pixels.js';
import { checksumOf, cropped, decode } from '../input/decode.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { clearError, notice, showError } from '../ui/toasts.js';
import { findExample, onChosen, onRecipe, putPicture, takeFile } from '../input/slots.js';
import { resolvedRecipe } from '../settings/presets.js';
import { said } from '../app/sentence.js';
import { replaceSettings, settings } from '../app/settings.js';
import { get, phase, set, setBusy, setStyleAt, styleImages, styleSlots, subscribe } from '../app/store.js';
import { recipe as say, status } from '../i18n/en.js';
import { described, engine } from '../engine/setup.js';
import { switchNetwork } from '../network/network-choice.js';
import { changedPaths, parseRecipe, withChange } from './recipe.js';

/** What was restored, and the settings it came to. @type {{ recipe: Recipe, settings: string } | null} */
let restored = null;
/** What is still asked for, with its place. @typedef {{ role: Role, n: number, picture: RecipePicture }} Wanted */
/** Of these the places hold something else meanwhile; that of any other style is its own (`StyleSlot`). @type {Wanted[]} */
let missing = [];
/** The newest file wins. */
let newest = 0;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  onRecipe(async (file, role, text, dropped) => {
    if (!dropped) {
      notice(() => say.hasRecipe(file.name), { topic: `recipe ${role}`, action: { label: () => say.restore, act: () => void restore(file, role, text) } });
      return;
    }
    await restore(file, role, text);
  });
  onChosen(placeOf);
  subscribe((changed) => { if (changed.has('pictures') || changed.has('others')) look(); }, signal);
}

/**
 * Settings that change by themselves when the restored result is made again, and the evaluation after which it pauses because it was saved
 * there; null for settings that were changed since.
 * @param {Settings} resolvedSettings @param {Picture} content @param {StyleInput[]} styles
 * @returns {{ changes: Change[], until: number } | null}
 */
export function recordedRun(resolvedSettings, content, styles) {
  if (!restored || JSON.stringify(resolvedSettings) !== restored.settings) return null;
  const { recipe } = restored;
  const same = isOf(content, recipe.content) && styles.length === recipe.styles.length
    && styles.every(({ picture }, n) => { const wanted = recipe.styles[n]; return wanted !== undefined && isOf(picture, wanted); });
  return { changes: recipe.changes, until: same ? recipe.evaluation : 0 };
}

/** @param {Picture} picture @param {RecipePicture} wanted */
const isOf = (picture, { sha256, crop }) => picture.fileSha256 === sha256 && isSameCrop(picture.crop, crop);

/** @param {File} file @param {Role} role @param {string} text */
async function restore(file, role, text) {
  if (phase() === 'painting' || phase() === 'paused') {
    notice(() => say.notNow);
    return;
  }
  newest += 1;
  const mine = newest;
  setBusy('restore', () => status.bringing);
  try {
    const { describe } = await described;
    const recipe = parseRecipe(text);
    const { whole, base } = await resolvedRecipe(recipe.preset, recipe.settings);
    await checkChanges(recipe, describe);
    const { content, start, styles } = await picturesOf(recipe);
    if (mine !== newest) return;
    const { network } = recipe;
    // Of a network file there is only the name. What must be fetched from elsewhere is asked about.
    if (network.sha256 !== get().network?.info.sha256 && network.id !== 'file') await switchNetwork(network.id);
    if (mine !== newest) return;
    // From here on nothing can fail.
    replaceSettings(recipe.preset, whole, base);
    restored = { recipe, settings: JSON.stringify(settings()) };
    missing = [];
    const [first, ...others] = styles;
    set({ adding: false, mask: first?.mask ?? null, others: others.map(({ picture, mask, wanted }) => (picture ? { picture, mask } : { picture, mask, wanted })) });
    for (const [kind, picture, wanted] of /** @type {const} */ ([['content', content, recipe.content], ['style', first?.picture, first?.wanted], ['start', start, recipe.start]])) {
      if (picture) putPicture(kind, picture);
      else if (wanted) missing.push({ role: kind, n: 0, picture: wanted });
    }
    /** @type {Sentence[]} */
    const notes = [];
    if (network.sha256 !== get().network?.info.sha256) notes.push(() => say.otherNetwork(network.name));
    if (recipe.styles.some(({ mask }) => mask !== null && mask.png === null)) notes.push(() => say.noMasks);
    announceRestored(notes);
    clearError('settings');
  } catch (error) {
    if (mine !== newest) return;
    showError(say.refused(file.name, sentenceOf(error)), { topic: 'settings', action: { label: () => say.asPicture, act: () => void takeFile(role, file) } });
  } finally {
    if (mine === newest) setBusy('restore', null);
  }
}

/**
 * Settings that changed on the way are judged as the first ones are: one that the engine refuses would end every run of them.
 * @param {Recipe} recipe @param {Describe} describe
 */
async function checkChanges({ preset, settings: first, changes }, { controls }) {
  let now = first;
  for (const { settings: changed } of changes) {
    const fixed = changedPaths(changed).find((path) => !controls.some((control) => control.live && (control.path === path || path.startsWith(`${control.path}.`))));
    if (fixed !== undefined) throw new SentenceError(say.damaged('changes'));
    now = withChange(now, changed);
    await engine.request('resolve', { preset, json: JSON.stringify(now) });
  }
}

/** @param {Recipe} recipe */
async function picturesOf(recipe) {
  const styles = await Promise.all(recipe.styles.map(async ({ mask, ...wanted }) => ({
    wanted,
    picture: await find('style', wanted),
    mask: mask?.png ? await decode(await fetch(mask.png).then((response) => response.blob()), { role: 'mask', name: mask.name }) : null,
  })));
  const [content, start] = await Promise.all([find('content', recipe.content), recipe.start && find('start', recipe.start)]);
  return { content, start, styles };
}

/** @param {Role} role @param {RecipePicture} wanted @returns {Promise<Picture | null>} */
async function find(role, wanted) {
  if (wanted.sha256 === '') return null;
  const whole = here(wanted) ?? await findExample(role, wanted);
  if (whole) return inRole(whole, role, wanted.crop);
  return before(role, wanted);
}

/** @param {Picture} picture @param {Role} role @param {Crop | null | undefined} crop @returns {Promise<Picture>} */
function inRole(picture, role, crop) {
  const own = { ...picture, role };
  return crop && !picture.crop ? cropped(own, crop) : Promise.resolve(own);
}

/** One that is on the page: as it is wanted, or all of it. @param {RecipePicture} wanted @returns {Picture | null} */
function here(wanted) {
  const all = [...Object.values(get().pictures), ...styleImages().map(({ picture }) => picture)];
  const same = all.filter((picture) => picture?.fileSha256 === wanted.sha256);
  return same.find((picture) => picture && isOf(picture, wanted)) ?? same.find((picture) => picture?.crop === null) ?? null;
}

/** One of an earlier run's. @param {Role} role @param {RecipePicture} wanted @returns {Promise<Picture | null>} */
async function before(role, { sha256, crop }) {
  const all = await historyEntries().catch(() => []);
  const checksum = await checksumOf(sha256, crop);
  for (const { content, job, manners: styles, start, style } of all) {
    const kept = [[job.content, content], [job.start, start], ...job.styles.map((info, n) => [info, n === 0 ? style : styles?.[n]?.picture])];
    for (const [info, picture] of kept) {
      if (!info || !picture || !('sha256' in info) || !('source' in picture)) continue;
      const { source, ...about } = picture;
      if (info.sha256 === checksum) return decode(source, { role, crop: crop ?? null, ...about });
      if (info.sha256 === sha256 && !picture.crop) return decode(source, { role, ...about, crop: crop ?? null });
    }
  }
  return null;
}

/** All that is still asked for. @returns {Wanted[]} */
function wanted() {
  return [...missing, ...styleSlots().flatMap(({ picture, wanted }, n) => (!picture && wanted ? [{ role: /** @type {const} */ ('style'), n, picture: wanted }] : []))];
}

/**
 * Where a picture belongs that the restored recipe asks for, whole or as it was cut there.
 * @param {Picture} picture @param {boolean} anywhere whether it may go to another slot than it was given to
 * @returns {Promise<(() => void) | null>}
 */
async function placeOf(picture, anywhere) {
  const found = wanted().find((each) => each.picture.sha256 !== '' && each.picture.sha256 === picture.fileSha256 && (anywhere || each.role === picture.role));
  if (!found) return null;
  const own = await inRole(picture, found.role, found.picture.crop);
  return () => (found.role === 'style' ? setStyleAt(found.n, own) : putPicture(found.role, own));
}

/** Whether what was asked for has come. */
function look() {
  if (!restored) return;
  const { pictures } = get();
  missing = missing.filter(({ role, picture }) => { const there = pictures[role]; return !there || !isOf(there, picture); });
  if (wanted().length < asked) announceRestored();
}

/** How many were asked for last. */
let asked = 0;

/** @param {Sentence[]} [notes] */
function announceRestored(notes = []) {
  if (!restored) return;
  const { evaluation, settings: made } = restored.recipe;
  const all = wanted();
  asked = all.length;
  const until = evaluation < Number(made['evaluations']) ? evaluation : null;
  const names = () => all.map(({ role, n, picture }) => picture.name || say.unnamed(role, n + 1));
  notice(() => [all.length > 0 ? say.choose(names()) : say.complete(until), ...notes.map(said)].join(' '));
}
