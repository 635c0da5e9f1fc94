/** In the worker: an engine's bundle is fetched, instantiated, given its threads and started. */

/** @import { EngineKind, EngineModule, Started, Tile, WorkerEvent } from '../types' */
import { asset } from '../app/asset.js';
import { checksumOf, forgetFile, sha256 } from '../app/checksums.js';
import { isOutOfMemory } from '../app/errors.js';
import { engine as say } from '../i18n/en.js';
import { bundlesOf, isThreaded } from './bundles.js';

/** @typedef {(event: WorkerEvent) => void} Post sends to the page */

/** The page's answer to the event `threads`: how many have come. @type {(count: number) => void} */
let joined = () => {};

/** Of an engine on the CPU that has a memory of its own: of one on a graphics device it says little. @type {WebAssembly.Memory | null} */
let memory = null;

/** @returns {number | null} bytes that the engine's memory has come to; null where that is not known */
export const memoryBytes = () => memory?.buffer.byteLength ?? null;

/** @param {number} count */
export function threadsJoined(count) {
  joined(count);
}

/**
 * @param {EngineKind} kind @param {number} threads @param {Post} post
 * @param {Tile | null} tile that was chosen before @param {Blob} [wasm] the engine's, of the page that is one file
 * @returns {Promise<{ engine: EngineModule, started: Started }>}
 */
export async function startEngine(kind, threads, post, tile, wasm) {
  /** @type {EngineModule | null} */
  let engine = null;
  const bundles = bundlesOf(kind, threads);
  let bundle = '';
  for (bundle of bundles) {
    // A site may do without it, and a browser may have no room for memory that is shared; what the last one lacks is said.
    engine = await load(kind, bundle, post, wasm).catch((error) => {
      if (bundle === bundles.at(-1)) throw error;
      return null;
    });
    if (engine) break;
  }
  if (!engine) throw missing(kind);
  if (isThreaded(bundle)) await shareWork(engine, bundle, threads, post);
  post({ event: 'stage', stage: 'opening' });
  const started = JSON.parse(await engine.start());
  const chosen = await engine.choose_tile(tile && tile.adapter === started.adapter ? tile.name : undefined);
  const info = { ...started, bundle, tile: chosen ?? null };
  const describe = JSON.parse(engine.describe());
  const settings = JSON.parse(engine.resolve_settings(describe.default_preset, '{}'));
  return { engine, started: { info, describe, settings } };
}

/** The engines that the page that is one file carries in this worker's own script (crates/xtask/src/single.rs). */
const { pasticheEngines: embedded } = /** @type {{ pasticheEngines?: Record<string, EngineModule> }} */ (globalThis);

/** Fetches and instantiates an engine. @param {EngineKind} kind @param {string} bundle its folder @param {Post} post @param {Blob} [wasm] @returns {Promise<EngineModule>} */
async function load(kind, bundle, post, wasm) {
  post({ event: 'stage', stage: 'fetching' });
  let loaded;
  try {
    loaded = embedded?.[bundle] ?? /** @type {EngineModule} */ (await import(asset(`engine/${bundle}/browser.js`)));
  } catch {
    throw missing(kind);
  }
  const exports = /** @type {{ memory?: WebAssembly.Memory }} */ (await loaded.default({ module_or_path: await fetchModule(kind, `engine/${bundle}/browser_bg.wasm`, post, wasm) }));
  memory = kind === 'cpu' ? exports.memory ?? null : null;
  return loaded;
}

/**
 * An engine's module, compiled while it comes and checked before any of it runs. One that is damaged is fetched once more, past every cache.
 * @param {EngineKind} kind @param {string} path @param {Post} post @param {Blob} [wasm] @returns {Promise<WebAssembly.Module>}
 */
async function fetchModule(kind, path, post, wasm) {
  // The page that is one file has no addresses.
  const url = wasm ? '' : asset(path);
  const expected = wasm ? null : checksumOf(path);
  for (const cache of /** @type {const} */ (['default', 'reload'])) {
    let bytes;
    try {
      bytes = wasm ? new Response(wasm) : await fetch(url, { cache });
      if (!bytes.ok || !bytes.body) throw new Error(bytes.statusText);
    } catch {
      throw missing(kind);
    }
    /** @type {BlobPart[] | null} */
    let whole = null;
    const counting = counted(bytes, post, (parts) => {
      whole = parts;
      post({ event: 'stage', stage: 'compiling' });
    });
    /** @type {unknown} */
    let failure = null;
    const compiled = await WebAssembly.compileStreaming(counting).catch((error) => { failure = error; return null; });
    // A connection that was lost in the middle.
    if (!whole) throw missing(kind);
    const sum = expected === null ? null : await sha256(await new Blob(whole).arrayBuffer());
    if (sum === null || sum === expected) {
      if (compiled) return compiled;
      throw failure instanceof WebAssembly.CompileError && !isOutOfMemory(failure) ? Object.assign(new Error(say.notStarted), { code: 'crash' }) : failure;
    }
    await forgetFile(url);
    post({ event: 'stage', stage: 'fetching' });
  }
  throw Object.assign(new Error(say.damaged(kind)), { code: 'damaged' });
}

/** @param {EngineKind} kind */
const missing = (kind) => Object.assign(new Error(say.missing(kind)), { code: 'missing' });

/** Has the page start the other threads, and makes one pool of all. @param {EngineModule} loaded @param {string} bundle @param {number} threads @param {Post} post */
async function shareWork(loaded, bundle, threads, post) {
  const coming = new Promise((resolve) => { joined = resolve; });
  const { module, memory } = loaded.shared();
  post({ event: 'threads', script: asset(`engine/${bundle}/browser.js`), module, memory, count: threads - 1 });
  loaded.share_work(1 + await coming);
}

/** The same response, with its bytes counted on the way. @param {Response} response @param {Post} post @param {(parts: BlobPart[]) => void} whole called once all have come */
function counted(response, post, whole) {
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 && !response.headers.get('content-encoding') ? length : null;
  let loaded = 0;
  /** @type {BlobPart[]} */
  const parts = [];
  const counter = new TransformStream({
    transform(chunk, controller) {
      parts.push(chunk);
      loaded += chunk.byteLength;
      post({ event: 'loading', loaded, total });
      controller.enqueue(chunk);
    },
    flush: () => whole(parts),
  });
  return new Response(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).pipeThrough(counter), { headers: { 'content-type': 'application/wasm' } });
}
