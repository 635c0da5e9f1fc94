/** Which photo a mask was painted over: it follows that photo's crop, and another photo under it is said. */

/** @import { Crop, Picture } from '../types' */
import { get, setMaskAt, styleSlots, subscribe } from '../app/store.js';
import { styles as say } from '../i18n/en.js';
import { notice } from '../ui/toasts.js';
import { decode } from './decode.js';
import { recroppedMask } from './mask-crop.js';

/** The photos' checksums, of masks that were painted or loaded on this page. @type {WeakMap<Picture, string>} */
const photos = new WeakMap();
/** The photo that it was last said of: once is enough, even where other pictures change. @type {Picture | null} */
let warned = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => { if (changed.has('pictures') || changed.has('mask') || changed.has('others')) warnOfOther(); }, signal);
}

/** @param {Picture} mask @param {Picture | null} photo that it was painted over */
export function notePhoto(mask, photo) {
  if (photo) photos.set(mask, photo.fileSha256);
}

/**
 * The masks of a photo that is to be cropped or turned otherwise.
 * @param {Picture} photo all of it @param {Crop} before @param {Crop} after
 * @returns {Promise<() => void>} puts them in place of those that are still there
 */
export async function recropMasks(photo, before, after) {
  /** @type {Map<Picture, Picture>} */
  const recropped = new Map();
  for (const { mask } of styleSlots()) {
    if (!mask || recropped.has(mask)) continue;
    const { width, height, rgba } = recroppedMask(mask, photo, before, after);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
    const fresh = await decode(await canvas.convertToBlob({ type: 'image/png' }), { role: 'mask', name: mask.name });
    recropped.set(mask, fresh);
    if (photos.get(mask) === photo.fileSha256) photos.set(fresh, photo.fileSha256);
  }
  return () => {
    styleSlots().forEach(({ mask }, n) => {
      const fresh = mask && recropped.get(mask);
      if (fresh) setMaskAt(n, fresh);
    });
  };
}

function warnOfOther() {
  const { content } = get().pictures;
  const isOther = styleSlots().some(({ mask }) => mask !== null && content !== null && (photos.get(mask) ?? content.fileSha256) !== content.fileSha256);
  if (!isOther) {
    notice('', { topic: 'mask' });
    warned = null;
    return;
  }
  if (warned === content) return;
  warned = content;
  const remove = () => styleSlots().forEach((_, n) => setMaskAt(n, null));
  notice(() => say.otherPhoto, { topic: 'mask', action: { label: () => say.dropMasks, act: remove } });
}
