// Valid inputs, small ones.

import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

export const SHA = "0123456789abcdef".repeat(4);

/** @param {Buffer} data of the check sum */
function crc(data) {
  let c = 0xffffffff;
  for (const byte of data) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

/** @param {string} type @param {Uint8Array} data */
export function chunk(type, data) {
  const inner = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(inner));
  return Buffer.concat([length, inner, sum]);
}

export const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const IHDR = chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
const REST = [chunk("IDAT", deflateSync(Buffer.from([0, 128]))), chunk("IEND", Buffer.alloc(0))];
/** @param {...Buffer} chunks */
export const png = (...chunks) => Buffer.concat([SIGNATURE, IHDR, ...chunks, ...REST]);

/** A recipe as the page writes it. @returns {any} */
export const recipe = () => ({
  schema: 1,
  program: { name: "Pastiche", version: "0.3.0" },
  preset: "painting",
  settings: { size: 512, evaluations: 500, style: { layers: [{ layer: "conv1_1", weight: 1 }], blend: [1, 2] }, seed: null, scales: { on: true } },
  changes: [{ evaluation: 3, settings: { strength: 0.5 } }, { evaluation: 3, settings: { tv: { weight: 1e-4 } } }],
  evaluation: 500,
  engine: "cpu", adapter: "WebAssembly, SIMD", threads: 4, browser: "Mozilla/5.0",
  network: { id: "vgg19", name: "VGG-19", sha256: SHA },
  content: { name: "Größe.png", sha256: SHA, crop: { turns: 1, left: 0.25, top: 0, right: 1, bottom: 0.5 }, example: null },
  styles: [{ name: "warm.png", sha256: SHA, mask: null }, { name: "星月夜", sha256: SHA, mask: { name: "mask.png", sha256: SHA, png: "data:image/png;base64,iVBORw0KGgo=" } }],
  start: null,
});

/** A record of the history as the page writes it. @returns {any} */
export function record() {
  const image = { name: "photo.png", sha256: "ab", width: 64, height: 48 };
  const picture = (/** @type {string} */ name) => ({ name, source: BLOB, example: null, alt: "" });
  const settings = { schema: 1, size: 64, style: { weight: 1, layers: [{ layer: "conv1_1", weight: 1 }] } };
  return {
    id: "one", schema: 1, time: 1e12, open: false, preset: "painting", network: "sketch", networkName: "Sketch",
    job: { settings, content: image, styles: [{ ...image, mask: null }], start: null, changes: [{ evaluation: 3, settings: { size: 64 } }], downloaded_bytes: 0, engine: "cpu", adapter: "x" },
    content: picture("photo.png"), style: picture("swirl.png"), start: null, manners: [{ picture: picture("swirl.png"), mask: null }],
    evaluation: 12, iteration: 11, seconds: 1.5, width: 64, height: 48,
    losses: [{ iteration: 0, evaluation: 0, content: 0, style: 1, tv: 0, total: 1 }],
    report: {
      schema: 1, engine: "cpu", adapter: "x", threads: 1, network: { name: "Sketch", sha256: "cd", layout: [2, 2] }, width: 64, height: 48,
      iterations: 11, evaluations: 12, settings, changes: [], seconds_to_first_step: 0.1, more: "of a later engine",
    },
    thumb: BLOB, painting: BLOB, snapshot: null, bytes: 5,
  };
}
/** One for all: nobody looks inside. */
const BLOB = new Blob(["x"]);

const fixture = (/** @type {string} */ name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** Pictures of every kind, by their kind. @type {[string, Buffer][]} */
export const PICTURES = [
  ["png", png()],
  ["png", png(chunk("acTL", Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])))],
  ["jpeg", fixture("turned.jpg")],
  ["jpeg", fixture("cmyk.jpg")],
  ["gif", Buffer.from("R0lGODlhAgABAPAAAAAAAP///yH5BAAAAAAALAAAAAACAAEAAAICRAoAOw==", "base64")],
  ["webp", Buffer.from("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=", "base64")],
  ["webp", Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64")],
  ["bmp", Buffer.concat([Buffer.from("BM"), Buffer.alloc(12), Buffer.from([40, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 24, 0]), Buffer.alloc(40)])],
  ["avif", Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from("ftypavif\0\0\0\0avifmif1miafMA1B")])],
  ["heic", Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic")])],
  ["tiff", Buffer.from("II*\0\x08\0\0\0\0\0\0\0")],
  ["svg", Buffer.from('<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3"/></svg>')],
];
