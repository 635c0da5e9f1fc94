/**
 * The recorded demonstration: what tests/record-talk.mjs painted and computed from the example pair with Sketch, for a machine that cannot,
 * and until it has. Fetched when the talk or the article opens.
 */

/** @import { Losses, Preview } from '../types' */
import { asset, isCarried } from '../app/asset.js';
import { make } from '../app/dom.js';
import { present } from './source.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {[x: number, y: number, width: number, height: number]} Place in a sheet of pictures */
/**
 * @typedef {object} Index
 * @property {Record<'content' | 'style' | 'result' | 'early' | 'late', Place>} pictures
 * @property {Record<string, number>} iterations
 * @property {Losses} losses
 * @property {string[]} layers
 * @property {Record<string, number[]>} strongest
 * @property {Record<string, { width: number, height: number, channels: number[], at: [number, number], peaks: number[] }>} maps by `of layer`; planes below each other
 * @property {Record<string, { channels: number, at: number }>} grams by `of layer`: where its upper triangle begins
 * @property {{ width: number, height: number, losses: number[], peaks: number[] }} gradients three, below each other
 * @property {{ channels: number, weights: number[], bias: number[], mean: number[] }} first
 * @property {Record<string, { place: Place, losses: number[][] }>} painted
 */

/** @param {string} name */
async function fetched(name) {
  if (!isCarried(`web/talk/recorded/${name}`)) throw new Error(`${name} is not in this file`);
  const response = await fetch(asset(`web/talk/recorded/${name}`));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

/** @param {string} name @returns {Promise<CanvasRenderingContext2D>} */
async function sheet(name) {
  const bitmap = await createImageBitmap(await (await fetched(name)).blob());
  const context = present(make('canvas', { width: String(bitmap.width), height: String(bitmap.height) }).getContext('2d', { willReadFrequently: true }));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context;
}

/** @param {CanvasRenderingContext2D} from @param {Place} place @param {number} [iteration] @returns {Preview} */
function cut(from, [x, y, width, height], iteration = 0) {
  return { width, height, iteration, rgba: from.getImageData(x, y, width, height).data };
}

/** @type {Promise<Source> | null} */
let loading = null;

/** The recorded demonstration as a source. Its pictures are there when this resolves; the numbers of the network follow. @returns {Promise<Source>} */
export function recorded() {
  loading ??= load();
  loading.catch(() => { loading = null; });
  return loading;
}

/** @returns {Promise<Source>} */
async function load() {
  // Kept for later without a network, even if the service worker came after this.
  void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ keep: ['web/talk/recorded/'] }));
  const indexed = fetched('recorded.json').then((response) => response.json());
  const seen = sheet('maps.webp');
  const fields = sheet('gradients.webp');
  const products = fetched('grams.bin').then(async (response) => new Float32Array(await response.arrayBuffer()));
  for (const each of [seen, fields, products]) each.catch(() => {});
  const index = /** @type {Index} */ (await indexed);
  const pictures = await sheet('pictures.webp');
  const of = (/** @type {keyof Index['pictures']} */ name) => cut(pictures, index.pictures[name], index.iterations[name]);
  const named = (/** @type {'content' | 'style'} */ name) => ({ name, sha256: `recorded ${name}`, ...of(name) });
  /** @type {Map<string, Preview>} */
  const cuts = new Map();
  return {
    kind: 'recorded',
    pair: { content: named('content'), style: named('style') },
    result: of('result'), early: of('early'), late: of('late'), losses: index.losses, layers: index.layers,
    strongest: async (layer) => Uint32Array.from(present(index.strongest[layer])),
    async maps(what, layer, channels) {
      const { width, height, channels: there, at: [x, y], peaks } = present(index.maps[`${what} ${layer}`]);
      const values = new Float32Array(channels.length * width * height);
      const from = await seen;
      channels.forEach((channel, n) => {
        const plane = there.indexOf(channel);
        if (plane < 0) present(null);
        const { data } = from.getImageData(x, y + plane * height, width, height);
        const peak = peaks[plane] ?? 1;
        // Stored by its root, as it is shown.
        for (let i = 0; i < width * height; i += 1) values[n * width * height + i] = peak * ((data[4 * i] ?? 0) / 255) ** 2;
      });
      return { width, height, values };
    },
    async gram(what, layer) {
      const { channels, at } = present(index.grams[`${what} ${layer}`]);
      const all = await products;
      const gram = new Float32Array(channels * channels);
      let n = at;
      for (let i = 0; i < channels; i += 1) {
        for (let j = i; j < channels; j += 1, n += 1) gram[i * channels + j] = gram[j * channels + i] = all[n] ?? 0;
      }
      return gram;
    },
    async gradients() {
      const { width, height, losses, peaks } = index.gradients;
      const from = await fields;
      const [content, style, tv] = peaks.map((peak, n) => {
        const { data } = from.getImageData(0, n * height, width, height);
        return Float32Array.from({ length: 3 * width * height }, (_, i) => {
          const [c, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
          return peak * ((data[4 * pixel + c] ?? 127.5) - 127.5) / 127.5;
        });
      });
      return { width, height, losses: Float32Array.from(losses), content: present(content), style: present(style), tv: present(tv) };
    },
    firstConvolution: async () => index.first,
    painted(name) {
      const { place, losses } = present(index.painted[name]);
      const picture = cuts.get(name) ?? cut(pictures, place);
      cuts.set(name, picture);
      return { picture, losses };
    },
  };
}
