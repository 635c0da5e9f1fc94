/** What has come of the queue: how far it is, its finished results in one file, and what is said when several photos are through. */

import { byId } from '../app/dom.js';
import { said } from '../app/sentence.js';
import { saveZip } from '../export/zip.js';
import { queue as say, save as saving } from '../i18n/en.js';
import { showProblem } from '../ui/dialog-problem.js';
import { notice, showError } from '../ui/toasts.js';
import { onQueue, queue } from './queue.js';

/** Photos whose end was announced, by their numbers. @type {Set<number>} */
const announced = new Set();

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  byId('queue-save', HTMLButtonElement).addEventListener('click', () => void save(), { signal });
  onQueue(() => {
    show();
    announce();
  }, signal);
  show();
}

const finished = () => queue().items.flatMap(({ file, png }) => (png ? [{ name: file, png }] : []));

function show() {
  const { items } = queue();
  const [done, failed] = ['finished', 'failed'].map((state) => items.filter((each) => each.state === state).length);
  byId('queue-progress', HTMLElement).textContent = items.length > 0 ? say.progress(done ?? 0, items.length, failed ?? 0) : '';
  const button = byId('queue-save', HTMLButtonElement);
  button.hidden = finished().length === 0;
  button.textContent = say.save(finished().length);
}

/** Once, when the last photo is through. */
function announce() {
  const photos = queue().items.filter(({ isPhoto }) => isPhoto);
  if (photos.some(({ state }) => state === 'waiting' || state === 'painting') || photos.every(({ id }) => announced.has(id))) return;
  for (const { id } of photos) announced.add(id);
  const failed = photos.filter(({ state }) => state === 'failed').map(({ label }) => label);
  const count = photos.filter(({ png }) => png !== null).length;
  notice(() => say.done(count, photos.length, failed.map(said)), { topic: 'queue', stays: true, ...(count > 0 ? { action: { label: () => say.saveAll, act: () => void save() } } : {}) });
}

async function save() {
  const dialog = byId('variations', HTMLDialogElement);
  showProblem(dialog, '');
  try {
    await saveZip(finished(), 'pastiche.zip');
  } catch {
    if (dialog.open) showProblem(dialog, saving.failed);
    else showError(() => saving.failed);
  }
}
