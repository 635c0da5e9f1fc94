/**
 * The three slots: what is chosen by click or from the gallery, or comes by drop and paste (intake.js), and how it shows. A file that cannot
 * be used leaves what was there before.
 */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { Example, Picture, Role, RecipePicture } from '../types' */
import { asset } from '../app/asset.js';
import { refreshCommands } from '../app/commands.js';
import { byId, make } from '../app/dom.js';
import { decode, PictureError } from './decode.js';
import { drawPicture } from './draw-picture.js';
import { clearError, notice, showError } from '../ui/toasts.js';
import { said } from '../app/sentence.js';
import { namesOf, translateExample } from '../i18n/apply.js';
import { get, set, setBusy, setPicture, setStyleAt, subscribe } from '../app/store.js';
import { textOf } from '../export/png-text.js';
import { picture as say, status } from '../i18n/en.js';

/** The address of a file of the example pictures. @param {string} file */
export const exampleUrl = (file) => asset(`web/examples/${file}`);

/** @type {Role[]} */
export const ROLES = ['content', 'style', 'start'];
/** The newest choice of a slot wins, however long an older one takes to decode. */
const newest = { content: 0, style: 0, start: 0 };

/** @type {Example[]} */
let examples = [];
/** The examples with the names that they have in the language of the page. */
const named = () => examples.map(translateExample);
/** The slots that still hold what the page opened with. @type {Set<Role>} */
const opening = new Set();

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  for (const role of ROLES) mountSlot(role, signal);
  subscribe((changed) => {
    if (changed.has('pictures')) for (const role of ROLES) showSlot(role);
  }, signal);
  void loadExamples().then(() => {
    if (signal.aborted) return;
    for (const role of /** @type {const} */ (['content', 'style'])) showGallery(role);
    for (const role of ROLES) showSlot(role);
    refreshCommands();
  });
}

/** Whether there is an example of each role, or may be: their list has not arrived yet. */
export function hasExamples() {
  return !isListed || /** @type {const} */ (['content', 'style']).every((role) => examples.some((each) => each.role === role));
}

/** @type {Promise<void> | null} */
let loading = null;
let isListed = false;

/** The list of the example pictures; empty where it cannot be had. @returns {Promise<void>} */
export function loadExamples() {
  loading ??= (async () => {
    try {
      const response = await fetch(exampleUrl('examples.json'));
      if (response.ok) examples = /** @type {Example[]} */ (await response.json());
    } catch {
      // Offline at the first visit: the gallery stays empty, and one's own pictures still work.
    }
    isListed = true;
  })();
  return loading;
}

/** Called with a file that carries what it was painted from. @type {(file: File, role: Role, text: string, dropped: boolean) => Promise<void>} */
let recipeListener = async () => {};
/** @param {typeof recipeListener} listener */
export function onRecipe(listener) {
  recipeListener = listener;
}

/**
 * Asked of every picture that the person gives whether it has a place already; what it gives is called to put it there.
 * @type {(picture: Picture, anywhere: boolean) => Promise<(() => void) | null>}
 */
let claim = async () => null;
/** What becomes of the reason why a file cannot be used. @typedef {(why: Sentence) => void} Refused */
/** @type {Refused} */
const sayRefused = (why) => showError(why, { topic: 'picture' });

/** @param {typeof claim} listener */
export function onChosen(listener) {
  claim = listener;
}

/**
 * Dropped or pasted: what it was painted from is restored, if it says so; else it is a picture like any other.
 * @param {Role} role @param {File} file @param {boolean} anywhere whether the slot is a guess @param {Refused} [refused]
 */
export async function useDropped(role, file, anywhere, refused) {
  const text = await textOf(file);
  if (text !== null) await recipeListener(file, role, text, true);
  else await takeFile(role, file, anywhere, refused);
}

/** @param {Role} role @param {File} file */
export async function useFile(role, file) {
  await takeFile(role, file);
  const text = await textOf(file);
  if (text !== null) await recipeListener(file, role, text, false);
}

