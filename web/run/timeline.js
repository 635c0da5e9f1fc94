/** The timeline: a slider along the run, from one checkpoint to the next. Its right end is the newest picture. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { get, set, subscribe } from '../app/store.js';
import { scrub as say } from '../i18n/en.js';
import { pause } from './session.js';
import { chosenCheckpoint } from './checkpoints.js';

/** The newest wish wins, however long an older one takes to read. */
let wishes = 0;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const slider = byId('scrub', HTMLInputElement);
  slider.addEventListener('input', () => void goTo(Number(slider.value)), { signal });
  subscribe((changed) => { if (changed.has('checkpoints') || changed.has('at') || changed.has('run') || changed.has('busy')) show(); }, signal);
  const more = () => get().checkpoints.length > 1;
  register({ id: 'timelineBack', row: 'timeline', shortcuts: [{ key: '[' }, { key: ',' }], repeats: true, enabled: more, run: () => step(-1) }, signal);
  register({ id: 'timelineOn', row: 'timeline', shortcuts: [{ key: ']' }, { key: '.' }], repeats: true, enabled: more, run: () => step(1) }, signal);
  show();
}

/** One checkpoint back (-1) or on (1). @param {-1 | 1} by */
function step(by) {
  const { at, checkpoints } = get();
  if (checkpoints.length > 1) void goTo((at ?? checkpoints.length - 1) + by);
}

/** @param {number} index of a checkpoint; a run under way is paused meanwhile */
async function goTo(index) {
  wishes += 1;
  const mine = wishes;
  if (get().run === 'painting') await pause();
  const { checkpoints } = get();
  const checkpoint = checkpoints[Math.max(0, Math.min(checkpoints.length - 1, index))];
  if (mine !== wishes || !checkpoint) return;
  const rgba = new Uint8ClampedArray(await checkpoint.picture.arrayBuffer());
  if (mine !== wishes || get().run === 'painting') return;
  const { width, height, iteration } = checkpoint;
  const last = checkpoint === get().checkpoints[get().checkpoints.length - 1];
  set({ result: { width, height, iteration, rgba }, at: last ? null : get().checkpoints.indexOf(checkpoint) });
}

function show() {
  const { at, inputs, checkpoints } = get();
  const slider = byId('scrub', HTMLInputElement);
  const checkpoint = chosenCheckpoint();
  const total = Number(inputs?.job.settings['evaluations'] ?? 0);
  slider.hidden = checkpoints.length < 2;
  slider.max = String(Math.max(1, checkpoints.length - 1));
  slider.value = String(at ?? checkpoints.length - 1);
  slider.setAttribute('aria-valuetext', checkpoint ? say.at(checkpoint.iteration, at === null) : '');
  // As far as the run has come: checkpoints stand evenly along it.
  const newest = checkpoints[checkpoints.length - 1];
  slider.style.setProperty('--reach', String(newest && total > 0 ? Math.min(1, newest.evaluation / total) : 0));
  document.body.classList.toggle('back', at !== null);
  const button = byId('go-on', HTMLButtonElement);
  button.textContent = at === null || !checkpoint ? say.goOn : say.goOnFrom(checkpoint.iteration);
  button.title = at === null ? '' : say.paintsOver;
}
