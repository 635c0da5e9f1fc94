// The download of VGG-19 from its public home: nothing is fetched that was not agreed to.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

/** @import { Engine } from "../../web/engine/client.js" */
/** @import { Consent } from "../../web/network/consent.js" */
/** @import { NetworkId } from "../../web/types" */

// What modules of the page look at as they are loaded. Newer versions of Node have one.
globalThis.navigator ??= /** @type {any} */ ({ onLine: true, languages: ["en"] });
const { fetchFromHub } = await import("../../web/network/huggingface.js");
const { loadNetwork } = await import("../../web/network/load.js");

/** An engine that must not be asked, and a page that has only its own server, without VGG-19. */
function setting() {
  /** @type {string[]} */
  const asked = [];
  Object.assign(globalThis, {
    document: { baseURI: "http://page.test/", createElement: (/** @type {string} */ tag) => asked.push(`element ${tag}`) },
    fetch: async (/** @type {string} */ url, /** @type {RequestInit} */ { method = "GET" } = {}) => {
      if (method !== "HEAD") asked.push(`${method} ${url}`);
      return new Response(null, { status: 404 });
    },
  });
  const engine = /** @type {Engine} */ (/** @type {unknown} */ ({ request: async (/** @type {string} */ type) => asked.push(`request ${type}`), networkKey: null, networkInfo: null }));
  const progress = { signal: new AbortController().signal, onBytes() {} };
  return { asked, engine, progress };
}

describe("the download from the public home", () => {
  for (const [what, consent] of /** @type {[string, Consent | null][]} */ ([
    ["without consent", null],
    ["with something that looks like it", { address: "https://huggingface.co/timm/vgg19.tv_in1k/resolve/main/model.safetensors" }],
  ])) {
    test(`${what} fetches nothing`, async () => {
      const { asked, engine, progress } = setting();
      await assert.rejects(fetchFromHub(engine, consent, progress), /not agreed/);
      assert.deepEqual(asked, []);
      await assert.rejects(loadNetwork(engine, "vgg19", progress, { consent }));
      assert.deepEqual(asked, []);
    });
  }

  for (const id of ["vgg19 ", "VGG19", "", "__proto__", "https://example.org/"]) {
    test(`a network called ${JSON.stringify(id)} is none`, async () => {
      const { asked, engine, progress } = setting();
      await assert.rejects(loadNetwork(engine, /** @type {NetworkId} */ (id), progress), /no network/);
      assert.deepEqual(asked, []);
    });
  }
});