/** The picture alone, whatever else its file says. @param {Role} role @param {File} file @param {boolean} [anywhere] whether the slot is a guess @param {Refused} [refused] */
export function takeFile(role, file, anywhere = false, refused) {
  return take(role, file.name || say.pasted, async () => ({ blob: file }), { place: (picture) => claim(picture, anywhere), refused });
}

/** Where a style is, or is to be: whatever it is, it goes there. @param {number} n 0 for the one in the slot @param {File} file */
export function useStyleAt(n, file) {
  return take('style', file.name, async () => ({ blob: file }), {
    place: async (picture) => await claim(picture, false) ?? (() => setStyleAt(n, picture)),
  });
}

/** Takes a file if it has a place already. @param {File} file @param {Refused} refused @returns {Promise<boolean>} false where it has none */
export async function offerFile(file, refused) {
  try {
    const put = await claim(await decode(file, { role: 'content', name: file.name }), true);
    put?.();
    return put !== null;
  } catch (error) {
    refused(reasonOf(error, () => file.name));
    return true;
  }
}

/** Why a picture cannot be used. @param {unknown} error @param {() => string} called @returns {Sentence} */
const reasonOf = (error, called) => error instanceof PictureError ? error.message : () => say.broken(called());

/** A picture that has been decoded already, instead of the one in a slot. @param {Role} role @param {Picture} picture */
export function putPicture(role, picture) {
  newest[role] += 1;
  opening.delete(role);
  setBusy(`picture ${role}`, null);
  if (role === 'style') set({ adding: false });
  setPicture(role, picture);
}

/**
 * The pair the page opens with, so that the first click can be Paint. Gives way to whatever the person chose meanwhile, and says nothing
 * when it cannot be had.
 */
export async function useOpeningPair() {
  await Promise.all(/** @type {const} */ (['content', 'style']).map((role) => {
    const example = named().find((each) => each.role === role);
    if (!example || newest[role] > 0) return null;
    const chosen = useExample(example, true);
    opening.add(role);
    return chosen;
  }));
}

/** The first example of each role, or the named ones. @param {string[]} ids @returns {Promise<boolean>} whether both are in use now */
export async function useExamples(ids = []) {
  await loadExamples();
  const used = [];
  for (const role of /** @type {const} */ (['content', 'style'])) {
    const example = examples.find((each) => each.role === role && ids.includes(each.id)) ?? examples.find((each) => each.role === role);
    if (example && await useExample(example)) used.push(example);
  }
  const { pictures } = get();
  return used.length === 2 && used.every(({ id, role }) => pictures[role]?.example === id);
}

/** An example with this id, or this name, and these bytes, if there is one; all of it. @param {Role} role @param {RecipePicture} wanted @returns {Promise<Picture | null>} */
export async function findExample(role, { example: id, name, sha256 }) {
  await loadExamples();
  // Earlier versions wrote down the name in the language of the page.
  const example = examples.find((each) => (id ? each.id === id : each.name === name)) ?? examples.find((each) => translateExample(each).name === name);
  const response = example && await fetch(exampleUrl(example.file)).catch(() => null);
  if (!example || !response?.ok) return null;
  const picture = await decode(await response.blob(), { role, name: example.name, example: example.id, alt: example.alt });
  return picture.fileSha256 === sha256 ? picture : null;
}

/** @param {Example} example @param {boolean} [quiet] */
function useExample(example, quiet = false) {
  return take(example.role, example.name, () => fetchExample(example), { quiet, called: () => translateExample(example).name });
}

/** @param {Example} example */
async function fetchExample(example) {
  const response = await fetch(exampleUrl(example.file)).catch(() => null);
  if (!response?.ok) throw new PictureError(say.exampleGone);
  return { blob: await response.blob(), example: example.id, alt: example.alt };
}

/** The example styles, each to be opened without being chosen. @returns {{ name: () => string, open: () => Promise<Picture> }[]} */
export function exampleStyles() {
  return examples.filter(({ role }) => role === 'style').map((example) => ({
    name: () => translateExample(example).name,
    open: async () => {
      const { blob, ...about } = await fetchExample(example);
      return decode(blob, { role: 'style', name: example.name, ...about });
    },
  }));
}

