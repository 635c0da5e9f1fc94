/** Starts the page: the language is applied, every feature is mounted, and the engine starts. */

import { setUpEngine } from '../engine/engine-choice.js';
import { takeEvery } from '../export/intermediates.js';
import { applyLanguage } from '../i18n/apply.js';
import { registerServiceWorker } from '../pwa/register.js';
import { onEvent } from '../run/run-events.js';
import { onCrash } from '../run/session.js';
import { address } from './address.js';
import { allCommands, refreshCommands } from './commands.js';
import { mountAll } from './feature.js';
import * as features from './features.js';
import { openFrom } from './start.js';
import { listenerCount as settingsListenerCount } from './settings.js';
import { get, listenerCount as subscriberCount, phase, set, subscribe } from './store.js';

/** For tests, which cannot import a single module of the bundled site. */
export { estimate } from '../settings/estimate.js';
export { clearError, notice, showError } from '../ui/toasts.js';
export { register } from './commands.js';
export { settings } from './settings.js';
export { get };
/** How many listen to the store, to the settings and to the commands. */
export const listenerCounts = () => ({ store: subscriberCount(), settings: settingsListenerCount(), commands: allCommands().length });

performance.setResourceTimingBufferSize(2000);
await applyLanguage();

window.pastiche = {
  report: () => structuredClone(get().report),
  state: phase,
  losses: () => structuredClone(get().losses),
  engine: () => structuredClone(get().engine),
  every: takeEvery,
};

const page = new AbortController();
let dispose = mountAll(Object.values(features));
subscribe(refreshCommands, page.signal);
subscribe((changed) => { if (changed.has('language')) remount(); }, page.signal);
set({});

/** Detaches every feature and mounts it again: what it shows is made anew, in the language of now, and nothing that the person has is lost. */
export function remount() {
  dispose();
  dispose = mountAll(Object.values(features));
  set({});
}

const asked = address();
// The speaker's window follows a talk in another one, and needs no engine.
if (asked.notes) void import('../talk/talk.js').then(({ openNotes }) => openNotes(page.signal));
else {
  openFrom(asked);
  void setUpEngine({ event: onEvent, crash: onCrash }).then(() => registerServiceWorker(page.signal));
}
