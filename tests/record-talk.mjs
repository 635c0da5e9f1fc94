// The talk's recorded demonstration, from the example pair: `node tests/record-talk.mjs` paints what is to be shown (an hour on two cores;
// what is painted already is kept under the build's cache), then writes web/talk/recorded/. Arguments choose what is painted anew.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./lib/chromium.mjs";
import { open, waitFor } from "./lib/page.mjs";
import { CACHE, serve } from "./lib/server.mjs";

/** @typedef {{ of?: string, in?: string, settings: Record<string, any>, marks?: number[] }} Painting `of` and `in`: examples, the pair's if there is none */

const OUT = fileURLToPath(new URL("../web/talk/recorded/", import.meta.url));
const PAINTED = path.join(CACHE, "record-talk");
const [CONTENT, STYLE] = ["canal", "wind"];
/** Longest side, in pixels. */
const SMALL = 192;

const layers = (/** @type {string[]} */ ...names) => names.map((layer) => ({ layer, weight: 1 }));
const lbfgs = (/** @type {number} */ history) => ({ kind: "lbfgs", history, restart: 0 });

/** What is painted, by its name. @type {Record<string, Painting>} */
const PAINTINGS = {
  woodcut: { in: "woodcut", settings: { size: SMALL, evaluations: 150 } },
  glass: { in: "glass", settings: { size: SMALL, evaluations: 150 } },
  texture: { settings: { size: SMALL, evaluations: 200, start: "noise", content: { weight: 0 }, tv: { weight: 0.1 } } },
  memoryless: { settings: { size: 160, evaluations: 200, optimiser: lbfgs(0) } },
  remembering: { settings: { size: 160, evaluations: 200, optimiser: lbfgs(10) } },
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`style-${n}`, { settings: { size: SMALL, evaluations: 100, style: { layers: layers(`conv${n}_1`) } } }])),
  ...Object.fromEntries([2, 4, 5].map((n) => [`content-${n}`, {
    settings: { size: SMALL, evaluations: 400, start: "noise", style: { weight: 0 }, content: { weight: 1, layers: layers(`conv${n}_2`) }, tv: { weight: n === 5 ? 0.3 : 0.02 } },
  }])),
  styleless: { settings: { size: SMALL, evaluations: 100, style: { weight: 0 } } },
  contentless: { settings: { size: SMALL, evaluations: 100, content: { weight: 0.01 } } },
  smooth: { settings: { size: SMALL, evaluations: 100, tv: { weight: 20 } } },
  keras: { settings: { preset: "talk", size: SMALL, evaluations: 4000 }, marks: [50] },
  run: { settings: { size: 256, evaluations: 4000 }, marks: [50, 200] },
};

mkdirSync(PAINTED, { recursive: true });
const again = process.argv.slice(2);
const site = await serve();
const browser = await launch("none");
try {
  const page = await browser.newPage();
  page.on("console", (message) => process.stderr.write(`${message.text()}\n`));
  await open(page, site.url, { engine: "cpu", network: "sketch" });
  await waitFor(page, ["ready"]);
  for (const [name, painting] of Object.entries(PAINTINGS)) {
    const file = path.join(PAINTED, `${name}.json`);
    if (existsSync(file) && !again.includes(name)) continue;
    const made = await page.evaluate(paintOne, { name, content: painting.of ?? CONTENT, style: painting.in ?? STYLE, settings: painting.settings, marks: painting.marks ?? [] });
    writeFileSync(file, JSON.stringify(made));
  }
  const painted = Object.fromEntries(Object.keys(PAINTINGS).map((name) => [name, JSON.parse(readFileSync(path.join(PAINTED, `${name}.json`), "utf8"))]));
  const files = await page.evaluate(packAll, { content: CONTENT, style: STYLE, size: SMALL, painted });
  mkdirSync(OUT, { recursive: true });
  let bytes = 0;
  for (const [name, base64] of Object.entries(files)) {
    const file = Buffer.from(base64, "base64");
    writeFileSync(path.join(OUT, name), file);
    bytes += file.length;
  }
  process.stderr.write(`${OUT}: ${Object.keys(files).length} files, ${(bytes / 1e6).toFixed(2)} MB\n`);
} finally {
  await browser.close();
  await site.close();
}

/**
 * Paints on the page, on an engine of the talk's, and gives the result and the iterates at the marks as PNG.
 *
 * @param {{ name: string, content: string, style: string, settings: Record<string, any>, marks: number[] }} order
 */
