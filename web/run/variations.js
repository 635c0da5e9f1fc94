/** The sheet of variations: what to vary, what waits, what has become of it. */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { RunRequest, Settings } from '../types' */
import { register } from '../app/commands.js';
import { byId, make } from '../app/dom.js';
import { sentenceOf } from '../app/errors.js';
import { showProblem } from '../ui/dialog-problem.js';
import { exampleStyles } from '../input/slots.js';
import { drop, dropWaiting, enqueue, goOnWithQueue, onQueue, queue } from './queue.js';
import { fileName } from '../export/file-name.js';
import { openEntry } from '../history/open-entry.js';
import { chosenNow } from './chosen.js';
import { write } from '../app/paths.js';
import { currentPlan, onEstimate } from '../settings/estimate.js';
import { labelled } from '../settings/labelled.js';
import { planRun } from '../settings/plan.js';
import { get, phase, subscribe } from '../app/store.js';
import { said } from '../app/sentence.js';
import { namesOf } from '../i18n/apply.js';
import { caption, plainNumber, variations as say } from '../i18n/en.js';

/** As many runs as a number or a seed is varied into, as long as the engine has not said how many are different. */
const MOST = 3;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('vary', HTMLSelectElement);
  const chosen = select.value;
  select.replaceChildren(...Object.entries(say.kinds).map(([kind, label]) => make('option', { value: kind }, [label])));
  if (chosen) select.value = chosen;
  select.addEventListener('change', showQueue, { signal });
  register({ id: 'variations', row: 'variations', buttons: ['show-queue', 'queue-waiting'], shortcuts: [{ key: 'v' }], run: showVariations }, signal);
  byId('vary-go', HTMLButtonElement).addEventListener('click', () => void add(), { signal });
  byId('queue-clear', HTMLButtonElement).addEventListener('click', dropWaiting, { signal });
  byId('queue-go-on', HTMLButtonElement).addEventListener('click', goOnWithQueue, { signal });
  onQueue(showQueue, signal);
  onEstimate(showCount, signal);
  subscribe((changed) => { if (changed.has('pictures') || changed.has('run')) showQueue(); }, signal);
  showQueue();
}

function showVariations() {
  showQueue();
  byId('variations', HTMLDialogElement).showModal();
}

async function add() {
  const request = chosenNow();
  if (!request) return;
  const button = byId('vary-go', HTMLButtonElement);
  button.disabled = true;
  const dialog = byId('variations', HTMLDialogElement);
  showProblem(dialog, '');
  try {
    enqueue((await made(byId('vary', HTMLSelectElement).value, request)).map(wanted));
  } catch (error) {
    showProblem(dialog, labelled(sentenceOf(error))());
  } finally {
    showQueue();
  }
}

/** @param {Variation} variation @returns {import('./queue.js').Wanted} */
function wanted({ request, label }) {
  const names = () => /** @type {const} */ ([namesOf(request.content).name, namesOf(request.style).name]);
  return { request: async () => request, title: () => caption.title(...names()), label, file: `${fileName(...names())}, ${said(label)}`, isPhoto: false };
}

/** @typedef {{ request: RunRequest, label: Sentence }} Variation */

/** @param {string} kind @param {RunRequest} request @returns {Promise<Variation[]>} */
async function made(kind, request) {
  if (kind === 'paintings') {
    const alone = changed(request, (settings) => write(settings, 'style.blend', []));
    return Promise.all(exampleStyles().map(async ({ name, open }) => {
      const style = await open();
      return { request: { ...alone, style, styles: [{ picture: style, mask: null }] }, label: name };
    }));
  }
  if (kind === 'asItIs') return [{ request, label: () => say.asItIs }];
  const { variations } = await planRun(request);
  const { path, values } = variations.find(({ id }) => id === kind) ?? { path: '', values: [] };
  return values.map((value) => ({
    request: changed(request, (settings) => {
      write(settings, path, value);
      if (kind === 'seeds') write(settings, 'start', 'noise');
    }),
    label: () => kind === 'seeds' ? say.seed(value) : say.number(kind, plainNumber(value)),
  }));
}

/** @param {RunRequest} request @param {(settings: Settings) => void} change @returns {RunRequest} */
function changed(request, change) {
  const settings = structuredClone(request.settings);
  change(settings);
  return { ...request, settings, chosen: false };
}

/** How many there would be. */
function showCount() {
  const kind = byId('vary', HTMLSelectElement).value;
  const { content, style } = get().pictures;
  const count = kind === 'paintings' ? exampleStyles().length : kind === 'asItIs' ? 1 : currentPlan()?.variations.find(({ id }) => id === kind)?.values.length ?? MOST;
  const go = byId('vary-go', HTMLButtonElement);
  go.textContent = say.go(count);
  go.disabled = !content || !style;
}

function showQueue() {
  const { items, held, waiting } = queue();
  showCount();
  byId('queue-clear', HTMLButtonElement).hidden = waiting === 0;
  byId('queue-go-on', HTMLButtonElement).hidden = !(held && waiting > 0);
  const badge = byId('queue-waiting', HTMLButtonElement);
  badge.hidden = waiting === 0;
  badge.textContent = say.waiting(waiting);
  const list = byId('queue-list', HTMLElement);
  const running = phase() === 'painting' || phase() === 'paused';
  list.replaceChildren(...items.map((item) => {
    const name = item.title();
    const label = said(item.label);
    const { past, thumb } = item;
    const open = make('button', { type: 'button', class: 'open-entry', 'aria-label': `${label}, ${name}: ${say.states[item.state]}`, title: name }, thumb ? [thumb] : []);
    open.disabled = past === null || running;
    open.addEventListener('click', () => {
      byId('variations', HTMLDialogElement).close();
      if (past) void openEntry(past);
    });
    const away = make('button', { type: 'button', class: 'icon', 'aria-label': say.drop(label), title: say.drop(label) }, ['×']);
    away.disabled = item.state === 'painting';
    away.addEventListener('click', () => {
      drop(item.id);
      byId('vary-go', HTMLButtonElement).focus();
    });
    return make('li', { 'data-state': item.state }, [open, make('span', {}, [label]), make('small', {}, [item.reason ? say.because(say.states[item.state], said(item.reason)) : say.states[item.state]]), away]);
  }));
}
