/** What is dropped on the page or pasted: pictures go to the slots, and whatever else it is gets an answer. */

/** @import { Role, StyleInput } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { notice, showError } from '../ui/toasts.js';
import { said } from '../app/sentence.js';
import { intake as say } from '../i18n/en.js';
import { textOf } from '../export/png-text.js';
import { byId } from '../app/dom.js';
import { styleImages } from '../app/store.js';
import { paintEach } from '../run/paint-each.js';
import { namesOf } from '../i18n/apply.js';
import { assignFiles } from './assign-files.js';
import { dropped, picturesIn } from './dropped-files.js';
import { likelyRole, offerFile, ROLES, useDropped } from './slots.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  takeDrops(signal);
  takeSeveral(signal);
  takePastes(signal);
}

/** @param {Role | null} onto @param {readonly File[]} files */
async function useFiles(onto, files) {
  /** Why a file cannot be used. @type {Map<File, Sentence>} */
  const refused = new Map();
  notice('', { topic: 'unused files' });
  const recipe = await withRecipe(files);
  if (recipe) {
    await useDropped(onto ?? likelyRole(), recipe, true);
    /** @type {File[]} */
    const unused = [];
    for (const file of files) if (file !== recipe && !await offerFile(file, (why) => refused.set(file, why))) unused.push(file);
    sayRefused(files, refused);
    if (unused.length > 0) notice(() => say.notAsked(unused.map(({ name }) => name)), { topic: 'unused files' });
    return;
  }
  const before = styleImages();
  const { used, unused, photos } = assignFiles(files, onto, likelyRole());
  await Promise.all(used.map(({ role, file }) => useDropped(role, file, onto === null && used.length === 1, (why) => refused.set(file, why))));
  sayRefused(files, refused);
  const taken = used.flatMap(({ file }) => refused.has(file) ? [] : [file.name]);
  const others = unused.map(({ name }) => name);
  if (photos.length > 0) {
    // Of pictures that are for no place in particular the second is the style now, which they may not have meant.
    const isReplaced = before.length > 0 && styleImages()[0]?.picture !== before[0]?.picture;
    offerEach(photos, isReplaced ? before : null, () => onto === null ? say.unused(taken, others) : [say.several(taken, photos.length), ...(others.length > 0 ? [say.unused([], others)] : [])].join(' '));
  } else if (others.length > 0 || (refused.size > 0 && taken.length > 0)) {
    notice(() => say.unused(taken, others), { topic: 'unused files' });
  }
}

/** @param {readonly File[]} photos @param {StyleInput[] | null} styles that were chosen before; null for those that are @param {() => string} sentence */
function offerEach(photos, styles, sentence) {
  const name = () => namesOf(/** @type {StyleInput[]} */ (styles)[0]?.picture ?? { name: '', alt: '', example: null }).name;
  notice(sentence, {
    topic: 'unused files',
    action: {
      label: () => styles ? say.paintEachIn(name()) : say.paintEach,
      // Without a style there will be one.
      act: () => { if (!paintEach(photos, styles ?? undefined)) offerEach(photos, styles, sentence); },
    },
  });
}

/** @param {AbortSignal} signal */
function takeSeveral(signal) {
  const input = byId('content-file', HTMLInputElement);
  input.addEventListener('change', () => {
    const files = [...input.files ?? []];
    if (files.length > 1) void useFiles('content', files).finally(() => { input.value = ''; });
  }, { signal });
}

/** @param {Role | null} onto @param {readonly File[]} files @param {readonly FileSystemDirectoryEntry[]} folders */
async function useFolders(onto, files, folders) {
  const all = [...files, ...await picturesIn(folders)];
  if (all.length > 0) await useFiles(all.length > 1 ? 'content' : onto, all);
  else showError(() => say.noPictures, { topic: 'picture' });
}

/** All in one: an error takes the place of the one before. @param {readonly File[]} files @param {ReadonlyMap<File, Sentence>} refused */
function sayRefused(files, refused) {
  if (refused.size > 0) showError(() => files.map((file) => said(refused.get(file) ?? '')).filter(Boolean).join(' '), { topic: 'picture' });
}

/** The first that says how it was painted. @param {readonly File[]} files @returns {Promise<File | null>} */
async function withRecipe(files) {
  for (const file of files) if (await textOf(file) !== null) return file;
  return null;
}

/** @param {EventTarget | null} target @returns {Role | null} the slot it stands in */
function slotOf(target) {
  const name = target instanceof Element ? target.closest('[data-slot]')?.getAttribute('data-slot') : null;
  return ROLES.find((role) => role === name) ?? null;
}

/** Where text belongs, and the browser puts it. @param {EventTarget | null} target */
function isEditable(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !['range', 'checkbox', 'button', 'file'].includes(target.type));
}

/** @param {AbortSignal} signal */
function takeDrops(signal) {
  let depth = 0;
  /** What is dragged comes from this page: its texts and links are nobody's pictures. */
  let own = false;
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  const isOurs = (/** @type {DragEvent} */ event) => !own && event.dataTransfer !== null && (hasFiles(event) || !isEditable(event.target));
  const roleUnder = (/** @type {DragEvent} */ event) => slotOf(event.target);
  const mark = (/** @type {Role | null} */ role) => {
    for (const slot of document.querySelectorAll('[data-slot]')) slot.classList.toggle('target', slot.getAttribute('data-slot') === role);
  };
  const end = () => {
    depth = 0;
    document.body.classList.remove('dragging');
    mark(null);
  };
  addEventListener('dragstart', () => { own = true; }, { signal });
  addEventListener('dragend', () => { own = false; }, { signal });
  addEventListener('dragenter', (event) => {
    if (!isOurs(event) || !hasFiles(event)) return;
    depth += 1;
    document.body.classList.add('dragging');
  }, { signal });
  addEventListener('dragleave', (event) => {
    if (!isOurs(event) || !hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) end();
  }, { signal });
  addEventListener('dragover', (event) => {
    if (!isOurs(event)) return;
    // Without this the browser would leave the page for what is dropped.
    event.preventDefault();
    if (hasFiles(event)) mark(roleUnder(event) ?? likelyRole());
  }, { signal });
  addEventListener('drop', (event) => {
    if (!isOurs(event)) return;
    event.preventDefault();
    end();
    const { files, folders } = dropped(event.dataTransfer);
    if (folders.length > 0) void useFolders(roleUnder(event), files, folders);
    else if (files.length > 0) void useFiles(roleUnder(event), files);
    else refuse(event.dataTransfer, () => say.droppedLink, () => say.droppedText);
  }, { signal });
}

/** @param {AbortSignal} signal */
function takePastes(signal) {
  addEventListener('paste', (event) => {
    const files = [...event.clipboardData?.files ?? []];
    if (files.length > 0) {
      event.preventDefault();
      void useFiles(slotOf(document.activeElement), files);
    } else if (!isEditable(event.target)) {
      refuse(event.clipboardData, () => say.pastedLink, () => say.pastedText);
    }
  }, { signal });
}

/** @param {DataTransfer | null} data @param {Sentence} link @param {Sentence} text what to say of either */
function refuse(data, link, text) {
  const isLink = data !== null && (data.types.includes('text/uri-list') || /^\s*https?:\/\/\S+\s*$/.test(data.getData('text/plain')));
  showError(isLink ? link : text, { topic: 'picture' });
}
