/**
 * The engine and the network in use: selected at start-up, changed by the person, and set up again after a worker had to be killed.
 * Whoever needs both calls `ready()` first.
 */

/** @import { Consent } from '../network/consent.js' */
/** @import { EngineChoice, EngineKind, NetworkId, Started, WorkerEvent } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { chooseEngine } from './select-engine.js';
import { askForVgg19 } from '../network/consent.js';
import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { address } from '../app/address.js';
import { preferences } from '../app/preferences.js';
import { adopt } from '../app/settings.js';
import { Engine, EngineError } from './client.js';
import { clearError, sentenceOf, showError } from '../ui/toasts.js';
import { FetchError } from '../network/range-fetch.js';
import { loadNetwork, vgg19Bytes, whereIsVgg } from '../network/load.js';
import { hideLoading, showLoading } from '../run/progress.js';
import { said } from '../app/sentence.js';
import { get, set, setBusy } from '../app/store.js';
import { engine as words, network as nets, status } from '../i18n/en.js';
import { threadsHere, whyOneThread } from './thread-pool.js';

/** @type {(event: WorkerEvent) => void} */
let onRunEvent = () => {};
/** @type {(sentence: string) => void} */
let onRunCrash = () => {};
/** @type {(started: Started) => void} */
let tellFirst = () => {};
/** What the engine said of itself when it first started. @type {Promise<Started>} */
export const described = new Promise((resolve) => { tellFirst = resolve; });

export const engine = new Engine((event) => {
  if (event.event === 'loading') showLoading(event.loaded, event.total, () => status.engineBytes(event.loaded, event.total));
  else onRunEvent(event);
}, (sentence) => onRunCrash(sentence));

/** The engine in use. @type {EngineKind} */
let kind = 'cpu';
/** The newest wish wins, however slow an older one is. */
let wishes = 0;
/** @type {AbortController | null} */
let fetching = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const engineSelect = byId('engine', HTMLSelectElement);
  const networkSelect = byId('network', HTMLSelectElement);
  engineSelect.addEventListener('change', () => void switchEngine(/** @type {EngineChoice} */ (engineSelect.value)), { signal });
  networkSelect.addEventListener('change', () => void switchNetwork(/** @type {NetworkId} */ (networkSelect.value)), { signal });
  // Where VGG-19 would come from is asked only of those who are about to choose.
  for (const kindOf of ['focus', 'pointerenter']) networkSelect.addEventListener(kindOf, () => void labelVgg(), { once: true, signal });
  register({ id: 'pauseDownload', buttons: ['loading-cancel'], run: () => fetching?.abort() }, signal);
  const input = byId('network-file', HTMLInputElement);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    // A file given early waits for the first network, or it would lose to that.
    if (file) void opening.then(() => switchNetwork('file', file)).finally(() => { input.value = ''; });
  }, { signal });
  addEventListener('online', () => set({ online: true }), { signal });
  addEventListener('offline', () => set({ online: false }), { signal });
  // In the language of now.
  if (labelled) void labelVgg();
  labelFile();
  engine.followLanguage();
}

/** The first engine and network. */
let opening = Promise.resolve();

/**
 * Starts the first engine and network.
 * @param {{ event: (event: WorkerEvent) => void, crash: (sentence: string) => void }} listeners
 */
export async function setUpEngine({ event, crash }) {
  onRunEvent = event;
  onRunCrash = crash;
  const select = byId('engine', HTMLSelectElement);
  select.value = address().engine;
  opening = switchEngine(/** @type {EngineChoice} */ (select.value));
  await opening;
}

/** @param {EngineChoice} wish */
async function switchEngine(wish) {
  wishes += 1;
  const mine = wishes;
  const stale = () => mine !== wishes;
  clearError('engine');
  setBusy('engine', () => status.loadingEngine);
  try {
    const chosen = await chooseEngine(wish);
    if (stale()) return;
    if (chosen.refusal !== null) return refuse(chosen.refusal);
    let { why } = chosen;
    ({ engine: kind } = chosen);
    let started;
    try {
      started = await startEngine();
    } catch (error) {
      if (stale()) return;
      if (wish !== 'auto') return refuse(sentenceOf(error));
      const other = await otherEngine(error);
      if (stale()) return;
      if (!other) return refuse(sentenceOf(error));
      ({ kind, why } = other);
      started = await startEngine();
      if (stale()) return;
    }
    if (stale()) return;
    const onCpu = kind === 'cpu';
    const explain = () => [said(why), onCpu ? whyOneThread() : ''].filter(Boolean).join(' ');
    set({ engine: started.info, engineWhy: explain() === '' ? '' : explain, broken: false });
    tellFirst(started);
    if (!get().described) {
      const { describe, settings } = started;
      adopt(describe.default_preset, settings);
      set({ described: { describe, settings } });
    }
    setBusy('network', () => status.loadingNetwork);
  } catch (error) {
    if (!stale()) refuse(sentenceOf(error));
  } finally {
    if (!stale()) {
      hideLoading();
      setBusy('engine', null);
    }
  }
  if (!stale() && !get().broken) await switchNetwork(get().network?.id ?? await firstNetwork(), null, false);
}

