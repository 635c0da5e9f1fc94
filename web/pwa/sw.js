/**
 * Makes the page work without a network. When the site is put together (crates/xtask/src/site.rs), the list of its files with their
 * SHA-256 is written before this. Files are kept under their checksums, so a new version fetches what changed and nothing else, and an
 * open page goes on with the version it began with: which one that is, is written down when another takes over, and its files stay until no page
 * uses them any more. An engine is kept once it has been used, and so is the talk's recorded demonstration; networks have a cache of their own.
 */

/** @typedef {Record<string, string>} Files path in the site: SHA-256 in hex */
/** @typedef {{ id: string, postMessage(message: unknown): void }} Client */
/** @typedef {{ waitUntil(work: Promise<unknown>): void, respondWith(answer: Promise<Response>): void, request: Request, data: any, clientId: string, source: Client | null }} WorkerEvents */
/**
 * @typedef {object} Scope
 * @property {Files} FILES
 * @property {{ scope: string }} registration
 * @property {{ claim(): Promise<void>, matchAll(options: { includeUncontrolled: boolean, type: string }): Promise<Client[]> }} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(type: string, listener: (event: WorkerEvents) => void) => void} addEventListener
 */
/** @typedef {{ current: string, pages: Record<string, string> }} Versions the one that rules, and those of the pages and their workers that began with another */
const worker = /** @type {Scope} */ (/** @type {unknown} */ (self));
const { FILES } = worker;
const CACHES = { shell: 'pastiche-shell', weights: 'pastiche-weights' };
/** The lists of the versions that are in use, and who uses which. */
const VERSIONS = 'pastiche-versions';
const home = new URL(worker.registration.scope);

/** Isolation, which a plain static host does not send, lets the engine share memory between threads. */
const HEADERS = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin' };

const cacheOf = (/** @type {string} */ path) => caches.open(path.startsWith('weights/') ? CACHES.weights : CACHES.shell);
const keyOf = (/** @type {string} */ path, /** @type {Files} */ files) => new URL(`${path}?sha256=${files[path]}`, home).href;
/** @param {string} path whether it waits until somebody uses it */
const onUse = (path) => path.startsWith('engine/') || path.startsWith('web/talk/recorded/');

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
const sha256 = async (bytes) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
/** The name of this version. */
const own = sha256(new TextEncoder().encode(JSON.stringify(FILES)));

/** Fetches a file of a version and checks it. @param {string} path @param {Files} files @returns {Promise<Response>} */
async function fetchChecked(path, files) {
  // What the browser's own cache has may be damaged.
  for (const cache of ['no-cache', 'reload']) {
    const response = await fetch(new URL(path, home), { cache: /** @type {RequestCache} */ (cache) });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const bytes = await response.arrayBuffer();
    if (await sha256(bytes) === files[path]) {
      return new Response(bytes, { headers: { ...HEADERS, 'content-type': response.headers.get('content-type') ?? '', 'content-length': String(bytes.byteLength) } });
    }
  }
  // The host is between two versions: better the old page whole than the new one in pieces.
  throw new Error(`${path} is of another version`);
}

/** Keeps a file of a version, unless it is kept already. @param {string} path @param {Files} [files] */
async function hold(path, files = FILES) {
  const cache = await cacheOf(path);
  if (!await cache.match(keyOf(path, files))) await cache.put(keyOf(path, files), await fetchChecked(path, files));
}

/** A file of a version, kept if that can be: storage that is refused or full does not hold up the page. @param {string} path @param {Files} [files] @returns {Promise<Response>} */
async function fileOf(path, files = FILES) {
  const cache = await cacheOf(path).catch(() => null);
  const kept = await cache?.match(keyOf(path, files)).catch(() => undefined);
  if (kept) return kept;
  const made = await fetchChecked(path, files);
  await cache?.put(keyOf(path, files), made.clone()).catch(() => {});
  return made;
}

/** @param {string} name @returns {Promise<any>} null if there is none */
async function readJson(name) {
  const kept = await (await caches.open(VERSIONS)).match(new URL(name, home));
  return kept ? kept.json() : null;
}

/** @param {string} name @param {unknown} value */
async function writeJson(name, value) {
  await (await caches.open(VERSIONS)).put(new URL(name, home), new Response(JSON.stringify(value)));
}

/** @type {Versions | null} */
let known = null;

/** @returns {Promise<Versions>} */
async function versions() {
  known ??= await readJson('versions') ?? { current: await own, pages: {} };
  return /** @type {Versions} */ (known);
}

