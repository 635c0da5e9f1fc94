/**
 * The worker that hosts the engine. It answers requests {id, type, ...} with {id, value} or {id, error}, and while painting posts
 * events: progress, preview, kept, finished, failed. Pausing is not stepping. Everything that touches the session takes turns, because
 * wasm-bindgen refuses a second call into an object whose first has not returned.
 */

/** @import { Answer, EngineKind, EngineModule, DownloadHandle, Job, NetworkHandle, SessionHandle, Step, WorkerEvent } from '../types' */
import { bundlesOf, isThreaded } from './bundles.js';
import { inspectHandlers } from './inspect-handlers.js';
import { probe } from './benchmark.js';
import { engine as say } from '../i18n/en.js';
import { speakFrom } from '../i18n/overlay.js';

/** A preview may cost at most this share of this worker's time, and comes at least once a second or once an iteration, whichever is rarer. */
const PREVIEW_SHARE = 1 / 10;
const PREVIEW_AT_MOST_EVERY = 100;
const PREVIEW_AT_LEAST_EVERY = 900;

/** @type {EngineModule | null} */
let engine = null;
/** @type {NetworkHandle | null} */
let network = null;
/** @type {DownloadHandle | null} */
let download = null;
/** @type {SessionHandle | null} */
let session = null;
/** @type {'idle' | 'painting' | 'paused' | 'stopping'} */
let doing = 'idle';
/** Resolves when a pause ends. @type {() => void} */
let wake = () => {};
/** Every how many evaluations an iterate is put aside for the page; 0: none. */
let keepEvery = 0;
/** Evaluations at which one is put aside besides. @type {number[]} */
let marks = [];
/** It pauses by itself after this one; 0: never. */
let until = 0;
/** Evaluations asked for so far in this session. */
let issued = 0;
/** The page's own number for it. */
let run = 0;

/** What the engine's panic hook left behind, without its place in the sources: after a panic only JavaScript still runs. */
function lastPanic() {
  const { pastichePanic = '' } = /** @type {{ pastichePanic?: string }} */ (globalThis);
  const [place = '', ...message] = pastichePanic.split('\n');
  return (message.join(' ').trim() || place.replace(/^panicked at /, '')).slice(0, 200);
}

/** @type {Promise<unknown>} */
let tail = Promise.resolve();
/** @template T @param {() => T | Promise<T>} work @returns {Promise<T>} */
function inTurn(work) {
  const turn = tail.then(work);
  tail = turn.catch(() => {});
  return turn;
}

/** @param {Answer | WorkerEvent} message @param {Transferable[]} [transfer] */
function post(message, transfer = []) {
  /** @type {{ postMessage(message: unknown, transfer: Transferable[]): void }} */ (/** @type {unknown} */ (self)).postMessage(message, transfer);
}

/** What a run has to say, with its number. @param {WorkerEvent} event @param {number} number @param {Transferable[]} [transfer] */
function postOf(event, number, transfer = []) {
  post(/** @type {WorkerEvent} */ ({ ...event, run: number }), transfer);
}

/** Lets waiting messages in: a task of its own, without the four milliseconds that nested timers cost. @returns {Promise<void>} */
function breathe() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); resolve(); };
    port2.postMessage(null);
  });
}

/** @template T @param {T | null} thing @param {string} what @returns {T} */
function need(thing, what) {
  if (thing === null) throw new Error(`The page asked for ${what} before there was one.`);
  return thing;
}

/** Fetches and instantiates an engine. @param {EngineKind} kind @param {string} [bundle] its folder @returns {Promise<EngineModule>} */
async function load(kind, bundle = kind) {
  const base = new URL(`../../engine/${bundle}/`, import.meta.url);
  let loaded;
  let bytes;
  try {
    loaded = /** @type {EngineModule} */ (await import(new URL('browser.js', base).href));
    bytes = await fetch(new URL('browser_bg.wasm', base));
    if (!bytes.ok || !bytes.body) throw new Error(bytes.statusText);
  } catch {
    throw Object.assign(new Error(say.missing(kind)), { code: 'missing' });
  }
  await loaded.default({ module_or_path: counted(bytes) });
  return loaded;
}

/** Told by the page how many threads have come. @type {(count: number) => void} */
let joined = () => {};

/** Has the page start the other threads, and makes one pool of all. @param {EngineModule} loaded @param {string} bundle @param {number} threads */
async function shareWork(loaded, bundle, threads) {
  const coming = new Promise((resolve) => { joined = resolve; });
  const { module, memory } = loaded.shared();
  post({ event: 'threads', script: new URL(`../../engine/${bundle}/browser.js`, import.meta.url).href, module, memory, count: threads - 1 });
  loaded.share_work(1 + await coming);
}