async function paintOne({ name, content, style, settings: wish, marks }) {
  const talk = await import(new URL("web/talk/talk.js", document.baseURI).href);
  const [c, s] = await Promise.all([content, style].map(async (id) => {
    const bitmap = await createImageBitmap(await (await fetch(new URL(`web/examples/${id}.jpg`, document.baseURI))).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(bitmap, 0, 0);
    return { name: id, sha256: "", width: bitmap.width, height: bitmap.height, rgba: context.getImageData(0, 0, bitmap.width, bitmap.height).data };
  }));
  const on = talk.talkEngine(0);
  await on.ready();
  const settings = await on.engine.request("resolve", { preset: "painting", json: JSON.stringify(wish) });
  const png = async (/** @type {{ width: number, height: number, rgba: Uint8Array }} */ { width, height, rgba }) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  };
  /** @type {Record<string, string>} */
  const at = {};
  /** @type {any[]} */
  const losses = [];
  /** @type {any} */
  let last = null;
  await new Promise((resolve, reject) => {
    on.engine.onEvent = (/** @type {any} */ event) => {
      if (event.event === "progress") {
        const { latest, issued_evaluation: evaluations } = event.step;
        if (latest && latest.evaluation !== losses.at(-1)?.evaluation) losses.push(latest);
        if (evaluations % 100 === 0) console.log(`${name}: ${evaluations}`);
      } else if (event.event === "preview") last = event;
      else if (event.event === "kept" && marks.includes(event.evaluation)) at[event.evaluation] = event;
      else if (event.event === "finished") resolve(null);
      else if (event.event === "failed") reject(new Error(event.message));
    };
    on.engine.request("paint", { run: Date.now(), keepEvery: 0, marks, ...talk.runSpecOf(settings, c, s) }).catch(reject);
  });
  for (const [evaluation, kept] of Object.entries(at)) at[evaluation] = await png(/** @type {any} */ (kept));
  return { width: last.width, height: last.height, png: await png(last), at, losses, settings };
}

/**
 * Computes on the page what the network sees in the pair and in the result, and packs it with all pictures into a few files, as
 * web/talk/recorded.js reads them.
 *
 * @param {{ content: string, style: string, size: number, painted: Record<string, any> }} order
 * @returns {Promise<Record<string, string>>} by name, in base 64
 */
