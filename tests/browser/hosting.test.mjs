// The page works wherever it is put, on hosts that send no headers of ours and on hosts that isolate it, and sends nothing anywhere.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { paint, waitFor } from "../lib/page.mjs";
import { ISOLATED } from "../lib/server.mjs";
import { notBuilt, ready, studio } from "./support.mjs";

for (const [what, site] of /** @type {const} */ ([
  ["under a path", { mount: "/people/someone/pastiche/" }],
  ["isolated from other origins", { headers: ISOLATED }],
])) {
  describe(`a page ${what}`, { skip: notBuilt("cpu") }, () => {
    const at = studio({ site });

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
