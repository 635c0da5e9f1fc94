/**
 * TensorFlow.js on its `wasm` or `webgpu` backend, in its own layout, NHWC. The forward pass uses its fused convolutions; the step cannot,
 * for their gradient insists on that of the weights, which its `wasm` backend lacks.
 */

/* A classic worker, for TensorFlow.js comes as classic scripts. */
/** @type {any} */
const scope = self;
const TFJS = new URL('../node_modules/@tensorflow/', scope.location.href);
scope.importScripts(new URL('tfjs/dist/tf.min.js', TFJS).href, 'workload.js');
const { workload } = scope;

/** @type {any} */
let tf;
/** @type {{ first: boolean, pooled: boolean, filter: any, bias: any }[]} */
let layers = [];
/** @type {{ x: any, targets: any[] } | null} */
let ready = null;

/** `[3, H, W]` -> `[1, H, W, 3]` on the device. @param {Float32Array} values @param {number} height @param {number} width */
function load(values, height, width) {
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [1, 3, height, width]), [0, 2, 3, 1]));
}

/** The activations of the five style layers. @param {any} x @param {boolean} fused */
function features(x, fused) {
  x = tf.sub(x, workload.MEAN);
  const taps = [];
  for (const { first, pooled, filter, bias } of layers) {
    if (pooled) x = tf.maxPool(x, 2, 2, 'valid');
    x = fused
      ? tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' })
      : tf.relu(tf.add(tf.conv2d(x, filter, 1, 'same'), bias));
    if (first) taps.push(x);
  }
  return taps;
}

/** @param {any[]} taps */
function grams(taps) {
  return taps.map((tap) => {
    const [, height, width, channels] = tap.shape;
    const flat = tf.reshape(tap, [height * width, channels]);
    return tf.div(tf.matMul(flat, flat, true, false), height * width);
  });
}

/** @param {any} x */
function loss(x) {
  const parts = grams(features(x, false)).map((gram, n) => {
    const target = ready?.targets[n];
    return tf.div(tf.mean(tf.square(tf.sub(gram, target))), tf.mean(tf.square(target)));
  });
  return tf.div(tf.addN(parts), parts.length);
}

/** Loss and gradient `[1, H, W, 3]`, both read. */
async function step() {
  const { value, grad } = tf.valueAndGrad(loss)(ready?.x);
  const numbers = [(await value.data())[0], await grad.data()];
  const [, height, width] = grad.shape;
  value.dispose();
  grad.dispose();
  return { loss: numbers[0], gradient: numbers[1], height, width };
}

/** @param {() => Promise<any>} work */
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** @type {Record<string, (message: any) => Promise<Record<string, unknown>>>} */
const handlers = {
  async start({ program, threads }) {
    const backend = program.replace('tfjs-', '');
    scope.importScripts(new URL(`tfjs-backend-${backend}/dist/tf-backend-${backend}.min.js`, TFJS).href);
    ({ tf } = scope);
    if (backend === 'wasm') {
      tf.wasm.setWasmPaths(new URL('tfjs-backend-wasm/dist/', TFJS).href);
      // Its build without threads, for one.
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
      tf.wasm.setThreadsCount(threads);
      // It takes half the cores that it sees, and is to have all.
      Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * threads });
    }
    if (!await tf.setBackend(backend)) throw new Error(`TensorFlow.js has no backend ${backend} here.`);
    await tf.ready();
    const came = backend === 'wasm' && threads > 1 ? tf.wasm.getThreadsCount() : threads;
    if (came !== threads) throw new Error(`${came} threads came instead of ${threads}.`);
    let inputs = 3;
    let position = 0;
    for (const outputsOfBlock of workload.BLOCKS) {
      for (const [n, outputs] of outputsOfBlock.entries()) {
        const weight = tf.tensor4d(workload.convolutionWeight(position, inputs, outputs), [outputs, inputs, 3, 3]);
        const filter = tf.transpose(weight, [2, 3, 1, 0]);
        weight.dispose();
        layers.push({ first: n === 0, pooled: n === 0 && position > 0, filter, bias: tf.tensor1d(workload.convolutionBias(position, outputs)) });
        inputs = outputs;
        position += 1;
      }
    }
    return { adapter: `TensorFlow.js ${tf.version_core}, ${backend}` };
  },
  async prepare({ size: [height, width] }) {
    ready?.x.dispose();
    ready?.targets.forEach((target) => target.dispose());
    const x = load(workload.picture(height, width), height, width);
    ready = { x, targets: tf.tidy(() => grams(features(load(workload.style(height, width), height, width), true))) };
    await Promise.all(ready.targets.map((target) => target.data()));
    return {};
  },
  async forward() {
    const { ms } = await timed(async () => {
      const mean = tf.tidy(() => tf.mean(features(ready?.x, true)[4]));
      await mean.data();
      mean.dispose();
    });
    return { ms };
  },
  async step() {
    const { ms, result } = await timed(step);
    return { ms, loss: result.loss };
  },
  async gradient() {
    const { loss: value, gradient, height, width } = await step();
    const plane = height * width;
    return { loss: value, gradient: Array.from({ length: 3 * plane }, (_, n) => gradient[(n % plane) * 3 + Math.floor(n / plane)]) };
  },
};

scope.addEventListener('message', async (/** @type {MessageEvent} */ { data }) => {
  try {
    scope.postMessage(await handlers[data.type]?.(data));
  } catch (error) {
    scope.postMessage({ error: String(error) });
  }
});