/**
 * @param {Role} role @param {string} name
 * @param {() => Promise<{ blob: Blob, example?: string, alt?: string }>} source
 * @param {object} [options]
 * @param {Refused} [options.refused] where the reason is not said by itself
 * @param {boolean} [options.quiet] nobody asked for it, so nothing is said of what became of it
 * @param {() => string} [options.called] its name in the language of the page
 * @param {(picture: Picture) => Promise<(() => void) | null>} [options.place] what puts it into its place; null for the slot
 * @returns {Promise<boolean>} whether it is in use now
 */
async function take(role, name, source, { refused = sayRefused, quiet = false, called = () => name, place = async () => null } = {}) {
  newest[role] += 1;
  opening.delete(role);
  const mine = newest[role];
  const reason = `picture ${role}`;
  setBusy(reason, () => status.opening(called()));
  if (!quiet) {
    clearError('picture');
    notice('');
    // It was about the picture that was there before.
    notice('', { topic: `recipe ${role}` });
  }
  let chosen = null;
  let put = null;
  try {
    const { blob, ...about } = await source();
    chosen = await decode(blob, { role, name, ...about });
    put = await place(chosen);
  } catch (error) {
    chosen = null;
    if (mine === newest[role] && !quiet) refused(reasonOf(error, called));
  }
  if (mine !== newest[role]) return false;
  setBusy(reason, null);
  if (!chosen) return false;
  if (put) put();
  else setPicture(role, chosen);
  if (quiet) return true;
  const { run } = get();
  const notes = run === 'painting' || run === 'paused' ? [...chosen.notes, () => say.waits] : chosen.notes;
  // Without any, what the recipe that asked for it says stays.
  if (notes.length > 0) notice(() => `${called()}: ${notes.map(said).join(' ')}`);
  return true;
}

/** @param {Role} role @param {AbortSignal} signal */
function mountSlot(role, signal) {
  const input = byId(`${role}-file`, HTMLInputElement);
  const button = byId(`${role}-pick`, HTMLButtonElement);
  button.addEventListener('click', () => input.click(), { signal });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    // Emptied, so that choosing the same file again is a change again.
    // Several are for several places (intake.js).
    if (file && input.files?.length === 1) void useFile(role, file).finally(() => { input.value = ''; });
  }, { signal });
}

/** @param {Role} role */
function showSlot(role) {
  const chosen = get().pictures[role];
  const button = byId(`${role}-pick`, HTMLButtonElement);
  const canvas = byId(`${role}-canvas`, HTMLCanvasElement);
  button.classList.toggle('filled', chosen !== null);
  byId(`${role}-name`, HTMLElement).textContent = chosen ? namesOf(chosen).name : '';
  for (const each of document.querySelectorAll(`#${role}-gallery [data-example]`)) {
    each.setAttribute('aria-pressed', String(each.getAttribute('data-example') === chosen?.example));
  }
  if (chosen) {
    button.setAttribute('aria-label', say.change[role](namesOf(chosen).alt));
    void drawPicture(canvas, chosen, 640);
  }
}

/** @param {'content' | 'style'} role */
function showGallery(role) {
  const gallery = byId(`${role}-gallery`, HTMLElement);
  const listed = named().filter((each) => each.role === role);
  gallery.hidden = listed.length === 0;
  gallery.replaceChildren(...listed.map((example) => {
    const image = make('img', { src: exampleUrl(example.thumb ?? example.file), alt: '', loading: 'lazy', decoding: 'async', draggable: 'false' });
    const button = make('button', {
      type: 'button', 'data-example': example.id, 'aria-pressed': 'false', title: example.name, 'aria-label': `${example.name}: ${example.alt}`,
    }, [image]);
    button.addEventListener('click', () => void useExample(example));
    return button;
  }));
}

/** Where a file goes that was not given to a slot: where the person has not chosen yet, else the photo. @returns {Role} */
export function likelyRole() {
  const { pictures } = get();
  const open = (/** @type {Role} */ role) => pictures[role] === null || opening.has(role);
  return !open('content') && open('style') ? 'style' : 'content';
}
