/**
 * VGG-19 as the host of the page put it beside the page: 15 MB, fetched in parts that are kept aside as they come, where the host
 * answers ranges, so that a lost connection costs one part; in one go where it does not.
 */

import { asset, embeddedSize, isSingleFile } from '../app/asset.js';
import { FetchError, fetchRange } from './range-fetch.js';
import { stage, staged } from './cache.js';
import { network as say } from '../i18n/en.js';

/** @typedef {{ length: number, ranges: boolean, version: string }} Found */

/** Bytes of a part: four of them for VGG-19, each a second or so on a slow line. */
const PART = 4 * 2 ** 20;
const PATH_BESIDE = 'weights/vgg19.safetensors';
const URL_BESIDE = asset(PATH_BESIDE);

/** What the page that is one file carries. @returns {Found | null} */
function embedded() {
  const length = embeddedSize(PATH_BESIDE);
  return length === null ? null : { length, ranges: false, version: '' };
}

/** @type {Promise<Found | null> | null} */
let found = null;

/** @returns {Promise<Found | null>} null when there is none, or a page that says so */
export function findBeside() {
  found ??= isSingleFile ? Promise.resolve(embedded()) : fetch(URL_BESIDE, { method: 'HEAD', signal: AbortSignal.timeout(10_000) }).then(({ ok, headers }) => {
    if (!ok || (headers.get('content-type') ?? '').includes('text/html')) return null;
    const length = Number(headers.get('content-length'));
    return {
      length,
      ranges: headers.get('accept-ranges') === 'bytes' && length > 0 && !headers.get('content-encoding'),
      version: headers.get('etag') ?? headers.get('last-modified') ?? '',
    };
  }, () => null);
  return found;
}

/**
 * @param {{ signal: AbortSignal, onBytes: (loaded: number, total: number) => void }} progress
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null when the host answers no ranges, and the file must come in one go
 * @throws {FetchError}
 */
export async function fetchBeside({ signal, onBytes }) {
  const file = await findBeside();
  if (!file?.ranges) return null;
  const whole = new Uint8Array(file.length);
  let start = 0;
  try {
    for (; start < file.length; start += PART) {
      const end = Math.min(file.length, start + PART);
      const name = `beside ${file.version} ${file.length} ${start}`;
      const from = start;
      const before = await staged(name);
      const part = before ?? await fetchRange(URL_BESIDE, start, end, { signal, onBytes: (some) => onBytes(from + some, file.length) });
      if (!before) await stage(name, part);
      whole.set(part, start);
    }
  } catch (error) {
    if (error instanceof FetchError && error.message === say.noRanges) return null;
    if (error instanceof FetchError && error.resumable && !signal.aborted && start > 0) throw new FetchError(say.interrupted(start, file.length), true);
    throw error;
  }
  onBytes(file.length, file.length);
  return whole;
}
