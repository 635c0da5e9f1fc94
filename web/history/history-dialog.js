/** The history dialog: earlier runs are looked at, opened again, deleted. */

/** @import { StorageReason } from './db.js' */
/** @import { HistoryEntry } from '../types' */
import { writeAgain } from './autosave.js';
import { reasonOf } from './db.js';
import { deleteEntry, readHistory } from './entries.js';
import { notKept, onNotKept } from './not-kept.js';
import { openEntry } from './open-entry.js';
import { register } from '../app/commands.js';
import { after, byId, make } from '../app/dom.js';
import { phase } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { past as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('past', HTMLDialogElement);
  onNotKept(() => { if (dialog.open) void fill(); }, signal);
  register({ id: 'history', row: 'history', buttons: ['show-past'], shortcuts: [{ key: 'g' }], run: showHistory }, signal);
  dialog.addEventListener('close', () => {
    releaseThumbnails();
    byId('past-list', HTMLElement).replaceChildren();
  }, { signal });
}

/** Until the dialog opens without what is slow to be read, in milliseconds. */
const PATIENCE = 200;

async function showHistory() {
  const dialog = byId('past', HTMLDialogElement);
  await Promise.race([fill(), after(PATIENCE)]);
  if (!dialog.open) dialog.showModal();
  // What could not be written is tried again, now that somebody is looking for it.
  void writeAgain();
}

async function fill() {
  /** @type {{ entries: HistoryEntry[], damaged: IDBValidKey[], unread?: StorageReason }} */
  const { entries, damaged, unread } = await readHistory().catch((error) => ({ entries: [], damaged: [], unread: reasonOf(error) }));
  const reason = notKept() ?? unread;
  showProblem(!reason ? '' : reason === 'failed' && unread ? say.unreadable : say.notKept[reason]);
  byId('past-none', HTMLElement).hidden = Boolean(reason) || entries.length > 0;
  byId('past-sum', HTMLElement).textContent = entries.length > 0 ? say.sum(entries.length, entries.reduce((sum, { bytes }) => sum + bytes, 0)) : '';
  releaseThumbnails();
  byId('past-list', HTMLElement).replaceChildren(...entries.map(entry), ...damaged.map(damagedEntry));
}

/** @param {string} sentence */
function showProblem(sentence) {
  const problem = byId('past-problem', HTMLElement);
  problem.textContent = sentence;
  problem.hidden = sentence === '';
}

function releaseThumbnails() {
  for (const image of byId('past-list', HTMLElement).querySelectorAll('img')) URL.revokeObjectURL(image.src);
}

/** @param {IDBValidKey} key @param {string} label @returns {HTMLButtonElement} */
function deleteButton(key, label) {
  const button = make('button', { type: 'button', class: 'icon', 'aria-label': label, title: label }, ['×']);
  button.addEventListener('click', async () => {
    const isDeleted = await deleteEntry(key).then(() => true, () => false);
    await fill();
    if (!isDeleted) showProblem(say.notDeleted);
    byId('past-close', HTMLButtonElement).focus();
  });
  return button;
}

/** @param {IDBValidKey} key @returns {HTMLElement} */
function damagedEntry(key) {
  return make('li', { 'data-damaged': true }, [make('div', { class: 'about' }, [make('span', {}, [say.damaged])]), deleteButton(key, say.dropDamaged)]);
}

/** @param {HistoryEntry} past @returns {HTMLElement} */
function entry(past) {
  const { id, content, style, width, height, iteration, bytes, time, networkName, snapshot } = past;
  const name = say.name(namesOf(content).name, namesOf(style).name);
  const image = make('img', { src: URL.createObjectURL(past.thumb), alt: '', width: String(width), height: String(height) });
  const hang = make('button', { type: 'button', class: 'hang-again', 'aria-label': say.hang(name) }, [image]);
  hang.disabled = phase() === 'painting' || phase() === 'paused';
  hang.title = hang.disabled ? say.notNow : say.hang(name);
  hang.addEventListener('click', () => {
    byId('past', HTMLDialogElement).close();
    void openEntry(id);
  });
  return make('li', { 'data-past': id }, [
    hang,
    make('div', { class: 'about' }, [
      make('b', {}, [name]),
      make('span', {}, [say.about(width, height, iteration, networkName, snapshot !== null)]),
      make('span', {}, [say.when(time, bytes)]),
    ]),
    deleteButton(id, say.drop(name)),
  ]);
}
