/** Several photos in one style: each is opened when its turn in the queue comes, so that only one is in memory. */

/** @import { StyleInput } from '../types' */
import { get, set, styleImages } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { caption, status } from '../i18n/en.js';
import { decode } from '../input/decode.js';
import { putPicture } from '../input/slots.js';
import { showError } from '../ui/toasts.js';
import { requestWith } from './chosen.js';
import { enqueue } from './queue.js';

/**
 * @param {readonly File[]} photos
 * @param {readonly StyleInput[]} [styles] are chosen again where others are chosen meanwhile; the chosen ones, if absent
 * @returns {boolean} false where there is no style, which has been said
 */
export function paintEach(photos, styles = styleImages()) {
  const [first, ...others] = styles;
  const rest = requestWith(styles);
  if (!first || !rest) {
    showError(() => status.chooseStyle, { topic: 'picture' });
    return false;
  }
  if (first.picture !== get().pictures.style) {
    putPicture('style', first.picture);
    set({ mask: first.mask, others });
  }
  enqueue(photos.map((file) => ({
    request: async () => ({ ...rest, chosen: false, content: await decode(file, { role: 'content', name: file.name }) }),
    title: () => caption.title(file.name, namesOf(first.picture).name),
    label: file.name, file: file.name, isPhoto: true,
  })));
  return true;
}
