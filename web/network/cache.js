/**
 * What is kept on this machine: whole checked networks for good, and the accepted parts of a download until it is whole.
 * The Cache API exists in secure contexts only, and a browser may refuse it, have no room or not answer: then everything lasts as long as
 * the page. Nothing here fails for that.
 */

/** @typedef {'kept' | 'full' | 'refused'} Kept whether something outlasts the page, or why not */

const KEPT = 'pastiche-networks';
const STAGING = 'pastiche-staging';
/** Until a browser that does not answer is given up, in milliseconds: for a look, and for tens of megabytes on a slow disk. */
const LOOKING = 5_000;
const READING = 30_000;

/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const memory = new Map();

/** The browser did not answer once: it is not asked again. */
let isSilent = false;

/** @param {string} name */
const address = (name) => new URL(`kept/${encodeURIComponent(name)}`, document.baseURI).href;

/** @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
export function kept(name) {
  return read(KEPT, name);
}

/** @param {string} name @returns {Promise<boolean>} */
export async function isKept(name) {
  if (memory.has(`${KEPT} ${name}`)) return true;
  return ask(LOOKING, async (caches) => (await caches.match(address(name), { cacheName: KEPT })) !== undefined).catch(() => false);
}

/**
 * Keeps a whole network that has passed every check, and asks the browser not to sweep it away.
 * @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Kept>}
 */
export async function keep(name, bytes) {
  const done = await write(KEPT, name, bytes);
  await navigator.storage?.persist?.().catch(() => false);
  return done;
}

/** @param {string} name */
export async function forget(name) {
  memory.delete(`${KEPT} ${name}`);
  await ask(LOOKING, async (caches) => (await caches.open(KEPT)).delete(address(name))).catch(() => {});
}

/** @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
export function staged(name) {
  return read(STAGING, name);
}

/** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
export async function stage(name, bytes) {
  await write(STAGING, name, bytes);
}

export async function clearStaging() {
  for (const key of memory.keys()) if (key.startsWith(STAGING)) memory.delete(key);
  await ask(LOOKING, (caches) => caches.delete(STAGING)).catch(() => {});
}

/** @param {string} cache @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
async function read(cache, name) {
  const here = memory.get(`${cache} ${name}`);
  // A copy: who takes it may hand it to a worker, and leave nothing behind.
  if (here) return here.slice();
  return ask(READING, async (caches) => {
    const response = await caches.match(address(name), { cacheName: cache });
    return response ? new Uint8Array(await response.arrayBuffer()) : null;
  }).catch(() => null);
}

/** @param {string} cache @param {string} name @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Kept>} */
async function write(cache, name, bytes) {
  try {
    await ask(READING, async (caches) => (await caches.open(cache)).put(address(name), new Response(bytes, { headers: { 'content-type': 'application/octet-stream' } })));
    return 'kept';
  } catch (error) {
    memory.set(`${cache} ${name}`, bytes);
    return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'refused';
  }
}

/**
 * @template T @param {number} milliseconds @param {(caches: CacheStorage) => Promise<T>} act
 * @returns {Promise<T>} rejected as well where there is no cache, or it does not answer in time
 */
async function ask(milliseconds, act) {
  // Where it is refused, some browsers throw at the mere name.
  if (isSilent || !globalThis.caches) throw new Error('no cache');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => {
      isSilent = true;
      reject(new Error('the cache does not answer'));
    }, milliseconds);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([act(globalThis.caches), end]));
  } finally {
    clearTimeout(timer);
  }
}
