/**
 * What the network sees in the run's pictures: asked of an engine of its own, in a worker, and kept, so that what was computed once is there
 * at once when its step comes back.
 */

/** @import { Picture, Preview, InspectedFeatures, Settings } from '../types' */
import { settings } from '../app/settings.js';
import { get } from '../app/store.js';
import { readFirstConvolution } from './convolution.js';
import { TalkEngine, runSpecOf } from './engine.js';
import { Missing } from './source.js';

/** @typedef {import('./source.js').Maps} Maps */
/** @typedef {import('./source.js').Gradients} Gradients */
/** @typedef {import('./source.js').FirstConvolution} FirstConvolution */

/** Longest side at which features are inspected, however large the run. */
const INSPECT_SIZE = { sketch: 256, other: 160, gpu: 256 };

const inspector = new TalkEngine();
/** Answers by their question, each with the result that it is about; null: about content, style or network, which do not change. @type {Map<string, { value: any, about: Preview | null }>} */
const answers = new Map();
/** Questions under way. @type {Map<string, Promise<any>>} */
const asking = new Map();
/** What the answers are about: pictures, size and network. */
let subject = '';
/** The result that the engine was shown last. @type {Preview | null} */
let shown = null;

export const inspected = {
  /** Width and height at which features are inspected. */
  size: { width: 0, height: 0 },
  /** Layers that can be asked about. @type {string[]} */
  layers: [],
  /** Whether the inspector is there, or on its way. */
  get alive() { return inspector.alive; },
  /** Whether it is there, and has been shown the pictures. */
  ready: false,
};

/** Shows the inspector the run's pictures. @param {{ content: Picture, style: Picture }} pair @param {Settings | null} own the run's settings */
export async function inspect(pair, own) {
  const { engine, network } = get();
  if (!engine || !network) return;
  inspected.ready = false;
  await inspector.ready();
  const most = engine.engine === 'gpu' ? INSPECT_SIZE.gpu : network.id === 'sketch' ? INSPECT_SIZE.sketch : INSPECT_SIZE.other;
  const from = own ?? settings();
  const size = Math.min(most, Number(from['size']));
  /** @type {Settings} */
  const wanted = { ...from, size, scales: { .../** @type {object} */ (from['scales']), on: false }, ...alone(from) };
  const seen = await inspector.engine.request('inspect', runSpecOf(wanted, pair.content, pair.style));
  inspected.size = { width: seen.width, height: seen.height };
  inspected.layers = seen.layers;
  inspected.ready = true;
  shown = null;
  const about = JSON.stringify([pair.content.sha256, pair.content.name, pair.style.sha256, pair.style.name, seen, network.info, from['style'], from['content'], from['network']]);
  if (about !== subject) answers.clear();
  subject = about;
}

/** Figures explain one style, whatever else the run has. @param {Settings} settings */
export const alone = ({ style }) => ({ style: { .../** @type {object} */ (style), blend: [] } });

/** Shows the inspector the newest result. @param {Preview | null} result */
export async function inspectResult(result) {
  if (!result || result === shown || !inspected.ready) return;
  const { rgba, width, height } = result;
  await inspector.engine.request('inspectResult', { rgba: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), width, height });
  shown = result;
}

export function closeInspector() {
  inspector.close();
  asking.clear();
  inspected.ready = false;
}

/** @template T @param {string} type @param {object} request @param {boolean} ofResult @returns {Promise<T>} */
function ask(type, request, ofResult) {
  if (!inspected.ready) throw new Missing();
  const about = ofResult ? shown : null;
  const key = JSON.stringify([type, request]);
  const before = answers.get(key);
  if (before && before.about === about) return Promise.resolve(before.value);
  const open = asking.get(key);
  if (open && !ofResult) return open;
  const answer = inspector.engine.request(type, request).then((value) => {
    answers.set(key, { value, about });
    return value;
  }).finally(() => asking.delete(key));
  asking.set(key, answer);
  return answer;
}

/** The answer of before, whatever has changed since. @template T @param {string} type @param {object} request @returns {Promise<T>} */
async function recall(type, request) {
  const before = answers.get(JSON.stringify([type, request]));
  if (!before) throw new Missing();
  return before.value;
}

/** @param {typeof ask} by */
const questions = (by) => ({
  strongest: (/** @type {string} */ layer) => /** @type {Promise<Uint32Array>} */ (by('inspectChannels', { layer, count: 4096 }, false)),
  /** @param {InspectedFeatures} of @param {string} layer @param {number[]} channels @returns {Promise<Maps>} */
  async maps(of, layer, channels) {
    const [width, height, values] = /** @type {[number, number, Float32Array<ArrayBuffer>]} */ (await by('inspectMaps', { of, layer, channels }, of === 'result'));
    return { width, height, values };
  },
  /** A layer's Gram matrix. @param {InspectedFeatures} of @param {string} layer @returns {Promise<Float32Array<ArrayBuffer>>} */
  gram: (of, layer) => by('inspectGram', { of, layer }, of === 'result'),
  /** The losses, and the gradient of each in the pixels, `[3, H, W]`. @returns {Promise<Gradients>} */
  async gradients() {
    const { width, height } = inspected.size;
    const [losses, content, style, tv] = /** @type {Float32Array<ArrayBuffer>[]} */ (await by('inspectGradients', {}, true));
    return /** @type {Gradients} */ ({ width, height, losses, content, style, tv });
  },
  /** @returns {Promise<FirstConvolution>} */
  async firstConvolution() {
    const bytes = /** @type {Uint8Array} */ (await by('networkFile', {}, false));
    first ??= { of: bytes, read: readFirstConvolution(bytes, get().network?.info.input ?? '') };
    if (first.of !== bytes) first = { of: bytes, read: readFirstConvolution(bytes, get().network?.info.input ?? '') };
    return first.read;
  },
});
/** @type {{ of: Uint8Array, read: FirstConvolution } | null} */
let first = null;

/** Computed now, unless it is known. */
export const asked = questions(ask);
/** As it was last computed. */
export const recalled = questions(recall);
