/** Offers the newest run that a closed or crashed tab left behind, until it is opened or the offer is dismissed. */

import { closeEntry, historyEntries } from './entries.js';
import { resumeEntry } from './open-entry.js';
import { runningIds } from './run-lock.js';
import { notice } from '../ui/toasts.js';
import { get } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { history as say } from '../i18n/en.js';

export async function offerRecovery() {
  // A history that cannot be read has nothing to offer.
  const all = await historyEntries().catch(() => []);
  const running = await runningIds();
  const lost = all.find(({ id, open, snapshot }) => open && snapshot && !running.has(id));
  if (!lost || get().run !== null) return;
  notice(() => say.lost(namesOf(lost.content).name, lost.iteration), {
    topic: 'recovery',
    action: { label: () => say.resume, act: () => void resumeEntry(lost.id) },
    // It stays in the list of the history.
    onDismiss: () => void closeEntry(lost.id).catch(() => {}),
  });
}
