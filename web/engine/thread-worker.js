/** A worker that works for an engine in another worker, on that one's memory, until it is terminated. */

addEventListener('message', async ({ data: { script, module, memory } }) => {
  const post = /** @type {(message: unknown) => void} */ (/** @type {unknown} */ (self.postMessage.bind(self)));
  try {
    const engine = await import(script);
    await engine.default({ module_or_path: module, memory });
    post({ ready: true });
    engine.join_in();
  } catch (error) {
    const { pastichePanic } = /** @type {{ pastichePanic?: string }} */ (globalThis);
    post({ failed: pastichePanic ?? String(error) });
  }
}, { once: true });
