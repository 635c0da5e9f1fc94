// What the address of the page asks for.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import "../lib/packages.mjs";

const { parseAddress } = await import("../../web/app/address.js");

const NOTHING = { engine: "auto", network: null, threads: null, lang: null, preset: null, settings: {}, paint: null, finish: null, open: [], notes: false, plan: null, step: null };

describe("the address", () => {
  for (const [address, asked] of /** @type {[string, Partial<ReturnType<typeof parseAddress>>][]} */ ([
    ["", {}],
    ["?engine=gpu&network=vgg19&threads=2&lang=de", { engine: "gpu", network: "vgg19", threads: 2, lang: "de" }],
    ["?preset=bold-strokes&size=256&iterations=90", { preset: "bold-strokes", settings: { size: 256, evaluations: 90 } }],
    ["?paint=canal,wind&finish=384", { paint: ["canal", "wind"], finish: 384 }],
    ["?paint", { paint: [] }],
    ["?talk#gram", { open: ["talk"], step: "gram" }],
    ["?learn", { open: ["learn"] }],
    ["?talk&plan=5#gram", { open: ["talk"], plan: 5, step: "gram" }],
    ["?talk=notes", { open: ["talk"], notes: true }],
    // Damaged, or somebody else's: as if it were not there.
    ["?engine=quantum&network=vgg19%20&threads=-1&lang=%3Cb%3E", {}],
    ["?network=file", {}],
    ["?network=VGG19", {}],
    ["?threads=1e3&size=12.5&iterations=0x10", {}],
    ["?threads=9999999999&size=&iterations=many", {}],
    ["?size=0&finish=15", {}],
    ["?finish=4097&preset=../../etc", {}],
    [`?preset=${"x".repeat(61)}`, {}],
    ["?paint=canal,%3Cimg%3E,wind", { paint: ["canal", "wind"] }],
    ["?hub=https://example.org", {}],
    ["?__proto__=1&constructor=2#%3Cscript%3E", {}],
    ["?size=128&size=256", { settings: { size: 128 } }],
  ])) {
    test(JSON.stringify(address.length > 70 ? `${address.slice(0, 70)}…` : address), () => {
      const [search = "", hash = ""] = address.split("#");
      assert.deepEqual(parseAddress(search, hash && `#${hash}`), { ...NOTHING, ...asked });
    });
  }
});
