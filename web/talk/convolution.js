/** The first convolution of a network, read from its file and computed here, one output at a time: so that every number of it can be shown. */

/**
 * conv1_1 for R, G and B in 0 to 1, from which `mean` is subtracted first.
 * @typedef {object} FirstConvolution
 * @property {number} channels
 * @property {number[] | Float32Array<ArrayBuffer>} weights `[channels, 3, 3, 3]`: colour, row, column
 * @property {number[] | Float32Array<ArrayBuffer>} bias
 * @property {number[]} mean of R, G and B
 */
/** @typedef {{ width: number, height: number, rgba: ArrayLike<number> }} Rgba */
/** @typedef {{ dtype: string, shape: number[], data_offsets: [number, number] }} Tensor */

/** @param {number} bits of an IEEE half */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * How each kind of input comes from R, G and B in 0 to 1: crates/vgg/src/known.rs.
 * @param {string} input @param {Record<string, string>} metadata @returns {{ mean: number[], fold: [from: number, factor: number][] }} `fold`: for R, G and B which of the file's colours, and times what
 */
function inputOf(input, metadata) {
  if (input === 'bgr255-mean') return { mean: [123.68, 116.779, 103.939].map((each) => each / 255), fold: [[2, 255], [1, 255], [0, 255]] };
  if (input === 'rgb-mean') return { mean: (metadata['mean'] ?? '').split(',').map(Number), fold: [[0, 1], [1, 1], [2, 1]] };
  const deviation = [0.229, 0.224, 0.225];
  return { mean: [0.485, 0.456, 0.406], fold: [0, 1, 2].map((c) => [c, 1 / (deviation[c] ?? 1)]) };
}

/**
 * @param {Uint8Array} file safetensors, of a network that the engine has accepted
 * @param {string} input as the engine names it: files from elsewhere do not say it
 * @returns {FirstConvolution}
 */
export function readFirstConvolution(file, input) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...tensors } = /** @type {any} */ (JSON.parse(new TextDecoder().decode(file.subarray(8, start))));
  const floats = (/** @type {Tensor | undefined} */ tensor) => {
    if (!tensor) throw new Error('The network has no first convolution.');
    const [from, to] = tensor.data_offsets;
    const size = tensor.dtype === 'F32' ? 4 : tensor.dtype === 'F16' ? 2 : 1;
    return Float32Array.from({ length: (to - from) / size }, (_, n) => {
      const at = start + from + n * size;
      if (size === 4) return view.getFloat32(at, true);
      if (size === 2) return half(view.getUint16(at, true));
      return tensor.dtype === 'I8' ? view.getInt8(at) : view.getUint8(at);
    });
  };
  const bias = floats(tensors['features.0.bias']);
  const stored = tensors['features.0.weight'];
  let values = floats(stored);
  const each = values.length / bias.length;
  if (stored.dtype === 'I8') {
    const steps = floats(tensors['features.0.step']);
    values = values.map((value, n) => value * (steps[Math.floor(n / each)] ?? 0));
  } else if (stored.dtype === 'U8') {
    const palette = floats(tensors['features.0.palette']);
    values = values.map((index) => palette[index] ?? 0);
  }
  const { mean, fold } = inputOf(input, metadata);
  const weights = Float32Array.from(values, (_, n) => {
    const [output, colour, tap] = [Math.floor(n / 27), Math.floor(n / 9) % 3, n % 9];
    const [from, factor] = fold[colour] ?? [colour, 1];
    return (values[output * 27 + from * 9 + tap] ?? 0) * factor;
  });
  return { channels: bias.length, weights, bias, mean };
}

/**
 * One output of the convolution with all that it is made of. Not at the border, where the picture is continued.
 * @param {FirstConvolution} convolution @param {Rgba} picture @param {number} channel @param {number} x from 1 @param {number} y from 1
 */
export function trace({ weights, bias, mean }, { width, rgba }, channel, x, y) {
  const inputs = new Float32Array(27);
  const used = new Float32Array(27);
  let sum = bias[channel] ?? 0;
  /** What each colour adds. */
  const sums = [0, 0, 0];
  for (let n = 0; n < 27; n += 1) {
    const [colour, row, column] = [Math.floor(n / 9), Math.floor(n / 3) % 3, n % 3];
    const input = (rgba[4 * ((y + row - 1) * width + x + column - 1) + colour] ?? 0) / 255 - (mean[colour] ?? 0);
    const weight = weights[channel * 27 + n] ?? 0;
    inputs[n] = input;
    used[n] = weight;
    sums[colour] = (sums[colour] ?? 0) + input * weight;
    sum += input * weight;
  }
  return { inputs, weights: used, sums, bias: bias[channel] ?? 0, sum, output: Math.max(0, sum) };
}

/** A channel's whole map, without the border. @param {FirstConvolution} convolution @param {Rgba} picture @param {number} channel */
export function channelMap({ weights, bias, mean }, { width, height, rgba }, channel) {
  const [w, h] = [width - 2, height - 2];
  const values = new Float32Array(w * h).fill(bias[channel] ?? 0);
  for (let n = 0; n < 27; n += 1) {
    const [colour, row, column] = [Math.floor(n / 9), Math.floor(n / 3) % 3, n % 3];
    const weight = weights[channel * 27 + n] ?? 0;
    const less = mean[colour] ?? 0;
    for (let y = 0; y < h; y += 1) {
      let from = 4 * ((y + row) * width + column) + colour;
      for (let i = y * w; i < (y + 1) * w; i += 1, from += 4) values[i] = (values[i] ?? 0) + weight * ((rgba[from] ?? 0) / 255 - less);
    }
  }
  return { width: w, height: h, values: values.map((value) => Math.max(0, value)) };
}
