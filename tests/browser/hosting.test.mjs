// The page works wherever it is put, on hosts that send no headers of ours and on hosts that isolate it, and sends nothing anywhere.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { open, paint, waitFor, waitForError } from "../lib/page.mjs";
import { ISOLATED } from "../lib/server.mjs";
import { notBuilt, ready, setUp } from "./support.mjs";

for (const [what, site] of /** @type {const} */ ([
  ["under a path", { mount: "/people/someone/pastiche/" }],
  ["isolated from other origins", { headers: ISOLATED }],
])) {
  describe(`a page ${what}`, { skip: notBuilt("cpu") }, () => {
    const at = setUp({ site });

    test("paints, asks for nothing outside it, and everything that it asks for is there", async () => {
      await at.visit(async (page) => {
        /** @type {string[]} */
        const outside = [];
        /** @type {string[]} */
        const missing = [];
        page.on("request", (request) => {
          if (!request.url().startsWith(at.site.url) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
          if (request.method() !== "GET" && request.method() !== "HEAD") outside.push(`${request.method()} ${request.url()}`);
        });
        page.on("response", (response) => {
          // Whether the host put VGG-19 there is a question that may be answered with no; a browser asks for an icon by itself.
          if (response.status() >= 400 && !/vgg19\.safetensors|favicon\.ico/.test(response.url())) missing.push(response.url());
        });
        await ready(page, at.site.url);
        await paint(page);
        await waitFor(page, ["finished"]);
        assert.deepEqual(outside, []);
        assert.deepEqual(missing, []);
      });
    });
  });
}

describe("a page over plain http, from another machine", { skip: notBuilt("cpu") }, () => {
  const at = setUp({ flags: ["--host-resolver-rules=MAP other.test 127.0.0.1"] });

  for (const engine of ["auto", "cpu", "gpu"]) {
    test(`says of the engine "${engine}" that what is missing needs https`, async () => {
      await at.visit(async (page) => {
        await open(page, at.site.url.replace("127.0.0.1", "other.test"), { engine, network: "sketch" });
        assert.equal(await page.evaluate(() => isSecureContext), false);
        if (engine === "gpu") {
          assert.match(await waitForError(page), /https/);
          return;
        }
        await waitFor(page, ["ready"]);
        const why = (await page.textContent("#engine-why")) ?? "";
        if (engine === "auto") assert.match(why, /WebGPU[^.]*https/);
        if (await page.evaluate(() => navigator.hardwareConcurrency > 1)) assert.match(why, /One core[^.]*https/);
        assert.doesNotMatch(why, /no WebGPU|second visit/);
        await page.fill("#size", "32");
        await page.fill("#iterations", "4");
        await paint(page);
        await waitFor(page, ["finished"]);
      });
    });
  }
});
