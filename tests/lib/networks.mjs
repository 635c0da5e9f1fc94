// Network files for the tests: safetensors with VGG-19's names and shapes, and every way in which one can be wrong.

/** torchvision's numbers of conv1_1 .. conv5_4 and the channels of each. */
const LAYERS = /** @type {const} */ ([
  [0, 64], [2, 64], [5, 128], [7, 128], [10, 256], [12, 256], [14, 256], [16, 256],
  [19, 512], [21, 512], [23, 512], [25, 512], [28, 512], [30, 512], [32, 512], [34, 512],
]);

/** @typedef {{name: string, dtype: "F16" | "F32", shape: number[]}} Tensor */

/**
 * VGG-19's convolutions, in the order in which the safetensors library writes them.
 *
 * @param {"F16" | "F32"} dtype
 * @returns {Tensor[]}
 */
export function vgg19(dtype) {
  let inputs = 3;
  const tensors = LAYERS.flatMap(([number, outputs]) => {
    const pair = [
      { name: `features.${number}.weight`, dtype, shape: [outputs, inputs, 3, 3] },
      { name: `features.${number}.bias`, dtype, shape: [outputs] },
    ];
    inputs = outputs;
    return pair;
  });
  return tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A safetensors file whose values are made up as they are asked for, so that VGG-19's 60 MB need not lie about.
 */
export class SyntheticFile {
  /**
   * @param {Tensor[]} tensors
   * @param {{damaged?: string}} [options] damaged: the tensor that holds a NaN
   */
  constructor(tensors, { damaged } = {}) {
    /** @type {Record<string, object>} */
    const header = {};
    let at = 0;
    /** @type {Map<string, {start: number, end: number}>} absolute byte ranges */
    this.ranges = new Map();
    for (const { name, dtype, shape } of tensors) {
      const size = shape.reduce((product, side) => product * side, dtype === "F16" ? 2 : 4);
      header[name] = { dtype, shape, data_offsets: [at, at + size] };
      this.ranges.set(name, { start: at, end: at + size });
      at += size;
    }
    let json = JSON.stringify(header);
    json += " ".repeat((8 - (json.length % 8)) % 8);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    this.header = Buffer.concat([length, Buffer.from(json)]);
    for (const range of this.ranges.values()) {
      range.start += this.header.length;
      range.end += this.header.length;
    }
    this.length = this.header.length + at;
    this.nan = damaged === undefined ? -1 : (this.ranges.get(damaged)?.start ?? -1);
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  slice(start, end) {
    const bytes = Buffer.alloc(end - start);
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.byte(start + i);
    return bytes;
  }

  /** @param {number} at */
  byte(at) {
    if (at < this.header.length) return this.header[at] ?? 0;
    // Little-endian f16, or the upper half of an f32: every second byte is sign and exponent. 0x24 and 0xa4 make values of about +-0.016 to 0.02.
    const within = at - this.header.length;
    if (this.nan >= 0 && at >= this.nan && at < this.nan + 4) return 0xff;
    const noise = Math.imul(within >> 1, 0x9e3779b1) >>> 16;
    return within % 2 === 0 ? noise & 0xff : noise & 0x100 ? 0xa4 : 0x24;
  }
}

/**
 * A whole file in memory.
 *
 * @param {Tensor[]} tensors
 */
function whole(tensors) {
  const file = new SyntheticFile(tensors);
  return file.slice(0, file.length);
}

/**
 * @param {string} name
 * @param {Buffer} buffer
 */
const asFile = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });

/** Only the first two layers: small files go wrong in the same ways. */
const small = () => vgg19("F16").filter(({ name }) => /^features\.[02]\./.test(name));

export const truncatedNetwork = () => asFile("vgg19.safetensors", whole(small()).subarray(0, 30_000));
export const unknownNetwork = () => asFile("other.safetensors", whole(small()));
export const errorPage = () => asFile("vgg19.safetensors", Buffer.from("<!DOCTYPE html>\n<html><head><title>503</title></head><body>Service unavailable</body></html>\n"));
export const notANetwork = () => asFile("letter.safetensors", Buffer.from("Dear Sir or Madam, this is a letter, and no network at all."));
export const damagedTorch = () => asFile("model.pth", Buffer.from("PK\u0003\u0004 a zip file of Python objects, as torch.save writes it"));
export const headless = () => asFile("resnet.safetensors", whole([{ name: "layer1.0.conv1.weight", dtype: "F16", shape: [8, 8, 3, 3] }]));

/** conv1_1 for four input channels. */
export function misshapenNetwork() {
  return asFile("four-channels.safetensors", whole(small().map((tensor) => (tensor.name === "features.0.weight" ? { ...tensor, shape: [64, 4, 3, 3] } : tensor))));
}
