/** Which engine is in use: selected at start-up, changed by the person, and replaced where the one that was selected cannot be had. */

/** @import { EngineChoice, EngineKind, NetworkId, WorkerEvent } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
/** @import { EngineError } from './client.js' */
import { address } from '../app/address.js';
import { byId } from '../app/dom.js';
import { codeOf, sentenceOf } from '../app/errors.js';
import { said } from '../app/sentence.js';
import { replaceSettings } from '../app/settings.js';
import { get, set, setBusy } from '../app/store.js';
import { engine as words, status } from '../i18n/en.js';
import { engineChanged, ensureNetwork, firstNetwork, switchNetwork } from '../network/network-choice.js';
import { hideLoading } from '../run/progress.js';
import { clearError, showError } from '../ui/toasts.js';
import { chooseEngine } from './select-engine.js';
import { engine, engineInUse, listenToEngine, startEngine, useEngine } from './setup.js';
import { whyOneThread } from './thread-pool.js';

/** The newest choice wins, however slow an older one is. */
let choices = 0;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('engine', HTMLSelectElement);
  select.addEventListener('change', () => void switchEngine(/** @type {EngineChoice} */ (select.value)), { signal });
  addEventListener('online', () => set({ online: true }), { signal });
  addEventListener('offline', () => set({ online: false }), { signal });
  // In the language of now.
  engine.followLanguage();
}

/**
 * Starts the first engine and network.
 * @param {{ event: (event: WorkerEvent) => void, crash: (error: EngineError) => void }} listeners
 */
export async function setUpEngine(listeners) {
  listenToEngine(listeners);
  const select = byId('engine', HTMLSelectElement);
  select.value = address().engine;
  await switchEngine(/** @type {EngineChoice} */ (select.value));
}

/** @param {EngineChoice} choice */
async function switchEngine(choice) {
  choices += 1;
  const mine = choices;
  const stale = () => mine !== choices;
  clearError('engine');
  setBusy('engine', () => status.loadingEngine);
  try {
    const selected = await chooseEngine(choice);
    if (stale()) return;
    if (selected.refusal !== null) return refuse(selected.refusal);
    const why = await startSelected(selected, choice, stale);
    if (why === null || stale()) return;
    const onCpu = engineInUse() === 'cpu';
    const explain = () => [said(why), onCpu ? whyOneThread() : ''].filter(Boolean).join(' ');
    const started = await startEngine();
    if (stale()) return;
    set({ engineWhy: explain() === '' ? '' : explain, broken: false });
    if (!get().described) {
      const { describe, settings } = started;
      replaceSettings(describe.default_preset, settings);
      set({ described: { describe, settings } });
    }
    setBusy('engine', () => status.loadingNetwork);
    engineChanged(true);
    const network = get().network?.id ?? await firstNetwork();
    if (stale()) return;
    // What a person has chosen meanwhile stands.
    const loading = switchNetwork(network, null, false);
    setBusy('engine', null);
    await loading;
  } catch (error) {
    if (!stale()) refuse(sentenceOf(error));
  } finally {
    if (!stale()) {
      hideLoading();
      setBusy('engine', null);
    }
  }
}

/**
 * Starts what was selected, or where that was automatic and cannot be had, the other.
 * @param {{ engine: EngineKind, why: Sentence }} selected @param {EngineChoice} choice @param {() => boolean} stale
 * @returns {Promise<Sentence | null>} why this one, null where another choice has been made meanwhile
 */
async function startSelected({ engine: kind, why }, choice, stale) {
  useEngine(kind);
  try {
    await startEngine();
    return why;
  } catch (error) {
    if (stale()) return null;
    const code = codeOf(error);
    // Whoever cancels wants neither, and a connection over which nothing comes has nothing else to give.
    if (choice !== 'auto' || code === 'cancelled' || code === 'stalled') throw error;
    const other = await otherEngine(error);
    if (stale()) return null;
    if (!other) throw error;
    useEngine(other.kind);
    await startEngine();
    return other.why;
  }
}

/** When the automatic choice does not start, the other one may. @param {unknown} error @returns {Promise<{ kind: EngineKind, why: Sentence } | null>} */
async function otherEngine(error) {
  const missing = codeOf(error) === 'missing';
  if (engineInUse() === 'gpu') return { kind: 'cpu', why: missing ? () => words.notBuilt : sentenceOf(error) };
  const forced = await chooseEngine('gpu');
  return missing && forced.refusal === null ? { kind: 'gpu', why: () => words.cpuNotBuilt } : null;
}

/** @param {Sentence} sentence */
function refuse(sentence) {
  const select = byId('engine', HTMLSelectElement);
  const forced = select.value === 'gpu';
  const again = forced ? 'auto' : select.value;
  set({ broken: true, engine: null });
  engineChanged(false);
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

/** From now on the processor paints. @param {Sentence} why */
export function fallBackToCpu(why) {
  useEngine('cpu');
  byId('engine', HTMLSelectElement).value = 'cpu';
  set({ engineWhy: why });
}

/**
 * An engine and a network that are ready for a run, after whatever happened to the last worker.
 * @param {NetworkId | null} network null: the one in use
 * @param {AbortSignal} signal ends the waiting
 */
export async function ready(network, signal) {
  try {
    await startEngine();
    signal.throwIfAborted();
    await ensureNetwork(network, signal);
  } finally {
    hideLoading();
  }
}
