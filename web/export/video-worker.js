/**
 * Makes a film of raw pictures: MP4 and WebM by the browser's own encoders and mp4-muxer or webm-muxer, GIF by gifenc. Asked once,
 * {kind, width, height, frames, last}; answers {part} along the way and {film} or {error} at the end.
 */

/** @import { FilmOrder } from '../types' */
import { videoCodec } from './codecs.js';

const VENDOR = new URL('../../vendor/', import.meta.url);
/** Frames a second, and for how long the last one stands, in seconds. */
const RATE = 12;
const HOLD = 2;

/** @param {object} message */
const post = (message) => /** @type {{ postMessage(message: object): void }} */ (/** @type {unknown} */ (self)).postMessage(message);

addEventListener('message', ({ data }) => {
  const order = /** @type {FilmOrder} */ (data);
  const canvas = new OffscreenCanvas(order.width, order.height);
  void (order.kind === 'gif' ? gif(order, canvas) : video(order.kind, order, canvas))
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

/** @param {'mp4' | 'webm'} kind @param {FilmOrder} order @param {OffscreenCanvas} canvas @returns {Promise<Blob>} */
async function video(kind, order, canvas) {
  const { width, height } = canvas;
  const chosen = await videoCodec(kind, width, height, RATE);
  if (!chosen) throw new Error('no video encoder');
  const { Muxer, ArrayBufferTarget } = await import(new URL(`${kind}-muxer/${kind}-muxer.js`, VENDOR).href);
  const about = { codec: chosen.muxer, width, height, frameRate: RATE };
  // With its index first, an MP4 plays before it has all arrived.
  const muxer = new Muxer({ target: new ArrayBufferTarget(), video: about, ...(kind === 'mp4' ? { fastStart: 'in-memory' } : {}) });
  /** @type {DOMException | null} */
  let broken = null;
  const encoder = new VideoEncoder({
    output: (chunk, details) => muxer.addVideoChunk(chunk, details),
    error: (error) => { broken = error; },
  });
  encoder.configure(chosen.config);
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
  return new Blob([muxer.target.buffer], { type: `video/${kind}` });
}
