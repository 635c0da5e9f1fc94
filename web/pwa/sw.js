/**
 * Makes the page work without a network. When the site is put together (crates/xtask/src/site.rs), the list of its files with their
 * SHA-256 is written before this. Files are kept under their checksums, so a new version fetches what changed and nothing else, and an
 * open page goes on with the version it began with. An engine is kept once it has been used; networks have a cache of their own.
 */

/** @typedef {{ waitUntil(work: Promise<unknown>): void, respondWith(answer: Promise<Response>): void, request: Request, data: any }} WorkerEvents */
/**
 * @typedef {object} Scope
 * @property {Record<string, string>} FILES path in the site: SHA-256 in hex
 * @property {{ scope: string }} registration
 * @property {{ claim(): Promise<void> }} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(type: string, listener: (event: WorkerEvents) => void) => void} addEventListener
 */
const worker = /** @type {Scope} */ (/** @type {unknown} */ (self));
const { FILES } = worker;
const CACHES = { shell: 'pastiche-shell', weights: 'pastiche-weights' };
const home = new URL(worker.registration.scope);

/** Isolation, which a plain static host does not send, lets the engine share memory between threads. */
const HEADERS = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin' };

const cacheOf = (/** @type {string} */ path) => caches.open(path.startsWith('weights/') ? CACHES.weights : CACHES.shell);
const keyOf = (/** @type {string} */ path) => new URL(`${path}?sha256=${FILES[path]}`, home).href;
/** @param {string} path whether it waits until somebody uses it */
const onUse = (path) => path.startsWith('engine/');

/** Fetches a file of this version and checks it. @param {string} path @returns {Promise<Response>} */
async function fetchChecked(path) {
  const response = await fetch(new URL(path, home), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  // The host is between two versions: better the old page whole than the new one in pieces.
  if (Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') !== FILES[path]) throw new Error(`${path} is of another version`);
  return new Response(bytes, { headers: { ...HEADERS, 'content-type': response.headers.get('content-type') ?? '', 'content-length': String(bytes.byteLength) } });
}

/** Keeps a file of this version, unless it is kept already. @param {string} path */
async function hold(path) {
  const cache = await cacheOf(path);
  if (!await cache.match(keyOf(path))) await cache.put(keyOf(path), await fetchChecked(path));
}

/** A file of this version, kept if that can be: storage that is refused or full does not hold up the page. @param {string} path @returns {Promise<Response>} */
async function answer(path) {
  const cache = await cacheOf(path).catch(() => null);
  const kept = await cache?.match(keyOf(path)).catch(() => undefined);
  if (kept) return kept;
  const made = await fetchChecked(path);
  await cache?.put(keyOf(path), made.clone()).catch(() => {});
  return made;
}

/** The paths that are kept in any version. */
async function keptPaths() {
  const keys = await Promise.all(Object.values(CACHES).map(async (name) => (await caches.open(name)).keys()));
  return new Set(keys.flat().map(({ url }) => new URL(url).pathname.slice(home.pathname.length)));
}

async function install() {
  const before = await keptPaths();
  const wanted = Object.keys(FILES).filter((path) => !onUse(path) || before.has(path));
  // A few at a time: the page itself may still be loading.
  const queue = [...wanted];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let path = queue.shift(); path; path = queue.shift()) await hold(path);
  }));
}

/** What no version in use needs goes. */
async function activate() {
  const wanted = new Set(Object.keys(FILES).map(keyOf));
  for (const name of Object.values(CACHES)) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  }
  await worker.clients.claim();
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
  // The engine that the page started before there was anybody to keep it.
  const { keep } = event.data;
  if (!Array.isArray(keep)) return;
  // The first of these folders that the site has.
  const files = keep.map((folder) => Object.keys(FILES).filter((path) => path.startsWith(folder))).find(({ length }) => length > 0) ?? [];
  event.waitUntil(Promise.all(files.map(hold)).catch(() => {}));
});
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return;
  const path = url.pathname.slice(home.pathname.length) || 'index.html';
  if (path in FILES) event.respondWith(answer(path).catch(() => Response.error()));
});
