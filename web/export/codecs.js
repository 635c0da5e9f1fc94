/** Which video the browser can make: H.264 in MP4, which plays everywhere, and VP9 or VP8 in WebM, which every browser with an encoder has. */

/**
 * The best first, as WebCodecs and as mediabunny name them. Levels are for 1280 x 1280 pixels at twelve pictures a second.
 * @type {Record<'mp4' | 'webm', [codec: string, name: 'avc' | 'vp9' | 'vp8'][]>}
 */
const CODECS = {
  mp4: [['avc1.640028', 'avc'], ['avc1.4d0028', 'avc'], ['avc1.42e028', 'avc']],
  webm: [['vp09.00.40.08', 'vp9'], ['vp09.00.10.08', 'vp9'], ['vp8', 'vp8']],
};
/** Bits to a pixel of a picture: brushwork moves everywhere at once. */
const BITS = 0.35;

/**
 * @param {'mp4' | 'webm'} kind @param {number} width @param {number} height even, in pixels @param {number} rate pictures a second
 * @returns {Promise<{ config: VideoEncoderConfig, name: 'avc' | 'vp9' | 'vp8' } | null>} null where the browser has no encoder for it
 */
export async function videoCodec(kind, width, height, rate) {
  if (!('VideoEncoder' in globalThis)) return null;
  for (const [codec, name] of CODECS[kind]) {
    const config = { codec, width, height, framerate: rate, bitrate: Math.max(400_000, Math.round(width * height * rate * BITS)) };
    const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({ supported: false }));
    if (supported) return { config, name };
  }
  return null;
}
