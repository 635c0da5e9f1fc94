/**
 * VGG-19 one click away where Sketch was chosen by itself: on the processor, when VGG-19 is kept here or lies beside the page. Says what it
 * costs: bytes, and how much longer the chosen run would take.
 */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { currentEstimate, onEstimate } from '../settings/estimate.js';
import { vgg19Bytes, whereIsVgg } from './load.js';
import { get, phase } from '../app/store.js';
import { estimate as say } from '../i18n/en.js';
import { switchNetwork } from './network-choice.js';

/** A step of VGG-19 takes as many times as long as one of Sketch, on the processor (`node tests/step-time.mjs`). */
const TIMES = 9;

/** Whether VGG-19 is at hand; null until it has been looked for. @type {boolean | null} */
let atHand = null;
/** What fetching it takes, null where it is kept or the host does not say. @type {number | null} */
let bytes = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const button = byId('use-vgg19', HTMLButtonElement);
  register({ id: 'useVgg19', buttons: ['use-vgg19'], run: () => switchNetwork('vgg19') }, signal);
  onEstimate(() => show(button), signal);
  show(button);
}

/** @param {HTMLButtonElement} button */
function show(button) {
  const { engine, network } = get();
  const now = phase();
  // After a run Upscale stands in its place.
  const wanted = engine?.engine === 'cpu' && network?.id === 'sketch' && (now === 'ready' || now === 'empty');
  if (wanted && atHand === null) void look(button);
  button.hidden = !(wanted && atHand);
  if (button.hidden) return;
  const cost = currentEstimate();
  button.textContent = say.useVgg19(bytes, TIMES, cost ? cost.seconds * TIMES : null);
}

/** @param {HTMLButtonElement} button */
async function look(button) {
  atHand = false;
  const where = await whereIsVgg();
  atHand = where !== 'far';
  bytes = where === 'here' ? await vgg19Bytes() : null;
  show(button);
}
