/**
 * The worker that hosts the engine. It answers requests {id, type, ...} with {id, value} or {id, error}, and while a run is under way posts
 * events: progress, preview, kept, paused, finished, failed. Everything that touches the session takes turns, because wasm-bindgen refuses a
 * second call into an object whose first has not returned.
 */

/** @import { EngineModule, DownloadHandle, NetworkHandle } from '../types' */
import { probe, warmUp } from './benchmark.js';
import { holdLock } from './life-lock.js';
import { speakLanguage } from '../i18n/overlay.js';
import { inspectHandlers } from './inspect-handlers.js';
import { startEngine, threadsJoined } from './load-engine.js';
import { isIdle, runHandlers } from './run-loop.js';
import { yieldToMessages, explained, inTurn, need, post } from './worker-port.js';

/** @type {EngineModule | null} */
let engine = null;
/** @type {NetworkHandle | null} */
let network = null;
/** @type {DownloadHandle | null} */
let download = null;
/** Both. */
const parts = () => ({ engine: need(engine, 'an engine'), network: need(network, 'a network') });

/** The probe under way, and whether it may go on: anything else comes first. @type {Promise<unknown> | null} */
let probing = null;
let mayProbe = false;

async function endProbe() {
  mayProbe = false;
  await probing?.catch(() => {});
}

/** @template Order, Answer @param {(engine: EngineModule, network: NetworkHandle, order: Order, goOn: () => Promise<boolean>) => Promise<Answer>} work */
const whileIdle = (work) => async (/** @type {Order} */ order) => {
  await endProbe();
  if (!isIdle()) return null;
  mayProbe = true;
  const mine = work(need(engine, 'an engine'), need(network, 'a network'), order, async () => {
    await yieldToMessages();
    return mayProbe;
  });
  probing = mine;
  return mine;
};

/** @type {Record<string, (request: any) => unknown>} */
const handlers = {
  ping: () => null,
  start: async ({ engine: kind, threads, language, tile, wasm }) => {
    await speakLanguage(language);
    engine = null;
    const loaded = await startEngine(kind, threads, post, tile, wasm);
    ({ engine } = loaded);
    return loaded.started;
  },
  language: async ({ language }) => { await speakLanguage(language); return null; },
  joined: ({ count }) => { threadsJoined(count); return null; },
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
  probe: whileIdle(probe),
  warmUp: whileIdle(warmUp),
  ...runHandlers(async () => {
    await endProbe();
    return parts();
  }),
  ...inspectHandlers(parts, inTurn),
};

void holdLock().then((lock) => { if (lock) post({ event: 'locked', lock }); });

addEventListener('message', ({ data }) => {
  const { id, type, ...request } = data;
  const handler = handlers[type];
  void (async () => {
    try {
      if (!handler) throw new TypeError(`The worker knows no request "${type}".`);
      const value = await handler(request);
      post({ id, value }, value instanceof Uint8Array ? [value.buffer] : []);
    } catch (error) {
      const { code, fatal, held, sentence } = explained(error);
      post({ id, error: sentence, code, fatal, held });
    }
  })();
});

/** An error that nobody has caught: whoever waits for what it ended is never answered, so the worker must go. @param {unknown} error */
function postEscaped(error) {
  const { code, held, sentence } = explained(error);
  post({ event: 'failed', message: sentence, code, fatal: true, held, report: null });
}

addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  postEscaped(event.reason);
});

addEventListener('error', (event) => {
  event.preventDefault();
  postEscaped(event.error ?? new TypeError(event.message));
});
