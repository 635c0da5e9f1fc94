/**
 * Memory by counting: what is kept of what the network sees (crates/transfer/src/recompute.rs), and, for as long as nothing has been
 * measured (settings/estimate.js) and where it cannot be, all that a painting needs: what a graphics adapter has and uses, no browser says.
 */

/** @import { EngineInfo, Kept, NetworkInfo, Settings } from '../types' */

/** Copies of an activation that are alive at once at the worst moment: kept for the way back, the gradient, and one to work in. */
const COPIES = 2.5;
/**
 * What recomputing spares, over what is not kept: its gradient and what works on it are a strip's as well. With VGG-19 on the CPU what is
 * reckoned is then a fifth more than what was measured at 1024 x 768 and at 1600 x 1200, and a tenth more at 3072 x 2304.
 */
const SPARED = 1.15;
/** wasm32's 4 GiB, less the network, the pictures and what the allocator wastes. */
const ROOM = 3.4e9;
/** Blocks by the names of the settings. @type {Record<string, number | undefined>} */
const ASKED = { none: 0, two: 2, three: 3 };

/**
 * Sizes and what is kept of them: the choices that come into question, each up to so many pixels, that of the smallest first.
 * @param {NetworkInfo} network
 * @param {Settings} wish
 * @param {number | null} buffer the device's largest, in bytes
 * @returns {{ kept: Kept, upTo: number }[]}
 */
export function choices({ recompute }, wish, buffer) {
  const { network: how } = /** @type {{ network?: { recompute?: string } }} */ (wish);
  const asked = ASKED[how?.recompute ?? 'auto'];
  if (asked !== undefined) return recompute.filter(({ blocks }) => blocks === asked).map((kept) => ({ kept, upTo: Infinity }));
  const bound = (/** @type {Kept} */ { room, kept, widest }, /** @type {boolean} */ last) =>
    last ? Infinity : Math.min((room ?? Infinity) / kept, (buffer ?? Infinity) / widest);
  return recompute.map((kept, n) => ({ kept, upTo: bound(kept, n === recompute.length - 1) }));
}

/** What is kept of a painting of so many pixels. @param {{ kept: Kept, upTo: number }[]} all @param {number} pixels @returns {Kept | undefined} */
export function chosen(all, pixels) {
  return all.find(({ upTo }) => pixels <= upTo)?.kept;
}

/** @param {NetworkInfo} network @returns {number} bytes to a pixel of the painting, all kept */
export function counted({ recompute }) {
  return COPIES * (recompute[0]?.kept ?? 0);
}

/**
 * What recomputing spares: all but a strip's.
 * @param {NetworkInfo} network
 * @param {Kept} kept
 * @param {number} pixels
 * @returns {number} bytes
 */
export function spared({ recompute, strip }, { kept }, pixels) {
  return SPARED * ((recompute[0]?.kept ?? kept) - kept) * Math.max(0, pixels - strip);
}

/**
 * The most pixels that fit into so many bytes, if those of all kept are `perPixel` to a pixel and the largest buffer is bounded.
 * @param {NetworkInfo} network
 * @param {{ kept: Kept, upTo: number }[]} all
 * @param {{ room: number, perPixel: number, buffer: number | null }} bounds
 */
export function mostPixels(network, all, { room, perPixel, buffer }) {
  const fitting = all.map(({ kept, upTo }, n) => {
    const whole = room / perPixel;
    // Solved for the pixels: perPixel pixels - spared(pixels) = room.
    const less = spared(network, kept, network.strip + 1);
    const most = Math.min(upTo, whole <= network.strip ? whole : (room - less * network.strip) / (perPixel - less), (buffer ?? Infinity) / kept.widest);
    // As little as the next smaller choice ends with does not count: that one is taken there.
    return most > (all[n - 1]?.upTo ?? 0) ? most : 0;
  });
  return Math.max(...fitting, 0);
}

/**
 * Whether it fits the processor's memory, as long as nothing has been measured.
 * @param {[number, number]} size of the painting
 * @param {NetworkInfo} network
 * @param {EngineInfo | null} engine
 * @param {Settings} wish
 * @returns {number | null} null when it fits, else what to multiply the size by
 */
export function tooLarge([width, height], network, engine, wish) {
  if (engine?.engine !== 'cpu') return null;
  const most = mostPixels(network, choices(network, wish, null), { room: ROOM, perPixel: counted(network), buffer: null });
  return width * height <= most ? null : Math.sqrt(most / (width * height));
}
