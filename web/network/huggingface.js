/**
 * VGG-19 straight from its public home: torchvision's weights as timm publishes them, 548 MB of which the convolutions in use are 60.
 * safetensors lists its tensors by offset in its header, so only those ranges are asked for. Every tensor is checked by the engine as
 * it arrives, kept aside when it passes, and found there again after an interruption; only the whole is promoted.
 */

/** @import { Engine } from '../engine/client.js' */
/** @import { Consent } from './consent.js' */
/** @import { TensorRange } from '../types' */
import { EngineError } from '../engine/client.js';
import { FetchError, fetchRange } from './range-fetch.js';
import { assertConsent } from './consent.js';
import { openDownloadFrame } from './download-frame.js';
import { clearStaging, stage, staged } from './cache.js';
import { network as say } from '../i18n/en.js';

/** Parts in flight: enough to hide the round trips, few enough for a phone's memory. */
const AT_ONCE = 3;

/**
 * @param {Engine} engine started
 * @param {Consent | null} consent without one nothing is fetched
 * @param {{ signal: AbortSignal, onBytes: (loaded: number, total: number | null) => void }} options total null until the header has come
 * @returns {Promise<Uint8Array<ArrayBuffer>>} a complete, checked safetensors file in f16
 * @throws {FetchError} after which a resumable download finds its parts again, and any other has left nothing behind
 */
export async function fetchFromHub(engine, consent, { signal, onBytes }) {
  assertConsent(consent);
  const url = consent.address;
  /** @type {Map<string, number>} */
  const loaded = new Map();
  let total = 0;
  let accepted = 0;
  const sum = () => [...loaded.values()].reduce((a, b) => a + b, 0);
  const report = () => { if (total > 0) onBytes(sum(), total); };
  onBytes(0, null);
  const frame = await openDownloadFrame();
  if (!frame) throw new FetchError(say.offline, true);
  const through = frame.fetch;
  try {
    const first = await fetchRange(url, 0, 8, { signal, through });
    const headerLength = /** @type {number} */ (await engine.request('headerLength', { bytes: first }));
    const header = await fetchRange(url, 0, headerLength, { signal, through });
    await checkStaging(header);
    const ranges = /** @type {TensorRange[]} */ (await engine.request('downloadStart', { header }));
    total = ranges.reduce((bytes, range) => bytes + range.end - range.start, 0);
    report();

    const queue = [...ranges];
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const work = async () => {
      for (let range = queue.shift(); range; range = queue.shift()) {
        const { name, start, end } = range;
        const before = await staged(name);
        const bytes = before ?? await fetchRange(url, start, end, {
          signal: either, through, onBytes: (some) => { loaded.set(name, some); report(); },
        });
        await engine.request('downloadAccept', { name, bytes });
        if (!before) await stage(name, bytes);
        accepted += end - start;
        loaded.set(name, end - start);
        report();
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } catch (error) {
      stop.abort();
      throw error;
    }
    return await engine.request('downloadFinish');
  } catch (error) {
    if (error instanceof FetchError && error.resumable) {
      if (signal.aborted || total === 0) throw error;
      throw new FetchError(say.interrupted(accepted, total), true);
    }
    await clearStaging();
    if (error instanceof EngineError) throw new FetchError(say.refused(error.message));
    throw error;
  } finally {
    frame.close();
  }
}

/** Parts that belong to another version of the file are thrown away. @param {Uint8Array<ArrayBuffer>} header */
async function checkStaging(header) {
  const before = await staged('header');
  if (before && before.length === header.length && before.every((byte, i) => byte === header[i])) return;
  await clearStaging();
  await stage('header', header);
}
