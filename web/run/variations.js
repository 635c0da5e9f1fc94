/** The sheet of variations: what to vary, what waits, what has become of it. */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { RunRequest, Settings } from '../types' */
import { register } from '../app/commands.js';
import { byId, make } from '../app/dom.js';
import { sentenceOf } from '../app/errors.js';
import { showError } from '../ui/toasts.js';
import { exampleStyles } from '../input/slots.js';
import { drop, dropWaiting, enqueue, goOnWithQueue, onQueue, queue } from './queue.js';
import { openEntry } from '../history/open-entry.js';
import { chosenNow } from './chosen.js';
import { write } from '../app/paths.js';
import { get, phase, subscribe } from '../app/store.js';
import { said } from '../app/sentence.js';
import { namesOf } from '../i18n/apply.js';
import { caption, plainNumber, variations as say } from '../i18n/en.js';

/** What a number is multiplied by, and the bounds that its knob has. @type {Record<string, { path: string, times: number[], most: number }>} */
const NUMBERS = {
  strength: { path: 'style.weight', times: [0.3, 1, 3], most: 1e6 },
  photo: { path: 'content.weight', times: [0.2, 1, 5], most: 1e6 },
  stroke: { path: 'style.scale', times: [0.5, 1, 2], most: 4 },
};
/** Paintings from noise. */
const SEEDS = 3;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('vary', HTMLSelectElement);
  const chosen = select.value;
  select.replaceChildren(...Object.entries(say.kinds).map(([kind, label]) => make('option', { value: kind }, [label])));
  if (chosen) select.value = chosen;
  select.addEventListener('change', tell, { signal });
  register({ id: 'variations', row: 'variations', buttons: ['show-queue', 'queue-waiting'], shortcuts: [{ key: 'v' }], run: showVariations }, signal);
  byId('vary-go', HTMLButtonElement).addEventListener('click', () => void add(), { signal });
  byId('queue-clear', HTMLButtonElement).addEventListener('click', dropWaiting, { signal });
  byId('queue-go-on', HTMLButtonElement).addEventListener('click', goOnWithQueue, { signal });
  onQueue(tell, signal);
  subscribe((changed) => { if (changed.has('pictures') || changed.has('run')) tell(); }, signal);
  tell();
}

function showVariations() {
  tell();
  byId('variations', HTMLDialogElement).showModal();
}

async function add() {
  const request = chosenNow();
  if (!request) return;
  const button = byId('vary-go', HTMLButtonElement);
  button.disabled = true;
  try {
    enqueue(await made(byId('vary', HTMLSelectElement).value, request));
  } catch (error) {
    showError(sentenceOf(error), { topic: 'picture' });
    byId('variations', HTMLDialogElement).close();
  } finally {
    tell();
  }
}

/** @param {string} kind @param {RunRequest} request @returns {Promise<{ request: RunRequest, label: Sentence }[]>} */
async function made(kind, request) {
  const numbers = NUMBERS[kind];
  if (numbers) {
    const { path, times, most } = numbers;
    const now = Number(path.split('.').reduce((at, key) => /** @type {any} */ (at)[key], /** @type {unknown} */ (request.settings)));
    const values = [...new Set(times.map((each) => Number(Math.min(most, each * now).toPrecision(3))))];
    return values.map((value) => ({ request: changed(request, (settings) => write(settings, path, value)), label: () => say.number(kind, plainNumber(value)) }));
  }
  if (kind === 'paintings') {
    const alone = changed(request, (settings) => write(settings, 'style.blend', []));
    return Promise.all(exampleStyles().map(async ({ name, open }) => {
      const style = await open();
      return { request: { ...alone, style, manners: [{ picture: style, mask: null }] }, label: name };
    }));
  }
  if (kind === 'seeds') {
    const first = Number(request.settings['seed'] ?? 0);
    return Array.from({ length: SEEDS }, (_, i) => ({
      request: changed(request, (settings) => Object.assign(settings, { start: 'noise', seed: first + i })),
      label: () => say.seed(first + i),
    }));
  }
  return [{ request, label: () => say.asItIs }];
}

/** @param {RunRequest} request @param {(settings: Settings) => void} change @returns {RunRequest} */
function changed(request, change) {
  const settings = structuredClone(request.settings);
  change(settings);
  return { ...request, settings, chosen: false };
}

function tell() {
  const { items, held, waiting } = queue();
  const kind = byId('vary', HTMLSelectElement).value;
  const { content, style } = get().pictures;
  const count = kind === 'paintings' ? exampleStyles().length : kind === 'asItIs' ? 1 : 3;
  const go = byId('vary-go', HTMLButtonElement);
  go.textContent = say.go(count);
  go.disabled = !content || !style;
  byId('queue-clear', HTMLButtonElement).hidden = waiting === 0;
  byId('queue-go-on', HTMLButtonElement).hidden = !(held && waiting > 0);
  const badge = byId('queue-waiting', HTMLButtonElement);
  badge.hidden = waiting === 0;
  badge.textContent = say.waiting(waiting);
  const list = byId('queue-list', HTMLElement);
  const running = phase() === 'painting' || phase() === 'paused';
  list.replaceChildren(...items.map((item) => {
    const name = caption.title(namesOf(item.request.content).name, namesOf(item.request.style).name);
    const label = said(item.label);
    const { past, thumb } = item;
    const hang = make('button', { type: 'button', class: 'hang-again', 'aria-label': `${label}, ${name}: ${say.states[item.state]}`, title: name }, thumb ? [thumb] : []);
    hang.disabled = past === null || running;
    hang.addEventListener('click', () => {
      byId('variations', HTMLDialogElement).close();
      if (past) void openEntry(past);
    });
    const away = make('button', { type: 'button', class: 'icon', 'aria-label': say.drop(label), title: say.drop(label) }, ['×']);
    away.disabled = item.state === 'painting';
    away.addEventListener('click', () => {
      drop(item.id);
      go.focus();
    });
    return make('li', { 'data-state': item.state }, [hang, make('span', {}, [label]), make('small', {}, [item.reason ? say.because(say.states[item.state], said(item.reason)) : say.states[item.state]]), away]);
  }));
}
