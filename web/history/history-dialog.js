/** The history dialog: earlier runs are looked at, opened again, deleted. */

/** @import { HistoryEntry } from '../types' */
import { deleteEntry, historyEntries } from './db.js';
import { register } from '../app/commands.js';
import { byId, make } from '../app/dom.js';
import { openEntry } from './autosave.js';
import { phase } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { past as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('past', HTMLDialogElement);
  register({ id: 'history', row: 'history', buttons: ['show-past'], shortcuts: [{ key: 'g' }], run: showHistory }, signal);
  dialog.addEventListener('close', () => {
    for (const image of dialog.querySelectorAll('img')) URL.revokeObjectURL(image.src);
    byId('past-list', HTMLElement).replaceChildren();
  }, { signal });
}

/** Opens the sheet. */
async function showHistory() {
  const dialog = byId('past', HTMLDialogElement);
  await fill();
  if (!dialog.open) dialog.showModal();
}

async function fill() {
  const all = await historyEntries().catch(() => /** @type {HistoryEntry[]} */ ([]));
  byId('past-none', HTMLElement).hidden = all.length > 0;
  byId('past-sum', HTMLElement).textContent = all.length > 0 ? say.sum(all.length, all.reduce((sum, { bytes }) => sum + bytes, 0)) : '';
  byId('past-list', HTMLElement).replaceChildren(...all.map(entry));
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
  const drop = make('button', { type: 'button', class: 'icon', 'aria-label': say.drop(name), title: say.drop(name) }, ['×']);
  drop.addEventListener('click', () => {
    void deleteEntry(id).catch(() => {}).then(fill).then(() => byId('past-close', HTMLButtonElement).focus());
  });
  return make('li', { 'data-past': id }, [
    hang,
    make('div', { class: 'about' }, [
      make('b', {}, [name]),
      make('span', {}, [say.about(width, height, iteration, networkName, snapshot !== null)]),
      make('span', {}, [say.when(time, bytes)]),
    ]),
    drop,
  ]);
}
