// The service worker between two versions, on caches and windows made here: whoever began with a version is served from it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../web/pwa/sw.js", import.meta.url), "utf8");
const HOME = "https://example.test/pastiche/";
const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");

/** A browser that keeps what service workers keep, with one site that can change. */
function browser() {
  /** @type {Map<string, Map<string, Response>>} */
  const stores = new Map();
  const caches = {
    open: async (/** @type {string} */ name) => {
      const store = stores.get(name) ?? new Map();
      stores.set(name, store);
      const key = (/** @type {any} */ request) => String(request.url ?? request);
      return {
        match: async (/** @type {any} */ request) => store.get(key(request))?.clone(),
        put: async (/** @type {any} */ request, /** @type {Response} */ response) => void store.set(key(request), response),
        delete: async (/** @type {any} */ request) => store.delete(key(request)),
        keys: async () => [...store.keys()].map((url) => ({ url })),
      };
    },
  };
  /** @type {{ id: string, postMessage(message: any): void }[]} */
  const clients = [];
  /** @type {{ site: Record<string, string>, heard: any[] }} */
  const state = { site: {}, heard: [] };
  let time = 0;
  const open = (/** @type {string} */ id) => void clients.push({ id, postMessage: (/** @type {any} */ message) => state.heard.push({ id, ...message }) });
  const close = (/** @type {string} */ id) => void clients.splice(clients.findIndex((client) => client.id === id), 1);
  /** A worker of the site as it is now; `start` again is what browsers do to idle ones. @param {Record<string, string>} files path: text */
  const worker = (files) => {
    /** @type {Record<string, (event: any) => void>} */
    const listeners = {};
    const self = {
      FILES: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, sha256(text)])),
      registration: { scope: HOME },
      clients: { claim: async () => {}, matchAll: async () => clients },
      skipWaiting: async () => {},
      addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => { listeners[type] = listener; },
    };
    const fetch = async (/** @type {any} */ request) => {
      const path = new URL(request.url ?? request).pathname.slice(new URL(HOME).pathname.length);
      return path in state.site ? new Response(state.site[path]) : new Response("", { status: 404 });
    };
    vm.runInNewContext(SOURCE, { self, caches, crypto, fetch, URL, Response, TextEncoder, Uint8Array, Date: { now: () => ++time } });
    const dispatch = async (/** @type {string} */ type, /** @type {any} */ event = {}) => {
      /** @type {Promise<any>[]} */
      const work = [];
      /** @type {Promise<Response> | null} */
      let answer = null;
      listeners[type]?.({ waitUntil: (/** @type {Promise<any>} */ each) => work.push(each), respondWith: (/** @type {Promise<Response>} */ each) => { answer = each; }, ...event });
      const response = await /** @type {Promise<Response> | null} */ (/** @type {unknown} */ (answer));
      await Promise.all(work);
      return response && response.type !== "error" && response.ok ? response.text() : null;
    };
    return {
      install: () => dispatch("install"),
      activate: () => dispatch("activate"),
      message: (/** @type {string} */ id, /** @type {any} */ data) => dispatch("message", { data, source: clients.find((client) => client.id === id) }),
      /** @param {string} path @param {string} clientId @param {string} [mode] */
      get: (path, clientId, mode = "cors") => dispatch("fetch", { clientId, request: { method: "GET", mode, url: HOME + path } }),
    };
  };
  return { state, open, close, worker, kept: () => [...stores.values()].flatMap((store) => [...store.keys()]) };
}

describe("the service worker", () => {
  const ONE = { "index.html": "one", "web/main.js": "main one", "web/talk.js": "talk one", "web/same.js": "same", "engine/cpu/a.js": "engine one" };
  const TWO = { "index.html": "two", "web/main.js": "main two", "web/new.js": "new", "web/same.js": "same", "engine/cpu/a.js": "engine two" };

  async function updated() {
    const { state, ...rest } = browser();
    state.site = ONE;
    const one = rest.worker(ONE);
    await one.install();
    await one.activate();
    rest.open("old page");
    rest.open("its engine");
    await one.message("old page", { keep: ["engine/gpu/", "engine/cpu/"] });
    state.site = TWO;
    const two = rest.worker(TWO);
    await two.install();
    assert.equal(await one.get("web/talk.js", "old page"), "talk one", "before the new version has taken over");
    await two.activate();
    rest.open("new page");
    return { state, ...rest, two };
  }

  test("serves a page, and its workers, from the version it began with, also after the worker has slept", async () => {
    const { worker, two } = await updated();
    for (const now of [two, worker(TWO)]) {
      for (const client of ["old page", "its engine"]) {
        assert.equal(await now.get("web/main.js", client), "main one");
        assert.equal(await now.get("web/talk.js", client), "talk one", "which the host no longer has");
        assert.equal(await now.get("engine/cpu/a.js", client), "engine one");
      }
      assert.equal(await now.get("web/main.js", "new page"), "main two");
      assert.equal(await now.get("web/talk.js", "new page"), null);
      assert.equal(await now.get("", "old page", "navigate"), "two");
      assert.equal(await now.get("web/same.js", "new page"), "same");
    }
  });

  test("sends a page its version, by which a worker that it starts later is known", async () => {
    const { state, open, two } = await updated();
    for (const page of ["old page", "new page"]) await two.message(page, { version: true });
    const [older, newer] = state.heard.map(({ version }) => version);
    assert.notEqual(older, newer);
    open("late worker");
    assert.equal(await two.get(`web/main.js?version=${older}`, "late worker"), "main one");
    assert.equal(await two.get("web/talk.js", "late worker"), "talk one");
    open("newer worker");
    assert.equal(await two.get(`web/main.js?version=${newer}`, "newer worker"), "main two");
    assert.equal(await two.get("web/main.js?version=no-such", "stranger"), "main two");
  });

  test("deletes a version's files when nobody uses them, and not those of one that is still to come", async () => {
    const { state, close, open, worker, two, kept } = await updated();
    const has = (/** @type {string} */ text) => kept().some((url) => url.includes(sha256(text)));
    assert.ok(has("talk one") && has("main two"));
    close("old page");
    await two.get("", "", "navigate");
    assert.ok(has("talk one"), "its engine is still there");
    close("its engine");
    await two.get("", "", "navigate");
    assert.ok(!has("talk one") && !has("engine one") && has("main two") && has("same"));

    // A third version is fetched while the second takes over once more.
    open("page of two");
    state.site = { ...TWO, "web/main.js": "main three" };
    const three = worker(/** @type {Record<string, string>} */ (state.site));
    await three.install();
    await two.activate();
    assert.ok(has("main three"));
    await three.activate();
    assert.ok(has("main two"), "a page of two is open");
  });
});
