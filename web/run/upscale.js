/** Upscaling: what Sketch has painted small is the start of a larger run with VGG-19. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { decode } from '../input/decode.js';
import { sentenceOf, showError } from '../ui/toasts.js';
import { paint } from './session.js';
import { encode } from '../export/save.js';
import { get, phase } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { finish as say } from '../i18n/en.js';
import { switchNetwork } from '../engine/setup.js';

/** Twice as large, and this much at least: below it VGG-19 has little to add. */
const TIMES = 2;
const AT_LEAST = 512;
/** The draft has settled what goes where; strokes need fewer steps. */
const STEPS = 150;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('finish-dialog', HTMLDialogElement);
  register({ id: 'upscale', buttons: ['finish'], shown: canUpscale, run: () => {
    const { making, painting } = get();
    if (!making || !painting) return;
    const photo = Math.max(making.content.width, making.content.height);
    const twice = Math.max(AT_LEAST, TIMES * Math.max(painting.width, painting.height));
    byId('finish-size', HTMLInputElement).value = String(Math.min(twice, Math.max(photo, AT_LEAST)));
    byId('finish-steps', HTMLInputElement).value = String(STEPS);
    dialog.showModal();
  } }, signal);
  byId('finish-go', HTMLButtonElement).addEventListener('click', () => {
    const [size, steps] = [byId('finish-size', HTMLInputElement), byId('finish-steps', HTMLInputElement)];
    if (!size.reportValidity() || !steps.reportValidity()) return;
    dialog.close();
    void upscale(Number(size.value), Number(steps.value));
  }, { signal });
}

/** Whether there is a result of Sketch to start from. */
function canUpscale() {
  const { making, painting } = get();
  const now = phase();
  return painting !== null && making?.network === 'sketch' && (now === 'finished' || now === 'stopped');
}

/**
 * Paints on with VGG-19 from the picture that hangs there.
 * @param {number} size @param {number} [evaluations]
 */
export async function upscale(size, evaluations = STEPS) {
  const { making, painting } = get();
  if (!making || !painting) return;
  try {
    const start = await decode(await encode(painting, 'image/png'), { role: 'start', name: say.draftOf(namesOf(making.content).name) });
    await switchNetwork('vgg19');
    // Refused, put aside, or not to be had: that has been said, and the draft still hangs.
    if (get().network?.id !== 'vgg19') return;
    await paint({ content: making.content, style: making.style, start, manners: making.manners, settings: { start: 'picture', size, evaluations } });
  } catch (error) {
    showError(sentenceOf(error), { topic: 'run' });
  }
}
