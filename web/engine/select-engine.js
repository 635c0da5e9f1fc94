/**
 * Which engine paints here. WebGPU only on a real adapter: on one that is emulated in software the processor engine is more
 * than ten times quicker. burn panics without `timestamp-query`, so an adapter that lacks it is as good as none.
 */

/** @import { EngineChoice, EngineKind, Gpu, GpuAdapter } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
import { after } from '../app/dom.js';
import { engine as say } from '../i18n/en.js';

/** An adapter that has not answered by then is as good as none. In milliseconds. */
const TIMEOUT = 5000;

/**
 * @typedef {object} Chosen
 * @property {EngineKind} engine
 * @property {Sentence} why a plain sentence when the processor paints although graphics might be expected; else empty
 * @property {Sentence | null} refusal a sentence when graphics were asked for and cannot be had
 */

/** @returns {Promise<GpuAdapter | null>} null where there is none, or none that answers */
export async function requestAdapter() {
  const { gpu } = /** @type {Navigator & { gpu?: Gpu }} */ (navigator);
  const asked = gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  return await Promise.race([asked, after(TIMEOUT)]) ?? null;
}

/** @param {EngineChoice} wish @returns {Promise<Chosen>} */
export async function chooseEngine(wish) {
  if (wish === 'cpu') return { engine: 'cpu', why: '', refusal: null };
  const forced = wish === 'gpu';
  /** @param {() => string} why @param {() => string} refusal @returns {Chosen} */
  const without = (why, refusal) => forced ? { engine: 'gpu', why: '', refusal } : { engine: 'cpu', why, refusal: null };

  const gpu = /** @type {Navigator & { gpu?: Gpu }} */ (navigator).gpu;
  // Over plain http even a browser that has WebGPU shows none.
  if (!gpu && !isSecureContext) return without(() => say.noWebGpuHttp, () => say.forcedNoWebGpuHttp);
  if (!gpu) return without(() => say.noWebGpu, () => say.forcedNoWebGpu);
  const adapter = await requestAdapter();
  if (!adapter) return without(() => say.noAdapter, () => say.forcedNoAdapter);
  if (!adapter.features.has('timestamp-query')) return without(() => say.noTimestamps, () => say.forcedNoTimestamps);
  if (!forced && adapter.info?.isFallbackAdapter === true) return without(() => say.software, () => '');
  return { engine: 'gpu', why: '', refusal: null };
}
