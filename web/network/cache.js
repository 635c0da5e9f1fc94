/**
 * What is kept on this machine: whole checked networks for good, and the accepted parts of a download until it is whole.
 * The Cache API exists in secure contexts only; elsewhere everything lasts as long as the page.
 */

const KEPT = 'pastiche-networks';
const STAGING = 'pastiche-staging';

/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const memory = new Map();

/** @param {string} name */
const address = (name) => new URL(`kept/${encodeURIComponent(name)}`, document.baseURI).href;

/** @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
export function kept(name) {
  return read(KEPT, name);
}

/** @param {string} name @returns {Promise<boolean>} */
export async function isKept(name) {
  if (memory.has(`${KEPT} ${name}`)) return true;
  if (!globalThis.caches) return false;
  return (await caches.match(address(name), { cacheName: KEPT })) !== undefined;
}

/**
 * Keeps a whole network that has passed every check, and asks the browser not to sweep it away.
 * @param {string} name @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function keep(name, bytes) {
  await write(KEPT, name, bytes);
  await navigator.storage?.persist?.().catch(() => false);
}

/** @param {string} name */
export async function forget(name) {
  memory.delete(`${KEPT} ${name}`);
  if (globalThis.caches) await (await caches.open(KEPT)).delete(address(name));
}

/** @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
export function staged(name) {
  return read(STAGING, name);
}

/** @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
export function stage(name, bytes) {
  return write(STAGING, name, bytes);
}

export async function clearStaging() {
  for (const key of memory.keys()) if (key.startsWith(STAGING)) memory.delete(key);
  if (globalThis.caches) await caches.delete(STAGING);
}

/** @param {string} cache @param {string} name */
async function read(cache, name) {
  const here = memory.get(`${cache} ${name}`);
  if (here) return here;
  if (!globalThis.caches) return null;
  const response = await caches.match(address(name), { cacheName: cache });
  return response ? new Uint8Array(await response.arrayBuffer()) : null;
}

/** @param {string} cache @param {string} name @param {Uint8Array<ArrayBuffer>} bytes */
async function write(cache, name, bytes) {
  try {
    if (!globalThis.caches) throw new Error('no Cache API outside secure contexts');
    await (await caches.open(cache)).put(address(name), new Response(bytes, { headers: { 'content-type': 'application/octet-stream' } }));
  } catch {
    // No room, or no cache at all: it lasts as long as the page does.
    memory.set(`${cache} ${name}`, bytes);
  }
}