/** @param {EngineKind} kind @param {number} threads @param {string | null} language the module of its words */
async function start(kind, threads, language) {
  await speakFrom(language);
  engine = null;
  const bundles = bundlesOf(kind, threads);
  let bundle = '';
  for (bundle of bundles) {
    // A site may do without it, and a browser may have no room for memory that is shared; what the last one lacks is said.
    engine = await load(kind, bundle).catch((error) => {
      if (bundle === bundles.at(-1)) throw error;
      return null;
    });
    if (engine) break;
  }
  if (!engine) throw new Error(say.missing(kind));
  if (isThreaded(bundle)) await shareWork(engine, bundle, threads);
  const info = { ...JSON.parse(await engine.start()), bundle };
  const describe = JSON.parse(engine.describe());
  const settings = JSON.parse(engine.resolve_settings(describe.default_preset, '{}'));
  return { info, describe, settings };
}

/** The same response, with its bytes counted on the way. @param {Response} response */
function counted(response) {
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 && !response.headers.get('content-encoding') ? length : null;
  let loaded = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      post({ event: 'loading', loaded, total });
      controller.enqueue(chunk);
    },
  });
  return new Response(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).pipeThrough(counter), { headers: { 'content-type': 'application/wasm' } });
}

/**
 * Begins a painting, or goes on from a snapshot of one that had made `evaluation` evaluations.
 * Masks: in the order of the styles, null for a style without one.
 * @param {{ run: number, job: Job, content: Uint8Array, styles: Uint8Array[], start?: Uint8Array, snapshot?: Uint8Array, masks?: (Uint8Array | null)[], evaluation?: number, keepEvery: number, marks?: number[], until?: number }} request
 */
async function paint({ run: number, job, content, styles, start: from, snapshot, masks, evaluation = 0, keepEvery: every, marks: marked = [], until: last = 0 }) {
  await endProbe();
  if (doing !== 'idle') throw new Error('A painting is being made already. Stop it first.');
  const { Session } = need(engine, 'an engine');
  const net = need(network, 'a network');
  doing = 'painting';
  keepEvery = every;
  marks = marked;
  until = last;
  issued = evaluation;
  run = number;
  try {
    session?.free?.();
    session = null;
    session = await inTurn(() => snapshot
      ? Session.restore(net, JSON.stringify(job), content, styles, from, snapshot, masks)
      : Session.create(net, JSON.stringify(job), content, styles, from, masks));
  } catch (error) {
    doing = 'idle';
    throw error;
  }
  void work(session, number);
  return { width: session.width, height: session.height };
}

/** The probe under way, and whether it may go on: anything else comes first. @type {Promise<unknown> | null} */
let probing = null;
let mayProbe = false;

async function endProbe() {
  mayProbe = false;
  await probing?.catch(() => {});
}

/** @param {import('../types').ProbeOrder} order */
async function look(order) {
  await endProbe();
  if (doing !== 'idle') return null;
  mayProbe = true;
  const mine = probe(need(engine, 'an engine'), need(network, 'a network'), order, async () => {
    await breathe();
    return mayProbe;
  });
  probing = mine;
  return mine;
}

/** @param {SessionHandle} current @param {number} number of the run */
async function work(current, number) {
  let due = -Infinity;
  /** Steps go on while the device still has the preview to send: at most one, and whatever ends the steps waits for it. @type {Promise<void> | null} */
  let preview = null;
  /** @type {unknown} */
  let broken = null;
  try {
    if (issued === 0) await putAside(current);
    for (;;) {
      await breathe();
      while (doing === 'paused') await new Promise((resolve) => { wake = () => resolve(undefined); });
      if (broken) throw broken;
      if (doing === 'stopping') break;
      /** @type {Step} */
      const step = JSON.parse(await inTurn(() => current.step()));
      issued = step.issued_evaluation;
      postOf({ event: 'progress', step }, number);
      if (step.done || (keepEvery > 0 && issued % keepEvery === 0) || marks.includes(issued)) await putAside(current);
      if (step.done) {
        await preview;
        await show(current);
        doing = 'idle';
        postOf({ event: 'finished', report: await inTurn(() => current.report()) }, number);
        return;
      }
      if (issued === until && doing === 'painting') {
        doing = 'paused';
        await preview;
        await show(current);
        postOf({ event: 'paused' }, number);
      }
      // A painting that is being stopped has no time for a preview here: stopping shows one.
      if (!preview && performance.now() >= due && !isStopping()) {
        preview = show(current).then((cost) => {
          due = performance.now() + Math.min(PREVIEW_AT_LEAST_EVERY, Math.max(PREVIEW_AT_MOST_EVERY, cost / PREVIEW_SHARE));
        }, (error) => { broken = error; }).then(() => { preview = null; });
      }
    }
    await preview;
    doing = 'idle';
  } catch (error) {
    doing = 'idle';
    let report = null;
    try { report = fatal(error) ? null : current.report(); } catch { /* a session that broke has none */ }
    postOf({ event: 'failed', message: sentence(error), report }, number);
  } finally {
    ended();
  }
}

/** Behind a function, for the type checker takes `doing` for unchanged across an await. */
function isStopping() {
  return doing === 'stopping';
}