async function packAll({ content, style, size, painted }) {
  const talk = await import(new URL("web/talk/talk.js", document.baseURI).href);
  /** Channels of a layer that a figure can show. */
  const CHANNELS = 12;
  const LAYERS = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1"];
  const SEEN = ["content", "style", "result"];
  const round = (/** @type {number} */ value) => Number(value.toPrecision(5));
  const base64 = (/** @type {Uint8Array} */ bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

  /** @param {Blob} blob */
  async function pixelsOf(blob, longest = Infinity) {
    const bitmap = await createImageBitmap(blob);
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  }
  const example = async (/** @type {string} */ id, longest = Infinity) => ({ name: id, sha256: "", ...(await pixelsOf(await (await fetch(new URL(`web/examples/${id}.jpg`, document.baseURI))).blob(), longest)) });
  const png = async (/** @type {string} */ text) => pixelsOf(await (await fetch(`data:image/png;base64,${text}`)).blob());

  /** @typedef {{ width: number, height: number, rgba: Uint8ClampedArray }} Pixels */
  /** Pictures in rows on one sheet. @param {Record<string, Pixels>} pictures @param {number} quality */
  async function sheet(pictures, quality, widest = 1100) {
    /** @type {Record<string, [number, number, number, number]>} */
    const places = {};
    let [x, y, tall, wide] = [0, 0, 0, 0];
    for (const [name, { width, height }] of Object.entries(pictures)) {
      if (x > 0 && x + width > widest) [x, y, tall] = [0, y + tall, 0];
      places[name] = [x, y, width, height];
      // Blocks of the encoder begin at multiples of 16: no picture bleeds into its neighbour.
      x += Math.ceil(width / 16) * 16;
      wide = Math.max(wide, x);
      tall = Math.max(tall, Math.ceil(height / 16) * 16);
    }
    const canvas = new OffscreenCanvas(wide, y + tall);
    const context = canvas.getContext("2d");
    for (const [name, { width, height, rgba }] of Object.entries(pictures)) context?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), places[name]?.[0] ?? 0, places[name]?.[1] ?? 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    return { places, file: base64(new Uint8Array(await blob.arrayBuffer())) };
  }
  /** @param {number} width @param {number} height @param {(i: number, c: number) => number} of */
  const drawn = (width, height, of) => {
    const rgba = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i++) for (let c = 0; c < 4; c++) rgba[4 * i + c] = c === 3 ? 255 : of(i, c);
    return { width, height, rgba };
  };
  const peakOf = (/** @type {Float32Array} */ values, part = 1) => Math.max(1e-30, [...values].map(Math.abs).sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0);

  const [photo, stylePicture] = [await example(content), await example(style)];
  const result = await png(painted.run.at[200]);
  const on = talk.talkEngine(0);
  await on.ready();
  const settings = await on.engine.request("resolve", { preset: "painting", json: JSON.stringify({ size, scales: { on: false } }) });
  const seen = await on.engine.request("inspect", talk.runSpecOf(settings, photo, stylePicture));
  await on.engine.request("inspectResult", { ...result, rgba: new Uint8Array(result.rgba) });

  /** @type {Record<string, number[]>} */
  const strongest = {};
  /** @type {Record<string, any>} */
  const maps = {};
  /** @type {Record<string, Pixels>} */
  const planes = {};
  /** @type {Record<string, any>} */
  const grams = {};
  /** @type {number[]} */
  const products = [];
  for (const layer of LAYERS) {
    const order = [...(await on.engine.request("inspectChannels", { layer, count: 4096 }))];
    strongest[layer] = order;
    for (const of of SEEN) {
      const channels = order.slice(0, CHANNELS);
      const [width, height, values] = await on.engine.request("inspectMaps", { of, layer, channels });
      const peaks = channels.map((_, n) => peakOf(values.subarray(n * width * height, (n + 1) * width * height), 0.999));
      planes[`${of} ${layer}`] = drawn(width, height * channels.length, (i) => 255 * Math.sqrt(Math.min(1, values[i] / (peaks[Math.floor(i / (width * height))] ?? 1))));
      maps[`${of} ${layer}`] = { width, height, channels, peaks: peaks.map(round) };
      if (of === "content" || !layer.endsWith("_1")) continue;
      const gram = await on.engine.request("inspectGram", { of, layer });
      grams[`${of} ${layer}`] = { channels: order.length, at: products.length };
      for (let i = 0; i < order.length; i++) for (let j = i; j < order.length; j++) products.push(gram[i * order.length + j]);
    }
  }
  const [losses, ...fields] = await on.engine.request("inspectGradients");
  const { width, height } = seen;
  const fieldPeaks = fields.map((/** @type {Float32Array} */ field) => peakOf(field, 0.995));
  const gradients = drawn(width, 3 * height, (i, c) => {
    const n = Math.floor(i / (width * height));
    return 127.5 + (127.5 * (fields[n][c * width * height + (i % (width * height))] ?? 0)) / (fieldPeaks[n] ?? 1);
  });
  const first = talk.convolution.readFirstConvolution(await on.engine.request("networkFile"), on.engine.networkInfo.input);

  /** @type {Record<string, Pixels>} */
  const pictures = {
    content: await example(content, 256), style: await example(style, 256), result, early: await png(painted.run.at[50]), late: await png(painted.run.png),
    "style of woodcut": await example("woodcut", 128), "style of glass": await example("glass", 128), "keras-50": await png(painted.keras.at[50]),
  };
  for (const [name, { png: text }] of Object.entries(painted)) if (name !== "run") pictures[name] = await png(text);

  const all = await sheet(pictures, 0.86);
  const allMaps = await sheet(planes, 0.8, Infinity);
  const allFields = await sheet({ gradients }, 0.8);
  for (const [name, [x, y]] of Object.entries(allMaps.places)) maps[name].at = [x, y];
  const lossesOf = (/** @type {any[]} */ list) => list.map(({ evaluation, total }) => [evaluation, round(total)]);
  const at200 = painted.run.losses.findLast((/** @type {any} */ each) => each.evaluation <= 200);
  const shared = { all: "result", first: "result", "style of first": "style" };
  const index = {
    pictures: Object.fromEntries(["content", "style", "result", "early", "late"].map((name) => [name, all.places[name]])),
    iterations: { result: 200, early: 50, late: 4000 },
    losses: Object.fromEntries(Object.entries(at200).map(([name, value]) => [name, round(Number(value))])),
    layers: LAYERS, strongest, maps, grams,
    gradients: { width, height, losses: [...losses].map(round), peaks: fieldPeaks.map(round) },
    first: { channels: first.channels, weights: [...first.weights].map(round), bias: [...first.bias].map(round), mean: first.mean },
    painted: Object.fromEntries([
      ...Object.keys(all.places).map((name) => [name, { place: all.places[name], losses: /memor|remember/.test(name) ? lossesOf(painted[name].losses) : [] }]),
      ...Object.entries(shared).map(([name, from]) => [name, { place: all.places[from], losses: [] }]),
    ]),
  };
  return {
    "recorded.json": base64(new TextEncoder().encode(JSON.stringify(index))), "pictures.webp": all.file, "maps.webp": allMaps.file, "gradients.webp": allFields.file,
    "grams.bin": base64(new Uint8Array(new Float32Array(products).buffer)),
  };
}
