/** The network in use: chosen by the person or by the page, asked for where it comes from somebody else's server, and given to the engine. */

/** @import { NetworkId } from '../types' */
/** @import { Consent } from './consent.js' */
/** @import { Choice, SelectionEvent } from './select-network.js' */
import { address } from '../app/address.js';
import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { SentenceError, sentenceOf } from '../app/errors.js';
import { preferences } from '../app/preferences.js';
import { get, set, setBusy } from '../app/store.js';
import { engine, engineInUse, startEngine } from '../engine/setup.js';
import { network as say, status } from '../i18n/en.js';
import { cancelLoading, hideLoading, showLoading } from '../run/progress.js';
import { clearError, showError } from '../ui/toasts.js';
import { askForVgg19 } from './consent.js';
import { hasFile, loadNetwork, vgg19Bytes, whereIsVgg } from './load.js';
import { FetchError } from './range-fetch.js';
import { due, next, NONE } from './select-network.js';

let selection = NONE;
/** @typedef {{ number: number, file: File | null, consent: Consent | null, remember: boolean, controller: AbortController, settle: (loaded: boolean) => void }} Task */

/** What is being asked or loaded, and whom it is for. @type {Task | null} */
let task = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('network', HTMLSelectElement);
  select.addEventListener('change', () => {
    const id = /** @type {NetworkId} */ (select.value);
    if (id !== 'file') void switchNetwork(id);
    else {
      select.value = shown();
      byId('network-file', HTMLInputElement).click();
    }
  }, { signal });
  // Where VGG-19 would come from is asked only of those who are about to choose.
  for (const kindOf of ['focus', 'pointerenter']) select.addEventListener(kindOf, () => void labelVgg(), { once: true, signal });
  register({ id: 'pauseDownload', buttons: ['loading-cancel'], run: cancelLoading }, signal);
  const input = byId('network-file', HTMLInputElement);
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void switchNetwork('file', file).finally(() => { input.value = ''; });
  }, { signal });
  // In the language of now.
  if (labelled) void labelVgg();
  labelFile();
}

/** What the choice of networks shows: what is being loaded, else what is in use. @returns {NetworkId} */
function shown() {
  return selection.choice?.id ?? get().network?.id ?? 'sketch';
}

/** @param {SelectionEvent} event @returns {boolean} false where it changes nothing */
function dispatch(event) {
  const before = selection;
  selection = next(selection, event);
  if (selection === before) return false;
  byId('network', HTMLSelectElement).value = shown();
  // Without an engine it waits, and the bar speaks of the engine.
  setBusy('network', selection.choice && (selection.engine || get().busy.has('engine')) ? () => status.loadingNetwork : null);
  return true;
}

/**
 * Chooses a network; loaded as soon as there is an engine, unless another is chosen meanwhile.
 * @param {NetworkId} id
 * @param {File | null} [file]
 * @param {boolean} [byPerson] and so remembered, and not replaced by what the page would choose
 * @param {Consent | null} [consent] the person has agreed to the download already
 * @returns {Promise<boolean>} whether it is in use now
 */
export function switchNetwork(id, file = null, byPerson = true, consent = null) {
  const agreed = id !== 'vgg19' || consent !== null;
  if (!dispatch({ type: 'choose', id, byPerson, agreed })) return Promise.resolve(false);
  clearError('network');
  task?.controller.abort();
  task?.settle(false);
  return new Promise((settle) => {
    task = { number: selection.last, file, consent, remember: byPerson && id !== 'file', controller: new AbortController(), settle };
    if (!agreed) void ask();
    else carryOut();
  });
}

/** There is an engine now, or none any more. @param {boolean} ready */
export function engineChanged(ready) {
  if (!ready) {
    dispatch({ type: 'engine', ready: false });
    setBusy('network', null);
    return;
  }
  // Another worker holds no network yet.
  dispatch({ type: 'engine', ready: false });
  dispatch({ type: 'engine', ready: true });
  carryOut();
}

/** Ends the newest choice. @param {number} number */
function end(number) {
  if (!dispatch({ type: 'ended', number })) return;
  task?.settle(false);
  task = null;
}