/** Resolves when the loop has left. @type {() => void} */
let ended = () => {};

/** @param {SessionHandle} current @returns {Promise<number>} milliseconds of this worker's time that it cost */
async function show(current) {
  const number = run;
  const [picture, report] = await Promise.all([photograph(current), inTurn(() => current.report())]);
  postOf({ event: 'preview', ...picture, report }, number, [picture.rgba.buffer]);
  return picture.milliseconds;
}

/** Only asking for it takes a turn. @param {SessionHandle} current */
async function photograph(current) {
  // In an array, lest the turn wait for the promise that it hands on.
  const [asked] = await inTurn(() => [current.picture()]);
  const painting = await asked;
  const { width, height, iteration, milliseconds } = painting;
  return { width, height, iteration, milliseconds, rgba: painting.into_rgba() };
}

/** Gives the page this iterate and all that is needed to go on from it. @param {SessionHandle} current */
async function putAside(current) {
  await inTurn(async () => {
    const snapshot = await current.snapshot();
    const painting = await current.picture();
    const { width, height, iteration } = painting;
    const rgba = painting.into_rgba();
    post({ event: 'kept', run, evaluation: issued, iteration, width, height, rgba, snapshot }, [rgba.buffer, snapshot.buffer]);
  });
}

async function stop() {
  const current = session;
  if (doing === 'painting' || doing === 'paused') {
    const left = new Promise((resolve) => { ended = () => resolve(undefined); });
    doing = 'stopping';
    wake();
    await left;
    if (current) await show(current);
  }
  return null;
}

async function pause() {
  if (doing === 'painting') {
    doing = 'paused';
    if (session) await show(session);
  }
  return null;
}

function resume() {
  if (doing === 'paused') doing = 'painting';
  wake();
  return null;
}

/** @type {Record<string, (request: any) => unknown>} */
const handlers = {
  start: ({ engine: kind, threads, language }) => start(kind, threads, language),
  language: async ({ module }) => { await speakFrom(module); return null; },
  joined: ({ count }) => { joined(count); return null; },
  resolve: ({ preset, json }) => JSON.parse(need(engine, 'an engine').resolve_settings(preset, json)),
  network: async ({ bytes }) => {
    await endProbe();
    const fresh = need(engine, 'an engine').Network.read(new Uint8Array(bytes));
    network?.free();
    network = fresh;
    return JSON.parse(fresh.info());
  },
  networkFile: () => need(network, 'a network').file(),
  headerLength: ({ bytes }) => need(engine, 'an engine').Download.header_length(bytes),
  downloadStart: ({ header }) => {
    download?.free();
    download = null;
    download = new (need(engine, 'an engine').Download)(header);
    return JSON.parse(download.ranges());
  },
  downloadAccept: ({ name, bytes }) => { need(download, 'a download').accept(name, bytes); return null; },
  downloadFinish: () => {
    const whole = need(download, 'a download').finish();
    download?.free();
    download = null;
    return whole;
  },
  plan: ({ request }) => JSON.parse(need(engine, 'an engine').plan(need(network, 'a network'), JSON.stringify(request))),
  probe: look,
  paint,
  pause,
  resume,
  stop,
  set: ({ settings }) => inTurn(() => { session?.set(JSON.stringify(settings)); return null; }),
  picture: async () => { await show(need(session, 'a painting')); return null; },
  report: () => inTurn(() => JSON.parse(need(session, 'a painting').report())),
  keep: async () => { if (session) await putAside(session); return null; },
  keepEvery: ({ every }) => { keepEvery = every; return null; },
  ...inspectHandlers(() => ({ engine: need(engine, 'an engine'), network: need(network, 'a network') }), inTurn),
};

/** @param {unknown} error a trap leaves the module in an unknown state: the worker must go */
function fatal(error) {
  return error instanceof WebAssembly.RuntimeError || lastPanic() !== '' || (error instanceof RangeError && /memory/i.test(error.message));
}

/** @param {unknown} error @returns {string} */
function sentence(error) {
  const text = error instanceof Error ? error.message : String(error);
  if (/out of memory|memory allocation|memory\.grow|out of bounds memory|OutOfMemory/i.test(`${text} ${lastPanic()}`)) return say.outOfMemory;
  if (fatal(error)) return lastPanic() ? say.crashedWith(lastPanic()) : say.crashed;
  return text;
}

addEventListener('message', ({ data }) => {
  const { id, type, ...request } = data;
  const handler = handlers[type];
  void (async () => {
    try {
      if (!handler) throw new Error(`The worker knows no request "${type}".`);
      const value = await handler(request);
      post({ id, value }, value instanceof Uint8Array ? [value.buffer] : []);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      post({ id, error: sentence(error), code, fatal: fatal(error) });
    }
  })();
});

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  // Of whatever is under way: the worker may not have heard of it yet.
  post({ event: 'failed', message: sentence(event.reason), report: null });
});
