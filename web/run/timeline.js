/** The timeline: a slider along the run, from one checkpoint to the next. Its right end is the newest picture. */

import { byId } from '../app/dom.js';
import { get, phase, set, subscribe } from '../app/store.js';
import { scrub as say } from '../i18n/en.js';
import { pause } from './session.js';
import { chosenCheckpoint } from './checkpoints.js';

/** The newest wish wins, however long an older one takes to read. */
let wishes = 0;

export function prepareTimeline() {
  const slider = byId('scrub', HTMLInputElement);
  slider.addEventListener('input', () => void goTo(Number(slider.value)));
  subscribe((changed) => { if (changed.has('checkpoints') || changed.has('at') || changed.has('run') || changed.has('busy')) show(); });
  show();
}

/** One stop back (-1) or on (1). @param {-1 | 1} by */
export function step(by) {
  const { at, checkpoints } = get();
  if (checkpoints.length > 1) void goTo((at ?? checkpoints.length - 1) + by);
}

/** @param {number} index of a stop; a painting that is being made waits meanwhile */
async function goTo(index) {
  wishes += 1;
  const mine = wishes;
  if (get().run === 'painting') await pause();
  const { checkpoints } = get();
  const stop = checkpoints[Math.max(0, Math.min(checkpoints.length - 1, index))];
  if (mine !== wishes || !stop) return;
  const rgba = new Uint8ClampedArray(await stop.picture.arrayBuffer());
  if (mine !== wishes || get().run === 'painting') return;
  const { width, height, iteration } = stop;
  const last = stop === get().checkpoints[get().checkpoints.length - 1];
  set({ painting: { width, height, iteration, rgba }, at: last ? null : get().checkpoints.indexOf(stop) });
}

function show() {
  const { at, making, run, checkpoints } = get();
  const slider = byId('scrub', HTMLInputElement);
  const stop = chosenCheckpoint();
  const total = Number(making?.job.settings['evaluations'] ?? 0);
  slider.hidden = checkpoints.length < 2;
  slider.max = String(Math.max(1, checkpoints.length - 1));
  slider.value = String(at ?? checkpoints.length - 1);
  slider.setAttribute('aria-valuetext', stop ? say.at(stop.iteration, at === null) : '');
  // As far as the run has come: checkpoints stand evenly along it.
  const newest = checkpoints[checkpoints.length - 1];
  slider.style.setProperty('--reach', String(newest && total > 0 ? Math.min(1, newest.evaluation / total) : 0));
  document.body.classList.toggle('back', at !== null);
  const now = phase();
  const button = byId('go-on', HTMLButtonElement);
  const ended = now === 'stopped' || now === 'failed' || (now === 'finished' && at !== null);
  button.hidden = !(ended && run !== null && stop !== null && stop.evaluation < total && making !== null);
  button.textContent = at === null || !stop ? say.goOn : say.goOnFrom(stop.iteration);
  button.title = at === null ? '' : say.paintsOver;
}
