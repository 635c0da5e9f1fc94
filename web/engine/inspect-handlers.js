/**
 * The engine's answers about what the network sees, for the talk. A worker that looks has no painting under way, or a second one that is
 * not its own: what is asked for here never changes a run.
 */

/** @import { EngineModule, RunSpec, InspectorHandle, NetworkHandle } from '../types' */

/** @typedef {<T>(work: () => T | Promise<T>) => Promise<T>} InTurn */

/**
 * @param {() => { engine: EngineModule, network: NetworkHandle }} parts there must be both
 * @param {InTurn} inTurn wasm-bindgen refuses a second call into an object whose first has not returned
 * @returns {Record<string, (request: any) => unknown>}
 */
export function inspectHandlers(parts, inTurn) {
  /** @type {InspectorHandle | null} */
  let look = null;
  /** @template T @param {(look: InspectorHandle) => T | Promise<T>} ask */
  const ask = (ask) => inTurn(() => {
    if (!look) throw new TypeError('The page asked what the network sees before it had shown it anything.');
    return ask(look);
  });
  return {
    /** @param {{ job: RunSpec, content: Uint8Array, styles: Uint8Array[] }} request */
    inspect: ({ job, content, styles }) => inTurn(async () => {
      const { engine, network } = parts();
      look?.free?.();
      look = null;
      look = await engine.Inspector.create(network, JSON.stringify(job), content, styles);
      return { width: look.width, height: look.height, layers: look.layers };
    }),
    inspectResult: ({ rgba, width, height }) => ask((it) => { it.paint(rgba, width, height); return null; }),
    inspectChannels: ({ layer, count }) => ask((it) => it.strongest(layer, count)),
    inspectMaps: ({ of, layer, channels }) => ask((it) => it.maps(of, layer, channels)),
    inspectGram: ({ of, layer }) => ask((it) => it.gram(of, layer)),
    inspectGradients: () => ask((it) => it.gradients()),
  };
}