async function ask() {
  const mine = task;
  if (!mine) return;
  const { number, controller } = mine;
  const answer = await whereIsVgg() === 'far' ? await askForVgg19(controller.signal) : null;
  if (answer === null || typeof answer === 'object') {
    mine.consent = answer;
    dispatch({ type: 'agreed', number });
    carryOut();
    return;
  }
  if (selection.choice?.number !== number) return;
  end(number);
  if (answer === 'file') byId('network-file', HTMLInputElement).click();
  // Without any network nothing can be painted, so the small one is fetched after all; and another worker needs what is in use.
  else if (engine.networkKey === null) void switchNetwork(get().network?.id ?? 'sketch', null, false);
}

/** Loads what is due, if there is anything. */
function carryOut() {
  const choice = due(selection);
  if (!choice || task?.number !== choice.number) return;
  dispatch({ type: 'begun', number: choice.number });
  void load(choice, task);
}

/** @param {Choice} choice @param {Task} mine */
async function load({ number, id }, mine) {
  const stale = () => selection.choice?.number !== number || selection.choice.step !== 'loading';
  try {
    const info = await give(id, mine, mine.controller);
    if (stale()) return;
    if (mine.file) fileName = mine.file.name;
    labelFile();
    set({ network: { id, info }, broken: false });
    dispatch({ type: 'loaded', number });
    if (mine.remember && id !== 'file') preferences.set('network', id);
    mine.settle(true);
  } catch (error) {
    if (stale()) return;
    end(number);
    const resumable = error instanceof FetchError && error.resumable;
    if (get().network === null && id !== 'sketch') await switchNetwork('sketch', null, false);
    else if (get().network === null) set({ broken: true });
    showError(sentenceOf(error), {
      topic: 'network',
      ...(id === 'file' ? {} : { action: { label: resumable ? () => say.goOn : () => say.again, act: () => void switchNetwork(id, null, mine.remember, resumable ? mine.consent : null) } }),
    });
  } finally {
    if (!selection.choice) hideLoading();
    if (id !== 'sketch') void labelVgg();
  }
}

/** Gives it to the engine. @param {NetworkId} id @param {{ file?: File | null, consent?: Consent | null }} given @param {AbortController} controller */
async function give(id, { file = null, consent = null }, controller) {
  await startEngine();
  controller.signal.throwIfAborted();
  return loadNetwork(engine, id, {
    signal: controller.signal,
    onBytes: (loaded, total, name) => {
      if (!controller.signal.aborted) showLoading(loaded, total, () => status.networkBytes(name, loaded, total), () => controller.abort(), id === 'vgg19');
    },
  }, { file, consent });
}

/**
 * Has the engine hold a network, after whatever happened to the last worker.
 * @param {NetworkId | null} id null: the one in use
 * @param {AbortSignal} signal
 */
export async function ensureNetwork(id, signal) {
  const { network } = get();
  const wanted = id ?? network?.id ?? 'sketch';
  if (network && wanted !== network.id) {
    if (wanted === 'file' && !hasFile()) throw new SentenceError(say.noFile);
    if (!await switchNetwork(wanted, null, false) && get().network?.id !== wanted) throw new SentenceError(say.notInUse);
  } else if (engine.networkKey === null) {
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    // What was kept may be gone, or the host's file: then it is asked about again.
    const answer = wanted === 'vgg19' && await whereIsVgg() === 'far' ? await askForVgg19(controller.signal) : null;
    const consent = typeof answer === 'object' ? answer : null;
    set({ network: { id: wanted, info: await give(wanted, { consent }, controller) }, broken: false });
  }
}

/** @returns {Promise<NetworkId>} what the address asks for, what was used last, what is at hand; Sketch always */
export async function firstNetwork() {
  const asked = address().network;
  if (asked) return asked;
  const last = preferences.get('network');
  if (last === 'sketch') return last;
  // On the processor VGG-19 takes nine times as long as Sketch: only for those who chose it.
  if (last !== 'vgg19' && engineInUse() === 'cpu') return 'sketch';
  return (await whereIsVgg()) === 'far' ? 'sketch' : 'vgg19';
}

/** Whether the option has been looked up. */
let labelled = false;
/** Of the network that was read from a file. @type {string | null} */
let fileName = null;

function labelFile() {
  if (fileName !== null) byId('network-file-option', HTMLOptionElement).textContent = say.fileNamed(fileName);
}

async function labelVgg() {
  labelled = true;
  const option = byId('network-vgg19-option', HTMLOptionElement);
  const where = await whereIsVgg();
  option.textContent = where === 'kept' ? say.vgg19Kept : where === 'here' ? say.vgg19Here(await vgg19Bytes()) : say.vgg19Far;
}
