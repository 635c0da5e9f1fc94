// The product kernels for GPUs on the software adapter, which does not use them itself: every tile, both layouts, odd sizes, against a plain loop.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { notBuilt, setUp } from "./support.mjs";

/** Relative L2. */
const BOUND = 1e-6;

describe("the product kernels", { skip: notBuilt("gpu") }, () => {
  const here = setUp({ webgpu: "software" });

  test("agree with a plain loop", () =>
    here.visit(async (page) => {
      await page.route("**/empty.html", (route) => route.fulfill({ body: "<!doctype html><title>empty</title>", contentType: "text/html" }));
      await page.goto(new URL("empty.html", here.site.url).href);
      const { errors, rejected } = await page.evaluate(computed);
      assert.ok(errors.length >= 36, `${errors.length} kernels`);
      for (const { name, error } of errors) assert.ok(error < BOUND, `${name}: ${error}`);
      assert.deepEqual(rejected, []);
    }));
});

/** In the page. @returns {Promise<{ errors: { name: string, error: number }[], rejected: string[] }>} */
async function computed() {
  /** @typedef {{ tile: string, size: [number, number], transposed: boolean, whole: boolean, source: string }} Kernel */
  const bundle = await import(new URL("engine/gpu/browser.js", location.href).href);
  await bundle.default();
  /** @type {Kernel[]} */
  const kernels = JSON.parse(bundle.product_kernels());
  const gpu = /** @type {any} */ (navigator).gpu;
  const { GPUBufferUsage: usage, GPUMapMode: mode } = /** @type {any} */ (globalThis);
  const device = await (await gpu.requestAdapter()).requestDevice();
  /** @type {string[]} */
  const rejected = [];
  device.addEventListener("uncapturederror", (/** @type {any} */ event) => rejected.push(event.error.message));
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32 - 0.5;
  };
  const inverse = [5, 3, 4, 1, 2, 0];
  const flipped = (/** @type {number} */ n) => (inverse[Math.floor(n / 6)] ?? 0) * 6 + (inverse[n % 6] ?? 0);
  const upload = (/** @type {Float32Array | Uint32Array} */ data) => {
    const buffer = device.createBuffer({ size: data.byteLength, usage: usage.STORAGE | usage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const errors = [];
  for (const { tile, size, transposed, whole, source } of kernels) {
    const [planes, depth, columns, stored] = [transposed ? 36 : 2, whole ? 48 : 37, 72, transposed ? 70 : 144];
    const rows = Math.ceil(stored / 16) * 16;
    const [groups, inner] = transposed ? [Math.ceil(depth / 16), stored] : [rows / 16, depth];
    const at = (/** @type {number} */ n, /** @type {number} */ row, /** @type {number} */ k) =>
      transposed ? ((flipped(n) * groups + (k >> 4)) * stored + row) * 16 + (k & 15) : ((n * groups + (row >> 4)) * depth + k) * 16 + (row & 15);
    const left = new Float32Array(planes * groups * inner * 16);
    for (let n = 0; n < planes; n++) for (let row = 0; row < stored; row++) for (let k = 0; k < depth; k++) left[at(n, row, k)] = random();
    const right = new Float32Array(planes * depth * columns).map(random);
    const product = device.createBuffer({ size: planes * rows * columns * 4, usage: usage.STORAGE | usage.COPY_SRC });
    const pipeline = device.createComputePipeline({ layout: "auto", compute: { module: device.createShaderModule({ code: source }), entryPoint: "main" } });
    const buffers = [upload(left), upload(right), product, upload(new Uint32Array([planes, depth, rows / 4, columns / 4, stored, 0]))];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) }));
    pass.dispatchWorkgroups(planes * Math.ceil(rows / size[0]) * Math.ceil(columns / size[1]));
    pass.end();
    const copy = device.createBuffer({ size: product.size, usage: usage.MAP_READ | usage.COPY_DST });
    encoder.copyBufferToBuffer(product, 0, copy, 0, product.size);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(mode.READ);
    const found = new Float32Array(copy.getMappedRange());
    let [distance, norm] = [0, 0];
    for (let n = 0; n < planes; n++) {
      for (let row = 0; row < stored; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += (left[at(n, row, k)] ?? 0) * (right[(n * depth + k) * columns + column] ?? 0);
          distance += ((found[(n * rows + row) * columns + column] ?? NaN) - sum) ** 2;
          norm += sum ** 2;
        }
      }
    }
    errors.push({ name: `${tile}, transposed: ${transposed}, whole: ${whole}`, error: Math.sqrt(distance / norm) });
  }
  return { errors, rejected };
}
