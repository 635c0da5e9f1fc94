/** The numbers that every program computes with, by the same rules as crates/bench/src/workload.rs. A classic script, for classic workers. */

{
  const BLOCKS = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512]];

  /** @param {number} stream @param {number} length @returns {Float32Array} in [-1, 1) */
  function noise(stream, length) {
    const values = new Float32Array(length);
    const offset = Math.imul(stream, 0x9e3779b9);
    for (let n = 0; n < length; n++) {
      let x = (n + offset) | 0;
      x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
      x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
      values[n] = ((x ^ (x >>> 16)) >>> 8) / 8388608 - 1;
    }
    return values;
  }

  /** @param {number} position @param {number} inputs @param {number} outputs @returns {Float32Array} `[O, I, 3, 3]` */
  function convolutionWeight(position, inputs, outputs) {
    const range = Math.fround(Math.sqrt(Math.fround(6 / (9 * inputs))));
    return noise(position, outputs * inputs * 9).map((value) => value * range);
  }

  /** @param {number} position @param {number} outputs @returns {Float32Array} */
  function convolutionBias(position, outputs) {
    return noise(100 + position, outputs).map((value) => value * Math.fround(0.1));
  }

  /** @param {number} height @param {number} width @returns {Float32Array} `[3, H, W]` */
  function picture(height, width) {
    return noise(200, 3 * height * width).map((value) => value * 0.5 + 0.5);
  }

  /** @param {number} height @param {number} width @returns {Float32Array} `[3, H, W]` */
  function style(height, width) {
    return noise(201, 3 * height * width).map((value, n) => {
      const channel = Math.floor(n / (height * width));
      const slope = (n % width + (channel + 1) * (Math.floor(n / width) % height)) / (width + (channel + 1) * height);
      return (value * 0.5 + 0.5) * 0.5 + 0.5 * slope;
    });
  }

  /** Floating-point operations of the forward pass, as a direct convolution has them. @param {number} height @param {number} width */
  function operations(height, width) {
    let inputs = 3;
    let sum = 0;
    for (const [halved, outputsOfBlock] of BLOCKS.entries()) {
      for (const outputs of outputsOfBlock) {
        sum += 18 * inputs * outputs * (height >> halved) * (width >> halved);
        inputs = outputs;
      }
    }
    return sum;
  }

  /** @type {any} */ (globalThis).workload = { BLOCKS, MEAN: 0.5, noise, convolutionWeight, convolutionBias, picture, style, operations };
}
