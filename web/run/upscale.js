/** Upscaling: what Sketch has painted small is the start of a larger run with VGG-19. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { decode } from '../input/decode.js';
import { sentenceOf } from '../app/errors.js';
import { switchNetwork } from '../network/network-choice.js';
import { showError } from '../ui/toasts.js';
import { requestOf, withSettings } from './run-spec.js';
import { paint } from './session.js';
import { encode } from '../export/save.js';
import { get } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { finish as say } from '../i18n/en.js';

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
  const { busy, making, painting, run } = get();
  return painting !== null && making?.network === 'sketch' && busy.size === 0 && (run === 'finished' || run === 'stopped');
}

/**
 * Paints on with VGG-19 from the picture that hangs there.
 * @param {number} size @param {number} [evaluations]
 */
export async function upscale(size, evaluations = STEPS) {
  const { making, painting, report } = get();
  if (!making || !painting) return;
  const request = requestOf(making, report);
  try {
    const start = await decode(await encode(painting, 'image/png'), { role: 'start', name: say.draftOf(namesOf(making.content).name) });
    await switchNetwork('vgg19');
    // Refused, put aside, or not to be had: that has been said, and the draft still hangs.
    if (get().network?.id !== 'vgg19') return;
    await paint({ ...withSettings(request, { start: 'picture', size, evaluations }), start, network: 'vgg19' });
  } catch (error) {
    showError(sentenceOf(error), { topic: 'run' });
  }
}
