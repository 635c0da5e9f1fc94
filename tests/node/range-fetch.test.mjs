// Ranges of a file: what is asked for, what is tried again, and what is said.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { FetchError, fetchRange } from "../../web/network/range-fetch.js";

const ADDRESS = "https://example.org/network.safetensors";
const BYTES = Uint8Array.from({ length: 100 }, (_, n) => n);

/** @param {number} start @param {number} end */
const part = (start, end) => new Response(BYTES.slice(start, end), { status: 206 });

/**
 * A server that answers each request in turn; the last answer stays.
 * @param {(() => Response | Promise<Response>)[]} answers
 */
function server(...answers) {
  /** @type {{ range: string | null, cache: string | undefined }[]} */
  const asked = [];
  const through = /** @type {typeof fetch} */ (async (_, options) => {
    asked.push({ range: new Headers(options?.headers).get("range"), cache: options?.cache });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (!answer) throw new Error("The server has no answer.");
    return answer();
  });
  return { asked, through };
}

const lost = () => Promise.reject(new TypeError("network error"));

/** Lets the waits between two tries pass. @template T @param {Promise<T>} work @returns {Promise<T>} */
async function soon(work) {
  let over = false;
  const ended = () => { over = true; };
  work.then(ended, ended);
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(500);
  }
  return work;
}

describe("a range", () => {
  beforeEach(() => /** @type {any} */ (mock.timers).enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  test("is asked for with both ends included, past the browser's cache, and counted as it comes", async () => {
    const { asked, through } = server(() => part(10, 30));
    /** @type {number[]} */
    const counted = [];
    assert.deepEqual(await fetchRange(ADDRESS, 10, 30, { through, onBytes: (loaded) => counted.push(loaded) }), BYTES.slice(10, 30));
    assert.deepEqual(asked, [{ range: "bytes=10-29", cache: "no-store" }]);
    assert.equal(counted[counted.length - 1], 20);
  });

  for (const [what, answer] of /** @type {[string, () => Response | Promise<Response>][]} */ ([
    ["a lost connection", lost],
    ["a busy server", () => new Response("", { status: 503 })],
    ["too many requests", () => new Response("", { status: 429 })],
    ["a part that was cut short", () => part(0, 5)],
  ])) {
    test(`is asked for again after ${what}`, async () => {
      const { asked, through } = server(answer, answer, () => part(0, 10));
      assert.equal((await soon(fetchRange(ADDRESS, 0, 10, { through }))).byteLength, 10);
      assert.equal(asked.length, 3);
    });
  }

  test("is given up after three tries, with a sentence after which going on makes sense", async () => {
    const { asked, through } = server(lost);
    await assert.rejects(soon(fetchRange(ADDRESS, 0, 10, { through })), (error) => error instanceof FetchError && error.resumable && error.message.length > 20);
    assert.equal(asked.length, 3);
  });

  for (const [what, answer] of /** @type {[string, () => Response][]} */ ([
    ["a whole file, from a server without ranges", () => new Response(BYTES, { status: 200 })],
    ["a refusal", () => new Response("", { status: 403 })],
    ["a page in place of the file", () => new Response("<!doctype html>", { status: 206, headers: { "content-type": "text/html; charset=utf-8" } })],
  ])) {
    test(`is not asked for again after ${what}`, async () => {
      const { asked, through } = server(answer);
      await assert.rejects(soon(fetchRange(ADDRESS, 0, 10, { through })), (error) => error instanceof FetchError && !error.resumable);
      assert.equal(asked.length, 1);
    });
  }

  test("whose download was paused is not asked for again, and can go on", async () => {
    const controller = new AbortController();
    const { asked, through } = server(() => { controller.abort(); return lost(); });
    await assert.rejects(soon(fetchRange(ADDRESS, 0, 10, { through, signal: controller.signal })), (error) => error instanceof FetchError && error.resumable);
    assert.equal(asked.length, 1);
  });
});
