/**
 * Makes a film of raw pictures: WebM by the browser's own encoder and webm-muxer, GIF by gifenc. Asked once,
 * {kind, width, height, frames, last}; answers {part} along the way and {film} or {error} at the end.
 */

/** @import { FilmOrder } from './types' */

const VENDOR = new URL('../vendor/', import.meta.url);
/** Frames a second, and for how long the last one stands, in seconds. */
const RATE = 12;
const HOLD = 2;
/** The best first; profile and level matter little to the browsers that ask for them. */
const CODECS = [['vp09.00.40.08', 'V_VP9'], ['vp09.00.10.08', 'V_VP9'], ['vp8', 'V_VP8']];
/** Bits to a pixel of a frame: brushwork moves everywhere at once. */
const BITS = 0.35;

/** @param {object} message */
const post = (message) => /** @type {{ postMessage(message: object): void }} */ (/** @type {unknown} */ (self)).postMessage(message);

addEventListener('message', ({ data }) => {
  const order = /** @type {FilmOrder} */ (data);
  const canvas = new OffscreenCanvas(order.width, order.height);
  void (order.kind === 'gif' ? gif(order, canvas) : webm(order, canvas))
    .then((film) => post({ film }), (error) => post({ error: error instanceof Error ? error.message : String(error) }));
});

/** Draws every frame at the film's size, one after the other; the newest painting last. @param {FilmOrder} order @param {OffscreenCanvas} canvas */
async function* pictures({ frames, last }, canvas) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  const all = [...frames.filter(({ iteration }) => iteration < last.iteration), last];
  for (const [i, { width, height, picture }] of all.entries()) {
    const rgba = new Uint8ClampedArray(await picture.arrayBuffer());
    const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
    // Films have no transparency.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    yield { context, at: i / RATE, seconds: i === all.length - 1 ? HOLD : 1 / RATE };
    post({ part: (i + 1) / all.length });
  }
}

/** @param {FilmOrder} order @param {OffscreenCanvas} canvas @returns {Promise<Blob>} */
async function gif(order, canvas) {
  const { GIFEncoder, quantize, applyPalette } = await import(new URL('gifenc/gifenc.esm.js', VENDOR).href);
  const encoder = GIFEncoder();
  for await (const { context, seconds } of pictures(order, canvas)) {
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, 256);
    encoder.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay: 1000 * seconds });
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: 'image/gif' });
}

/** @param {FilmOrder} order @param {OffscreenCanvas} canvas @returns {Promise<Blob>} */
async function webm(order, canvas) {
  const { width, height } = canvas;
  const { Muxer, ArrayBufferTarget } = await import(new URL('webm-muxer/webm-muxer.js', VENDOR).href);
  const [config, id] = await codec(width, height);
  const muxer = new Muxer({ target: new ArrayBufferTarget(), video: { codec: id, width, height, frameRate: RATE } });
  /** @type {DOMException | null} */
  let broken = null;
  const encoder = new VideoEncoder({
    output: (chunk, about) => muxer.addVideoChunk(chunk, about),
    error: (error) => { broken = error; },
  });
  encoder.configure(config);
  let end = 0;
  const give = (/** @type {number} */ at, /** @type {number} */ seconds, /** @type {boolean} */ key) => {
    const frame = new VideoFrame(canvas, { timestamp: Math.round(1e6 * at), duration: Math.round(1e6 * seconds) });
    encoder.encode(frame, { keyFrame: key });
    frame.close();
  };
  for await (const { at, seconds } of pictures(order, canvas)) {
    if (broken) throw broken;
    give(at, seconds, at % 2 === 0);
    end = at + seconds;
    // The encoder works beside us; without this a long film would lie in memory whole.
    while (encoder.encodeQueueSize > 4) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // Players end with the last frame's timestamp: the last picture is given again where its time is over.
  give(end, 1 / RATE, false);
  await encoder.flush();
  if (broken) throw broken;
  muxer.finalize();
  return new Blob([muxer.target.buffer], { type: 'video/webm' });
}

/** @param {number} width @param {number} height @returns {Promise<[VideoEncoderConfig, string]>} */
async function codec(width, height) {
  for (const [name = '', id = ''] of CODECS) {
    const config = { codec: name, width, height, framerate: RATE, bitrate: Math.max(400_000, Math.round(width * height * RATE * BITS)) };
    if ((await VideoEncoder.isConfigSupported(config)).supported) return [config, id];
  }
  throw new Error('no video encoder');
}
