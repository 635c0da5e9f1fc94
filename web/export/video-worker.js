/**
 * Makes a film of raw pictures: MP4 and WebM by the browser's own encoders and mediabunny, GIF by gifenc. Asked once,
 * {kind, width, height, frames, last}; answers {part} along the way and {film} or {error} at the end.
 */

/** @import { VideoRequest } from '../types' */
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output, WebMOutputFormat } from 'mediabunny';
import { videoCodec } from './codecs.js';

/** Frames a second, and for how long the last one stands, in seconds. */
const RATE = 12;
const HOLD = 2;

/** @param {object} message */
const post = (message) => /** @type {{ postMessage(message: object): void }} */ (/** @type {unknown} */ (self)).postMessage(message);

addEventListener('message', ({ data }) => {
  const order = /** @type {VideoRequest} */ (data);
  const canvas = new OffscreenCanvas(order.width, order.height);
  void (order.kind === 'gif' ? gif(order, canvas) : video(order.kind, order, canvas))
    .then((film) => post({ film }), (error) => post({ error: error instanceof Error ? error.message : String(error) }));
});

/** Draws every frame at the film's size, one after the other; the newest result last. @param {VideoRequest} order @param {OffscreenCanvas} canvas */
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

/** @param {VideoRequest} order @param {OffscreenCanvas} canvas @returns {Promise<Blob>} */
async function gif(order, canvas) {
  const { GIFEncoder, quantize, applyPalette } = await import('gifenc/dist/gifenc.esm.js');
  const encoder = GIFEncoder();
  for await (const { context, seconds } of pictures(order, canvas)) {
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, 256);
    encoder.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay: 1000 * seconds });
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: 'image/gif' });
}

/** @param {'mp4' | 'webm'} kind @param {VideoRequest} order @param {OffscreenCanvas} canvas @returns {Promise<Blob>} */
async function video(kind, order, canvas) {
  const { width, height } = canvas;
  const chosen = await videoCodec(kind, width, height, RATE);
  if (!chosen) throw new Error('no video encoder');
  const target = new BufferTarget();
  // With its index first, an MP4 plays before it has all arrived.
  const format = kind === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  const output = new Output({ format, target });
  const track = new EncodedVideoPacketSource(chosen.name);
  output.addVideoTrack(track, { frameRate: RATE });
  await output.start();
  /** @type {unknown} */
  let broken = null;
  const fail = (/** @type {unknown} */ error) => { broken ??= error; };
  /** Packets in their order: each is written when the one before it has been. @type {Promise<void>} */
  let written = Promise.resolve();
  const encoder = new VideoEncoder({
    output: (chunk, details) => { written = written.then(() => track.add(EncodedPacket.fromEncodedChunk(chunk), details)).catch(fail); },
    error: fail,
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
  await written;
  if (broken) throw broken;
  await output.finalize();
  if (!target.buffer) throw new Error('nothing was written');
  return new Blob([target.buffer], { type: `video/${kind}` });
}
