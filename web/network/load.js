/**
 * Where the networks come from: what is kept on this machine, beside the page, from the visitor's disk, or from the hub; and the
 * small bundled Sketch always. Gives bytes; the engine judges them.
 */

/** @import { Engine } from '../engine/client.js' */
/** @import { Consent } from './consent.js' */
/** @import { NetworkId, NetworkInfo } from '../types' */
import { asset } from '../app/asset.js';
import { checksumOf, forgetFile } from '../app/checksums.js';
import { EngineError } from '../engine/client.js';
import { fetchBeside, findBeside } from './same-origin.js';
import { bodyOf, FetchError, watchFetch } from './range-fetch.js';
import { fetchFromHub } from './huggingface.js';
import { clearStaging, forget, isKept, keep, kept } from './cache.js';
import { notice } from '../ui/toasts.js';
import { network as say } from '../i18n/en.js';

/** @typedef {{ signal: AbortSignal, onBytes: (loaded: number, total: number | null, name: string) => void }} Progress */

const SKETCH_PATH = 'weights/sketch.safetensors';
const SKETCH = asset(SKETCH_PATH);
const BESIDE = asset('weights/vgg19.safetensors');

/** A picked VGG-19 up to this size, in bytes, is kept for the next visit, as the engine converted it: its convolutions in f32 are 80 MB. */
const MOST_KEPT = 1e8;

/** The visitor's own network file, read again when a new worker needs it. @type {File | null} */
let picked = null;

/** Whether a file was picked that can be read again. */
export const hasFile = () => picked !== null;

/** @returns {Promise<number | null>} bytes of the VGG-19 beside the page; null where there is none, or the host does not say */
export async function vgg19Bytes() {
  return (await findBeside())?.length || null;
}

/** @returns {Promise<'kept' | 'here' | 'far'>} where VGG-19 would come from */
export async function whereIsVgg() {
  if (await isKept('vgg19').catch(() => false)) return 'kept';
  return (await findBeside()) ? 'here' : 'far';
}

/**
 * Gives the engine a network, from wherever it is at hand.
 * @param {Engine} engine started
 * @param {NetworkId} id
 * @param {Progress} progress
 * @param {{ file?: File | null, consent?: Consent | null }} [given] a fresh file the visitor picked; that VGG-19 may be fetched from its public home
 * @returns {Promise<NetworkInfo>}
 */
export async function loadNetwork(engine, id, progress, { file = null, consent = null } = {}) {
  if (id === 'file') {
    const from = file ?? picked;
    if (!from) throw new FetchError(say.noFile);
    const bytes = new Uint8Array(await from.arrayBuffer().catch(() => { throw new FetchError(say.unreadable(from.name)); }));
    const info = await give(engine, `file ${from.name} ${from.lastModified} ${from.size}`, bytes, file === null);
    picked = from;
    // Whole models with their classifier are read anew each time.
    if (file && info.name.startsWith('VGG-19') && info.bytes <= MOST_KEPT && !await isKept('vgg19')) {
      await keepVgg(/** @type {Uint8Array<ArrayBuffer>} */ (await engine.request('networkFile')));
    }
    return info;
  }
  if (id === 'sketch') return loadSketch(engine, progress);
  if (id === 'vgg19') return loadVgg(engine, progress, consent);
  throw new Error(`There is no network "${id}".`);
}

/** One that is damaged is fetched once more, past every cache. @param {Engine} engine @param {Progress} progress @returns {Promise<NetworkInfo>} */
async function loadSketch(engine, progress) {
  const expected = checksumOf(SKETCH_PATH);
  for (const cache of /** @type {const} */ (['default', 'reload'])) {
    try {
      const info = await give(engine, 'sketch', () => fetchWhole(SKETCH, 'Sketch', progress, cache), true);
      if (expected === null || info.sha256 === expected) return info;
    } catch (error) {
      // What is cut short is no network, and refused.
      if (!(error instanceof EngineError) || error.code !== '' || expected === null) throw error;
    }
    engine.networkKey = null;
    engine.networkInfo = null;
    await forgetFile(SKETCH);
  }
  throw new FetchError(say.sketchDamaged);
}

/** @param {Engine} engine @param {Progress} progress @param {Consent | null} consent @returns {Promise<NetworkInfo>} */
async function loadVgg(engine, progress, consent) {
  const where = await whereIsVgg();
  if (where === 'kept') {
    const bytes = await kept('vgg19');
    try {
      if (bytes) return await give(engine, 'vgg19', bytes, true);
    } catch (error) {
      // What was kept has gone bad, or an older page kept it: fetched again next time.
      if (error instanceof EngineError) await forget('vgg19');
      throw error;
    }
  }
  const counted = {
    signal: progress.signal,
    onBytes: (/** @type {number} */ loaded, /** @type {number | null} */ total) => progress.onBytes(loaded, total, say.fetching),
  };
  if (where !== 'here' && !consent) throw new FetchError(say.notHere);
  const bytes = where === 'here'
    ? await fetchBeside(counted) ?? await fetchWhole(BESIDE, say.fetching, progress)
    : await fetchFromHub(engine, consent, counted);
  let info;
  try {
    info = await give(engine, 'vgg19', bytes.slice(), false);
  } catch (error) {
    // Refused: the parts must not be found again either.
    await clearStaging();
    throw error instanceof EngineError ? new FetchError(say.refused(error.message)) : error;
  }
  await keepVgg(bytes);
  await clearStaging();
  return info;
}

/** Keeps it for the next visit, or says why it lasts for this one only. @param {Uint8Array<ArrayBuffer>} bytes */
async function keepVgg(bytes) {
  const done = await keep('vgg19', bytes);
  if (done !== 'kept') notice(() => say.notKept[done], { topic: 'network', stays: true });
}

/**
 * @param {Engine} engine
 * @param {string} key
 * @param {Uint8Array<ArrayBuffer> | (() => Promise<Uint8Array<ArrayBuffer>>)} source
 * @param {boolean} reuse whether a network with this key that the worker already holds will do
 * @returns {Promise<NetworkInfo>}
 */
async function give(engine, key, source, reuse) {
  if (reuse && engine.networkKey === key && engine.networkInfo) return engine.networkInfo;
  const bytes = typeof source === 'function' ? await source() : source;
  const info = /** @type {NetworkInfo} */ (await engine.request('network', { bytes: bytes.buffer }, [bytes.buffer]));
  engine.networkKey = key;
  engine.networkInfo = info;
  return info;
}

/**
 * @param {string} url @param {string} name @param {Progress} progress @param {RequestCache} [cache]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function fetchWhole(url, name, { signal, onBytes }, cache = 'default') {
  let loaded = 0;
  /** @type {number | null} */
  let total = null;
  const watch = watchFetch(signal);
  try {
    const response = await fetch(url, { cache, signal: watch.signal });
    if (!response.ok) throw new FetchError(name === 'Sketch' ? say.sketchMissing : say.answered(response.status));
    if (response.headers.get('content-type')?.includes('text/html')) throw new FetchError(say.html);
    const length = Number(response.headers.get('content-length'));
    total = length > 0 && !response.headers.get('content-encoding') ? length : null;
    return await bodyOf(response, (some) => {
      loaded = some;
      watch.heard();
      onBytes(some, total, name);
    });
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal.aborted) throw new FetchError(say.cancelled);
    if (name === 'Sketch') throw new FetchError(say.sketchMissing);
    throw new FetchError(loaded > 0 && total ? say.lost(loaded, total) : say.offline);
  } finally {
    watch.end();
  }
}
