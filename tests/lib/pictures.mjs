// Pictures for the tests, made here byte by byte so that each has exactly the oddity it is for.

import { deflateSync } from "node:zlib";
import { PNG } from "pngjs";

/** @typedef {{name: string, mimeType: string, buffer: Buffer}} File */

/**
 * @param {string} name
 * @param {string} mimeType
 * @param {Buffer} buffer
 * @returns {File}
 */
function file(name, mimeType, buffer) {
  return { name, mimeType, buffer };
}

/**
 * An 8-bit RGBA PNG of stripes and a disc: enough edges for the losses to have something to do.
 *
 * @param {string} name
 * @param {number} width
 * @param {number} height
 * @param {{hue?: number, alphaOf?: (x: number, y: number) => number, alpha?: number, paint?: (x: number, y: number) => number}} [options] paint: a grey of its own, 0 to 255
 */
export function png(name, width, height, { hue = 0, alpha = 255, alphaOf = () => alpha, paint } = {}) {
  const picture = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = Math.hypot(x - width / 2, y - height / 2) < Math.min(width, height) / 3;
      const stripe = Math.floor((x + 2 * y) / 6) % 2 === 0;
      const at = 4 * (y * width + x);
      picture.data[at] = disc ? 230 - hue : stripe ? 40 + hue : 90;
      picture.data[at + 1] = disc ? 80 : stripe ? 120 : 60 + hue;
      picture.data[at + 2] = disc ? 40 + hue : stripe ? 200 - hue : 150;
      if (paint) picture.data.fill(paint(x, y), at, at + 3);
      picture.data[at + 3] = alphaOf(x, y);
    }
  }
  return file(name, "image/png", PNG.sync.write(picture));
}

/**
 * @param {Buffer} bytes a PNG
 * @returns {{width: number, height: number, data: Buffer}} RGBA
 */
export function readPng(bytes) {
  return PNG.sync.read(bytes);
}

/**
 * Mean absolute difference of two pictures of the same size over R, G and B, 0 to 255.
 *
 * @param {{data: Uint8Array}} a
 * @param {{data: Uint8Array}} b
 */
export function difference(a, b) {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) if (i % 4 !== 3) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / (0.75 * a.data.length);
}

/**
 * A PNG of any size and depth without ever holding its pixels: every row is the same.
 *
 * @param {number} width
 * @param {number} height
 * @param {{bits?: 8 | 16, colour?: 0 | 2}} [options] colour: 0 for grey, 2 for RGB
 */
function flatPng(width, height, { bits = 8, colour = 0 } = {}) {
  const bytesPerPixel = (colour === 2 ? 3 : 1) * (bits / 8);
  const row = Buffer.alloc(1 + width * bytesPerPixel);
  for (let i = 1; i < row.length; i++) row[i] = Math.floor((i / row.length) * 255);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * A PNG with a text in it, before its pixels.
 *
 * @param {Buffer} bytes
 * @param {string} keyword
 * @param {string} text
 */
export function withText(bytes, keyword, text) {
  const data = Buffer.concat([Buffer.from(keyword, "latin1"), Buffer.alloc(5), Buffer.from(text, "utf8")]);
  return Buffer.concat([bytes.subarray(0, 33), chunk("iTXt", data), bytes.subarray(33)]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** @param {Buffer} bytes */
function crc32(bytes) {
  // Node 18's zlib has none.
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

export const text = () => file("holiday.png", "image/png", Buffer.from("This is a letter, not a picture.\n"));
export const empty = () => file("empty.jpg", "image/jpeg", Buffer.alloc(0));

/** The first half of a picture. */
export function truncated() {
  const { buffer } = png("whole.png", 200, 200);
  return file("half.png", "image/png", buffer.subarray(0, Math.floor(buffer.length / 2)));
}

export const onePixel = () => png("dot.png", 1, 1);
export const sixteenBit = () => file("deep.png", "image/png", flatPng(96, 64, { bits: 16, colour: 2 }));
/** A panorama of 20,000 x 500 pixels. */
export const wide = () => file("panorama.png", "image/png", flatPng(20_000, 500, { colour: 2 }));
/** 20,000 x 20,000 pixels: 1.6 GB as RGBA. */
export const vast = () => file("vast.png", "image/png", flatPng(20_000, 20_000));

export function svg() {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"><rect width="120" height="80" fill="#8ac"/><circle cx="60" cy="40" r="30" fill="#c40"/></svg>`;
  return file("drawing.svg", "image/svg+xml", Buffer.from(drawing));
}

/** Two frames, 64 x 48: all of one colour, then all of another. */
export function animatedGif() {
  const width = 64;
  const height = 48;
  const word = (/** @type {number} */ n) => [n & 255, n >> 8];
  const frame = (/** @type {number} */ colour) => [
    ...[0x21, 0xf9, 4, 0, ...word(50), 0, 0],
    ...[0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0],
    ...flatLzw(colour, width * height),
  ];
  const bytes = [
    ...Buffer.from("GIF89a", "latin1"),
    // A global palette of four colours.
    ...[...word(width), ...word(height), 0x81, 0, 0],
    ...[200, 60, 30, 30, 90, 200, 0, 0, 0, 255, 255, 255],
    ...[0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0", "latin1"), 3, 1, 0, 0, 0],
    ...frame(0),
    ...frame(1),
    0x3b,
  ];
  return file("blinking.gif", "image/gif", Buffer.from(bytes));
}

/**
 * GIF's LZW for pixels of one colour, with a clear code before every second pixel so that codes stay three bits wide.
 *
 * @param {number} colour
 * @param {number} pixels
 */
function flatLzw(colour, pixels) {
  let bits = 0;
  let held = 0;
  /** @type {number[]} */
  const bytes = [];
  const put = (/** @type {number} */ code) => {
    bits |= code << held;
    held += 3;
    while (held >= 8) {
      bytes.push(bits & 255);
      bits >>= 8;
      held -= 8;
    }
  };
  for (let i = 0; i < pixels; i++) {
    if (i % 2 === 0) put(4);
    put(colour);
  }
  put(5);
  if (held > 0) bytes.push(bits & 255);
  const blocks = [2];
  for (let i = 0; i < bytes.length; i += 255) {
    const block = bytes.slice(i, i + 255);
    blocks.push(block.length, ...block);
  }
  return [...blocks, 0];
}

/** A JPEG without its last bytes, as some cameras and programs leave it. @param {Buffer} whole @param {number} less */
export const cutJpeg = (whole, less) => file(`cut-by-${less}.jpg`, "image/jpeg", whole.subarray(0, whole.length - less));

/** A JPEG that ends with other bytes than its end marker. @param {Buffer} whole */
export const trailingJpeg = (whole) => file("trailing.jpg", "image/jpeg", Buffer.concat([whole.subarray(0, whole.length - 2), Buffer.alloc(1000, "PADDING ")]));

/** A GIF without the byte that ends it. */
export function openGif() {
  const { buffer } = animatedGif();
  return file("open.gif", "image/gif", buffer.subarray(0, buffer.length - 1));
}

/** A drawing of one blue, 120 x 80, with something in it. @param {string} name @param {string} within */
export function drawing(name, within) {
  const source = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="120" height="80"><rect width="120" height="80" fill="#88aacc"/>${within}</svg>`;
  return file(name, "image/svg+xml", Buffer.from(source));
}
