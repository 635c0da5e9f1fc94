// What the first bytes of an image file say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { readHeader } from "../../web/input/sniff-image.js";

const fixture = (/** @type {string} */ name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const example = readFileSync(new URL("../../web/examples/canal.jpg", import.meta.url));
const text = (/** @type {string} */ source) => new TextEncoder().encode(source);

/** A segment of a JPEG. @param {number} marker @param {Uint8Array} data */
const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
/** @param {number} orientation */
const exif = (orientation) => segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", "latin1"), Buffer.from([orientation, 0, 0, 0, 0, 0, 0, 0])]));
const xmp = segment(0xe1, Buffer.from("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>", "latin1"));
const frame = segment(0xc0, Buffer.from([8, 0, 40, 0, 60, 1, 1, 0x11, 0]));
const START = Buffer.from([0xff, 0xd8]);
const END = Buffer.from([0xff, 0xd9]);
const jpeg = (/** @type {Uint8Array[]} */ ...segments) => readHeader(Buffer.concat([START, ...segments, frame, END]));

/** @param {number} header its size in bytes */
function bmp(header) {
  const bytes = Buffer.alloc(64);
  bytes.write("BM");
  bytes.writeUInt32LE(header, 14);
  if (header === 12) {
    bytes.writeUInt16LE(60, 18);
    bytes.writeUInt16LE(40, 20);
  } else {
    bytes.writeInt32LE(60, 18);
    bytes.writeInt32LE(-40, 22);
  }
  return bytes;
}

describe("the header of an image file", () => {
  test("JPEG: size, and whether its end is there", () => {
    assert.deepEqual(readHeader(example), { type: "jpeg", width: 640, height: 448, animated: false, truncated: false });
    assert.equal(readHeader(example.subarray(0, example.length - 200)).truncated, true);
    assert.equal(readHeader(fixture("cmyk.jpg")).type, "jpeg");
  });

  test("JPEG: sides are exchanged where Exif says that it lies on its side", () => {
    for (const [orientation, width, height] of [[1, 60, 40], [3, 60, 40], [4, 60, 40], [5, 40, 60], [6, 40, 60], [8, 40, 60]]) {
      const header = jpeg(exif(orientation ?? 1));
      assert.deepEqual([header.width, header.height], [width, height], `orientation ${orientation}`);
    }
  });

  test("JPEG: the first orientation counts, whatever comes behind it", () => {
    for (const segments of [[exif(6), xmp], [xmp, exif(6)], [exif(6), exif(1)]]) {
      const header = jpeg(...segments);
      assert.deepEqual([header.width, header.height], [40, 60]);
    }
  });

  test("BMP: both kinds of header, and rows from the top", () => {
    for (const size of [40, 12]) {
      const { type, width, height } = readHeader(bmp(size));
      assert.deepEqual([type, width, height], ["bmp", 60, 40], `a header of ${size} bytes`);
    }
  });

  for (const [what, source] of /** @type {const} */ ([
    ["bare", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["with a byte order mark and a declaration", "\uFEFF<?xml version='1.0'?>\n<svg width='3'/>"],
    ["behind a long comment", `<?xml version="1.0"?><!-- ${"words ".repeat(2000)} --><svg>`],
    ["behind entities, as Illustrator writes them", '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x" [\n<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n]>\n<svg xmlns="&ns_svg;">'],
    ["with a prefix", "<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"],
  ])) {
    test(`SVG ${what}`, () => assert.equal(readHeader(text(source)).type, "svg"));
  }

  for (const [what, source] of /** @type {const} */ ([
    ["a letter", "This is a letter about <svg> elements."],
    ["a page with a drawing in it", "<!doctype html><p><svg></svg>"],
    ["nothing", ""],
  ])) {
    test(`${what} is no image`, () => assert.equal(readHeader(text(source)).type, "unknown"));
  }

  test("a file that ends within its header is cut short, and never an exception", () => {
    for (const whole of [example, fixture("turned.jpg"), Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x05", "latin1"), Buffer.from("RIFF\x10\0\0\0WEBPVP8X\0\0\0", "latin1"), Buffer.from("GIF89a\x05\0\x05\0\x80\0\0", "latin1")]) {
      for (let length = 4; length < Math.min(whole.length, 600); length += 1) {
        const header = readHeader(whole.subarray(0, length));
        assert.ok(header.truncated || header.type === "unknown", `${length} bytes are taken for a whole ${header.type}`);
      }
    }
  });
});
