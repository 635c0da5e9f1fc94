/** Networks' bytes from a server, with progress, retries and sentences. Counts what came, for the report. */

import { after } from '../app/dom.js';
import { SentenceError } from '../app/errors.js';
import { network as say } from '../i18n/en.js';

/** Waits before the second and third try of a part, in milliseconds. */
const WAITS = [400, 1600];

/** A connection over which nothing comes for so long is given up, in milliseconds. */
const SILENCE = 30_000;

/** A sentence about a download; `resumable` when what arrived is kept and going on makes sense. */
export class FetchError extends SentenceError {
  /** @param {string} sentence @param {boolean} [resumable] */
  constructor(sentence, resumable = false) {
    super(sentence);
    this.resumable = resumable;
  }
}

let downloaded = 0;

/** Bytes of networks that came over the wire on this visit; what was kept on this machine costs nothing. */
export function downloadedBytes() {
  return downloaded;
}

/**
 * Ends a fetch over which nothing comes any more.
 * @param {AbortSignal | undefined} signal ends it as well
 * @returns {{ signal: AbortSignal, heard: () => void, end: () => void }} heard: bytes have come; end: it is over
 */
export function watchFetch(signal) {
  const silent = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), SILENCE);
  };
  heard();
  return { signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal, heard, end: () => clearTimeout(timer) };
}

/**
 * The body of a response, counted as it comes.
 * @param {Response} response
 * @param {(loaded: number) => void} onBytes bytes so far
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function bodyOf(response, onBytes) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  if (!reader) throw new FetchError(say.offline, true);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    loaded += value.byteLength;
    onBytes(loaded);
  }
  if (!fromBrowserCache(response.url)) downloaded += loaded;
  const whole = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Whether the browser had the last answer from this address at hand. Other hosts rarely let it be known, and are fetched afresh. @param {string} url */
function fromBrowserCache(url) {
  const entry = /** @type {PerformanceResourceTiming | undefined} */ (performance.getEntriesByName(url, 'resource').pop());
  return entry !== undefined && new URL(url).origin === location.origin && entry.transferSize === 0 && entry.decodedBodySize > 0;
}

/**
 * Bytes [start, end) of a file, tried three times.
 * @param {string} url
 * @param {number} start
 * @param {number} end
 * @param {{ signal?: AbortSignal, onBytes?: (loaded: number) => void, through?: typeof fetch }} [options] through: another way out than the page's own
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {FetchError}
 */
export async function fetchRange(url, start, end, { signal, onBytes = () => {}, through = fetch } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const watch = watchFetch(signal);
    try {
      // `no-store`: the whole is kept by us, and browsers' caches of parts differ.
      const response = await through(url, { headers: { range: `bytes=${start}-${end - 1}` }, cache: 'no-store', signal: watch.signal });
      if (response.headers.get('content-type')?.includes('text/html')) throw new FetchError(say.html);
      if (response.status >= 500 || response.status === 429) throw new TypeError(`status ${response.status}`);
      if (!response.ok) throw new FetchError(say.answered(response.status));
      if (response.status !== 206) {
        void response.body?.cancel();
        throw new FetchError(say.noRanges);
      }
      const bytes = await bodyOf(response, (loaded) => {
        watch.heard();
        onBytes(loaded);
      });
      if (bytes.byteLength !== end - start) throw new TypeError('the part was cut short');
      return bytes;
    } catch (error) {
      onBytes(0);
      if (error instanceof FetchError) throw error;
      if (signal?.aborted) throw new FetchError(say.paused, true);
      const wait = WAITS[attempt];
      if (wait === undefined) throw new FetchError(say.offline, true);
      await after(wait);
    } finally {
      watch.end();
    }
  }
}
