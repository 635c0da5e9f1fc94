/** Upscaling: what Sketch has painted small is the start of a larger run with VGG-19. */

/** @import { RunInputs, Preview } from '../types' */
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
import { runOf } from '../settings/estimate.js';
import { labelled } from '../settings/labelled.js';
import { planRun } from '../settings/plan.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('finish-dialog', HTMLDialogElement);
  register({ id: 'upscale', buttons: ['finish'], shown: canUpscale, run: () => void offer(dialog) }, signal);
  byId('finish-go', HTMLButtonElement).addEventListener('click', () => {
    const [size, steps] = [byId('finish-size', HTMLInputElement), byId('finish-steps', HTMLInputElement)];
    if (!size.reportValidity() || !steps.reportValidity()) return;
    dialog.close();
    void upscale(Number(size.value), Number(steps.value));
  }, { signal });
}

/** Whether there is a result of Sketch to start from. */
function canUpscale() {
  const { busy, inputs, result, run } = get();
  return result !== null && inputs?.network === 'sketch' && busy.size === 0 && (run === 'finished' || run === 'stopped');
}

/** What the engine proposes for the picture that is shown, which may be of a smaller scale than its run's last. @param {RunInputs} inputs @param {Preview} result */
async function proposal(inputs, { width, height }) {
  const { settings, ...run } = runOf(inputs);
  return (await planRun({ ...run, settings: { ...settings, size: Math.max(width, height) } })).finish;
}

/** @param {HTMLDialogElement} dialog */
async function offer(dialog) {
  const { inputs, result } = get();
  if (!inputs || !result || dialog.open) return;
  try {
    const { size, evaluations } = await proposal(inputs, result);
    byId('finish-size', HTMLInputElement).value = String(size);
    byId('finish-steps', HTMLInputElement).value = String(evaluations);
    if (!dialog.open) dialog.showModal();
  } catch (error) {
    showError(labelled(sentenceOf(error)), { topic: 'run' });
  }
}

/**
 * Paints on with VGG-19 from the picture that is shown.
 * @param {number} size @param {number} [steps] as many as the engine proposes, if not given
 */
export async function upscale(size, steps) {
  const { inputs, result, report } = get();
  if (!inputs || !result) return;
  const request = requestOf(inputs, report);
  try {
    const evaluations = steps ?? (await proposal(inputs, result)).evaluations;
    const start = await decode(await encode(result, 'image/png'), { role: 'start', name: say.draftOf(namesOf(inputs.content).name) });
    await switchNetwork('vgg19');
    // Refused, paused, or not to be had: that has been said, and the draft is still shown.
    if (get().network?.id !== 'vgg19') return;
    await paint({ ...withSettings(request, { start: 'picture', size, evaluations }), start, network: 'vgg19' });
  } catch (error) {
    showError(labelled(sentenceOf(error)), { topic: 'run' });
  }
}