/** The files of the version that a page began with. @param {string | undefined} client its id @returns {Promise<Files>} */
async function filesOf(client) {
  const version = client && (await versions()).pages[client];
  return (version && (await readJson(version))?.files) || FILES;
}

/** What no version in use needs goes, and pages that are gone are forgotten. */
async function tidy() {
  const { pages } = await versions();
  const open = new Set((await worker.clients.matchAll({ includeUncontrolled: true, type: 'all' })).map(({ id }) => id));
  const left = Object.fromEntries(Object.entries(pages).filter(([id]) => open.has(id)));
  known = { current: await own, pages: left };
  await writeJson('versions', known);
  const used = new Set([await own, ...Object.values(left)]);
  const cache = await caches.open(VERSIONS);
  /** @type {Set<string>} */
  const wanted = new Set();
  const { time = 0 } = await readJson(await own) ?? {};
  for (const { url } of await cache.keys()) {
    const name = url.slice(home.href.length);
    if (name === 'versions') continue;
    const version = await readJson(name);
    // A newer one is being fetched.
    if (used.has(name) || version.time > time) for (const path of Object.keys(version.files)) wanted.add(keyOf(path, version.files));
    else await cache.delete(url);
  }
  for (const path of Object.keys(FILES)) wanted.add(keyOf(path, FILES));
  for (const name of Object.values(CACHES)) {
    const files = await caches.open(name);
    for (const request of await files.keys()) if (!wanted.has(request.url)) await files.delete(request);
  }
}

/** The paths that are kept in any version. */
async function keptPaths() {
  const keys = await Promise.all(Object.values(CACHES).map(async (name) => (await caches.open(name)).keys()));
  return new Set(keys.flat().map(({ url }) => new URL(url).pathname.slice(home.pathname.length)));
}

async function install() {
  await writeJson(await own, { time: Date.now(), files: FILES });
  const before = await keptPaths();
  const wanted = Object.keys(FILES).filter((path) => !onUse(path) || before.has(path));
  // A few at a time: the page itself may still be loading.
  const queue = [...wanted];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let path = queue.shift(); path; path = queue.shift()) await hold(path);
  }));
}

/** Pages that are open go on with the version they began with. */
async function activate() {
  known = null;
  const { current, pages } = await versions();
  if (current !== await own) for (const { id } of await worker.clients.matchAll({ includeUncontrolled: true, type: 'all' })) pages[id] ??= current;
  await tidy();
  await worker.clients.claim();
}

/**
 * @param {WorkerEvents} event @param {string} path
 * @param {string | null} version of the page whose worker asks for its first file
 * @returns {Promise<Response>}
 */
async function answer({ request, clientId }, path, version) {
  if (request.mode === 'navigate') return path in FILES ? fileOf(path) : fetch(request);
  // Without storage there is one version: this one.
  const files = await filesOfPage(clientId, version).catch(() => FILES);
  return path in files ? fileOf(path, files) : fetch(request);
}

/** @param {string} client @param {string | null} version of the page whose worker asks for its first file @returns {Promise<Files>} */
async function filesOfPage(client, version) {
  const { pages } = await versions();
  if (version && version !== await own && pages[client] !== version && await readJson(version)) {
    pages[client] = version;
    await writeJson('versions', { current: await own, pages });
  }
  return filesOf(client);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting();
  // A page asks which version it is of, for its workers.
  const { source } = event;
  if (event.data.version && source) event.waitUntil(versions().then(async ({ pages }) => source.postMessage({ version: pages[source.id] ?? await own })));
  // The engine that the page started before there was anybody to keep it.
  // Pages of earlier versions name one folder.
  const keep = typeof event.data.keep === 'string' ? [event.data.keep] : event.data.keep;
  if (!Array.isArray(keep)) return;
  event.waitUntil(filesOf(event.source?.id).then((files) => {
    // The first of these folders that the site has.
    const found = keep.map((folder) => Object.keys(files).filter((path) => path.startsWith(folder))).find(({ length }) => length > 0) ?? [];
    return Promise.all(found.map((path) => hold(path, files)));
  }).catch(() => {}));
});
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return;
  const path = url.pathname.slice(home.pathname.length) || 'index.html';
  // Of no version, as far as that is known by now.
  if (!(path in FILES) && known && Object.keys(known.pages).length === 0 && !url.searchParams.has('version')) return;
  event.respondWith(answer(event, path, url.searchParams.get('version')).catch(() => Response.error()));
  if (event.request.mode === 'navigate') event.waitUntil(versions().then(({ pages }) => (Object.keys(pages).length > 0 ? tidy() : null)).catch(() => {}));
});