/** When the automatic choice does not start, the other one may. @param {unknown} error @returns {Promise<{ kind: EngineKind, why: Sentence } | null>} */
async function otherEngine(error) {
  const missing = error instanceof EngineError && error.code === 'missing';
  if (kind === 'gpu') return { kind: 'cpu', why: missing ? () => words.notBuilt : sentenceOf(error) };
  const forced = await chooseEngine('gpu');
  return missing && forced.refusal === null ? { kind: 'gpu', why: () => words.cpuNotBuilt } : null;
}

/** @returns {Promise<Started>} */
function startEngine() {
  return engine.start(kind, Math.min(address().threads ?? Infinity, threadsHere()));
}

/** @param {Sentence} sentence */
function refuse(sentence) {
  const select = byId('engine', HTMLSelectElement);
  const forced = select.value === 'gpu';
  const again = forced ? 'auto' : select.value;
  set({ broken: true, engine: null });
  setBusy('network', null);
  showError(sentence, {
    topic: 'engine',
    action: {
      label: forced ? () => words.useCpu : () => words.again,
      act: () => {
        select.value = again;
        void switchEngine(/** @type {EngineChoice} */ (again));
      },
    },
  });
}

/** @returns {Promise<NetworkId>} what the address asks for, what was used last, what is at hand; Sketch always */
async function firstNetwork() {
  const asked = address().network;
  if (asked) return asked;
  const last = preferences.get('network');
  if (last === 'sketch') return last;
  // On the processor VGG-19 takes nine times as long as Sketch: only for those who chose it.
  if (last !== 'vgg19' && kind === 'cpu') return 'sketch';
  return (await whereIsVgg()) === 'far' ? 'sketch' : 'vgg19';
}

/**
 * @param {NetworkId} id
 * @param {File | null} [file]
 * @param {boolean} [chosen] by the person, and so remembered
 * @param {Consent | null} [agreed] the person has agreed to the download already
 */
export async function switchNetwork(id, file = null, chosen = true, agreed = null) {
  const select = byId('network', HTMLSelectElement);
  const before = get().network?.id ?? 'sketch';
  if (id === 'file' && !file && chosen) {
    select.value = before;
    byId('network-file', HTMLInputElement).click();
    return;
  }
  select.value = id;
  clearError('network');
  setBusy('network', () => status.loadingNetwork);
  const controller = new AbortController();
  fetching?.abort();
  fetching = controller;
  let consent = agreed;
  try {
    if (id === 'vgg19' && !agreed && await whereIsVgg() === 'far') {
      const answer = await askForVgg19();
      if (typeof answer === 'object') {
        consent = answer;
      } else {
        select.value = before;
        if (answer === 'file') byId('network-file', HTMLInputElement).click();
        // Without any network nothing can be painted, so the small one is fetched after all.
        if (get().network === null) await use('sketch', {}, controller);
        return;
      }
    }
    await use(id, { file, consent }, controller);
    if (chosen && id !== 'file') preferences.set('network', id);
  } catch (error) {
    if (fetching !== controller) return;
    select.value = before;
    const resumable = error instanceof FetchError && error.resumable;
    if (get().network === null && id !== 'sketch') await use('sketch', {}, controller).catch(() => {});
    if (get().network === null) set({ broken: true });
    showError(sentenceOf(error), {
      topic: 'network',
      ...(id === 'file' ? {} : { action: { label: resumable ? () => nets.goOn : () => nets.again, act: () => void switchNetwork(id, null, chosen, resumable ? consent : null) } }),
    });
  } finally {
    if (fetching === controller) {
      fetching = null;
      hideLoading();
      setBusy('network', null);
      if (id !== 'sketch') void labelVgg();
    }
  }
}

/** @param {NetworkId} id @param {{ file?: File | null, consent?: Consent | null }} given @param {AbortController} controller */
async function use(id, given, controller) {
  byId('network', HTMLSelectElement).value = id;
  await startEngine();
  const info = await loadNetwork(engine, id, {
    signal: controller.signal,
    onBytes: (loaded, total, name) => {
      if (fetching === controller) showLoading(loaded, total, () => status.networkBytes(name, loaded, total));
    },
  }, given);
  if (given.file) fileName = given.file.name;
  labelFile();
  set({ network: { id, info }, broken: false });
}

/** An engine and a network that are ready to paint, after whatever happened to the last worker. @returns {Promise<void>} */
export async function ready() {
  const { network } = get();
  try {
    const started = await startEngine();
    set({ engine: started.info });
    if (engine.networkKey !== null) return;
    const id = network?.id ?? 'sketch';
    // What was kept may be gone, or the host's file: then it is asked about again.
    const answer = id === 'vgg19' && await whereIsVgg() === 'far' ? await askForVgg19() : null;
    await use(id, { consent: answer !== null && typeof answer === 'object' ? answer : null }, new AbortController());
  } finally {
    hideLoading();
  }
}

/** Whether the option has been looked up. */
let labelled = false;
/** Of the network that was read from a file. @type {string | null} */
let fileName = null;

function labelFile() {
  if (fileName !== null) byId('network-file-option', HTMLOptionElement).textContent = nets.fileNamed(fileName);
}

async function labelVgg() {
  labelled = true;
  const option = byId('network-vgg19-option', HTMLOptionElement);
  const where = await whereIsVgg();
  option.textContent = where === 'kept' ? nets.vgg19Kept : where === 'here' ? nets.vgg19Here(await vgg19Bytes()) : nets.vgg19Far;
}

/** The engine alone, started again if it had to be killed: enough to judge settings. @returns {Promise<unknown>} */
export function revive() {
  return startEngine();
}
