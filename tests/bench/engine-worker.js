/** A program of ours, or burn's own operations, in a bundle of crates/bench. */

/** @type {any} */
let module = null;
/** @type {any} */
let program = null;
/** @type {{ stock: boolean, threads: number }} */
let wish = { stock: false, threads: 1 };

async function begin() {
  const { adapter, threads } = JSON.parse(await module.start());
  if (threads !== wish.threads) throw new Error(`${threads} threads compute instead of ${wish.threads}.`);
  program = new module.Bench(wish.stock);
  return { adapter };
}

/** @param {() => Promise<any>} work */
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** @type {Record<string, (message: any) => Promise<Record<string, unknown>>>} */
const handlers = {
  async start({ program: name, bundle, threads }) {
    const script = new URL(`../../engine/${bundle}/bench.js`, import.meta.url).href;
    module = await import(script);
    await module.default();
    wish = { stock: name.startsWith('burn'), threads };
    if (threads === 1) return begin();
    return { shared: { script, ...module.shared() } };
  },
  async work() {
    module.share_work(wish.threads);
    return begin();
  },
  async prepare({ size: [height, width] }) {
    program.prepare(height, width);
    return {};
  },
  async profile({ size: [height, width] }) {
    return { costs: JSON.parse(await module.Bench.profile(height, width, 5)) };
  },
  async forward() {
    return { ms: (await timed(() => program.forward())).ms };
  },
  async step() {
    const { ms, result } = await timed(() => program.step());
    return { ms, loss: result[0] };
  },
  async gradient() {
    const result = await program.step();
    return { loss: result[0], gradient: Array.from(result.subarray(1)) };
  },
};

addEventListener('message', async ({ data }) => {
  try {
    postMessage(await handlers[data.type]?.(data));
  } catch (error) {
    const { pastichePanic = '' } = /** @type {any} */ (globalThis);
    postMessage({ error: pastichePanic || String(error) });
  }
});
