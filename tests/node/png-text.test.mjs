// Text chunks of PNG files.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateSync } from "node:zlib";

import { KEYWORD, textOf, withTexts } from "../../web/export/png-text.js";
import { chunk, SIGNATURE as HEADER } from "../fuzz/seeds.mjs";

const IHDR = chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
const REST = Buffer.concat([chunk("IDAT", deflateSync(Buffer.from([0, 128]))), chunk("IEND", Buffer.alloc(0))]);
const PNG = Buffer.concat([HEADER, IHDR, REST]);

/** With one bit of its data flipped. @param {Buffer<ArrayBuffer>} chunk */
function damaged(chunk) {
  const at = chunk.length - 5;
  chunk[at] = (chunk[at] ?? 0) ^ 1;
  return chunk;
}

/** @param {Blob} blob */
const bytesOf = async (blob) => Buffer.from(await blob.arrayBuffer());

describe("text in a PNG", () => {
  test("comes back as it was written, in any script", async () => {
    const text = '{"photo": "猫の写真", "style": "Größe 😀"}';
    assert.equal(await textOf(await withTexts(new Blob([PNG]), { Title: "a title", [KEYWORD]: text })), text);
    assert.equal(await textOf(await withTexts(new Blob([PNG]), { Title: "a title" }), "Title"), "a title");
  });

  test("stands between the header and the pixels, and changes neither", async () => {
    const made = await bytesOf(await withTexts(new Blob([PNG]), { [KEYWORD]: "x" }));
    assert.deepEqual(made.subarray(0, 33), PNG.subarray(0, 33));
    assert.deepEqual(made.subarray(made.length - REST.length), REST);
    assert.equal(made.subarray(37, 41).toString("latin1"), "iTXt");
  });

  test("has the check sum of the specification", async () => {
    const made = await bytesOf(await withTexts(new Blob([PNG]), { Comment: "123" }));
    const length = made.readUInt32BE(33);
    assert.equal(made.subarray(41, 41 + length).toString("latin1"), "Comment\0\0\0\0\x00123");
    // CRC-32 of annex D, bit by bit.
    let c = 0xffffffff;
    for (const byte of made.subarray(37, 41 + length)) {
      c ^= byte;
      for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
    assert.equal(made.readUInt32BE(41 + length), (c ^ 0xffffffff) >>> 0);
  });

  test("with a language and a translated keyword is found as well", async () => {
    const data = Buffer.concat([Buffer.from(`${KEYWORD}\0\0\0de\0Rezept\0`, "latin1"), Buffer.from("Größe")]);
    assert.equal(await textOf(new Blob([HEADER, IHDR, chunk("iTXt", data), REST])), "Größe");
  });

  for (const [what, bytes] of /** @type {[string, Buffer<ArrayBuffer>][]} */ ([
    ["a PNG without one", PNG],
    ["another kind of file", Buffer.from("GIF89a and more")],
    ["an empty file", Buffer.alloc(0)],
    ["a PNG that ends within its header", PNG.subarray(0, 20)],
    ["a chunk whose length is beyond the file", Buffer.concat([HEADER, Buffer.from([255, 255, 255, 255]), Buffer.from("IDATxxxxxxxx")])],
    ["a compressed text", Buffer.concat([HEADER, IHDR, chunk("iTXt", Buffer.from(`${KEYWORD}\0\x01\0\0\0zz`, "latin1")), REST])],
    ["a text that is not UTF-8", Buffer.concat([HEADER, IHDR, chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0\0\0\xff`, "latin1")), REST])],
    ["a text without an end of its language", Buffer.concat([HEADER, IHDR, chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0de`, "latin1")), REST])],
    ["a text whose check sum does not fit", Buffer.concat([HEADER, IHDR, damaged(chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0\0\0zz`, "latin1"))), REST])],
    ["a text that is cut short", Buffer.concat([HEADER, IHDR, chunk("iTXt", Buffer.from(`${KEYWORD}\0\0\0\0\0zz`, "latin1")).subarray(0, -6)])],
    ["a longer keyword", Buffer.concat([HEADER, IHDR, chunk("iTXt", Buffer.from(`${KEYWORD}2\0\0\0\0\0zz`, "latin1")), REST])],
  ])) {
    test(`${what} has none`, async () => assert.equal(await textOf(new Blob([bytes])), null));
  }
});
