/** The history dialog: earlier runs are looked at, opened again, deleted. */

/** @import { StorageReason } from './db.js' */
/** @import { HistoryEntry } from '../types' */
import { writeAgain } from './autosave.js';
import { reasonOf } from './db.js';
import { deleteUndoably, lastDeletion, onDeletion, undoDeletion } from './deletion.js';
import { readHistory } from './entries.js';
import { notKept, onNotKept } from './not-kept.js';
import { openEntry } from './open-entry.js';
import { register } from '../app/commands.js';
import { after, byId, make } from '../app/dom.js';
import { phase } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { history as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('history', HTMLDialogElement);
  onNotKept(() => { if (dialog.open) void fill(); }, signal);
  onDeletion(() => { if (dialog.open) void fill(); }, signal);
  byId('history-undo', HTMLButtonElement).addEventListener('click', () => {
    // The button may go away with what it takes back.
    byId('history-close', HTMLButtonElement).focus();
    void undoDeletion().then((isDone) => { if (!isDone) showProblem(say.notRestored); });
  }, { signal });
  register({ id: 'history', row: 'history', buttons: ['show-history'], shortcuts: [{ key: 'g' }], run: showHistory }, signal);
  dialog.addEventListener('close', () => {
    releaseThumbnails();
    byId('history-list', HTMLElement).replaceChildren();
  }, { signal });
}

/** Until the dialog opens without what is slow to be read, in milliseconds. */
const TIMEOUT = 200;

async function showHistory() {
  const dialog = byId('history', HTMLDialogElement);
  await Promise.race([fill(), after(TIMEOUT)]);
  if (!dialog.open) dialog.showModal();
  // What could not be written is tried again, now that somebody is looking for it.
  void writeAgain();
}

async function fill() {
  /** @type {{ entries: HistoryEntry[], damaged: IDBValidKey[], unread?: StorageReason }} */
  const { entries, damaged, unread } = await readHistory().catch((error) => ({ entries: [], damaged: [], unread: reasonOf(error) }));
  const reason = notKept() ?? unread;
  showProblem(!reason ? '' : reason === 'failed' && unread ? say.unreadable : say.notKept[reason]);
  byId('history-none', HTMLElement).hidden = Boolean(reason) || entries.length > 0;
  byId('history-sum', HTMLElement).textContent = entries.length > 0 ? say.sum(entries.length, entries.reduce((sum, { bytes }) => sum + bytes, 0)) : '';
  byId('history-deletion', HTMLElement).textContent = lastDeletion();
  byId('history-undo', HTMLButtonElement).hidden = lastDeletion() === '';
  releaseThumbnails();
  byId('history-list', HTMLElement).replaceChildren(...entries.map(entry), ...damaged.map(damagedEntry));
}

/** @param {string} sentence */
function showProblem(sentence) {
  const problem = byId('past-problem', HTMLElement);
  problem.textContent = sentence;
  problem.hidden = sentence === '';
}

function releaseThumbnails() {
  for (const image of byId('history-list', HTMLElement).querySelectorAll('img')) URL.revokeObjectURL(image.src);
}

/** @param {IDBValidKey} key @param {string} label @param {() => string} name @returns {HTMLButtonElement} */
function deleteButton(key, label, name) {
  const button = make('button', { type: 'button', class: 'icon', 'aria-label': label, title: label }, ['×']);
  button.addEventListener('click', async () => {
    await deleteUndoably(key, name).catch(async () => {
      await fill();
      showProblem(say.notDeleted);
    });
    byId('history-close', HTMLButtonElement).focus();
  });
  return button;
}

/** @param {IDBValidKey} key @returns {HTMLElement} */
function damagedEntry(key) {
  return make('li', { 'data-damaged': true }, [make('div', { class: 'about' }, [make('span', {}, [say.damaged])]), deleteButton(key, say.dropDamaged, () => say.damagedName)]);
}

/** @param {HistoryEntry} past @returns {HTMLElement} */
function entry(past) {
  const { id, content, style, width, height, iteration, bytes, time, networkName, snapshot } = past;
  const name = say.name(namesOf(content).name, namesOf(style).name);
  const image = make('img', { src: URL.createObjectURL(past.thumb), alt: '', width: String(width), height: String(height) });
  const open = make('button', { type: 'button', class: 'open-entry', 'aria-label': say.open(name) }, [image]);
  open.disabled = phase() === 'painting' || phase() === 'paused';
  open.title = open.disabled ? say.notNow : say.open(name);
  open.addEventListener('click', () => {
    byId('history', HTMLDialogElement).close();
    void openEntry(id);
  });
  return make('li', { 'data-entry': id }, [
    open,
    make('div', { class: 'about' }, [
      make('b', {}, [name]),
      make('span', {}, [say.about(width, height, iteration, networkName, snapshot !== null)]),
      make('span', {}, [say.when(time, bytes)]),
    ]),
    deleteButton(id, say.drop(name), () => say.name(namesOf(content).name, namesOf(style).name)),
  ]);
}
