/** The canvas: the invitation before there is a picture, the photo before a run, the result. */

/** @import { Picture, Preview } from '../types' */
import { onRestored } from '../app/canvas-restore.js';
import { byId } from '../app/dom.js';
import { drawPicture } from '../input/draw-picture.js';
import { currentPlan, onEstimate } from '../settings/estimate.js';
import { get, subscribe } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { caption as say, invite } from '../i18n/en.js';

/** The photo behind the result is drawn no larger than this; it is only looked at. */
const LONGEST_BEFORE = 2048;

/** @type {Picture | null} */
let behind = null;
/** @type {Picture | null} */
let styleBehind = null;
/** @type {Preview | null} */
let shown = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  subscribe((changed) => {
    if (changed.has('result')) showPainting();
    if (changed.has('pictures') || changed.has('run') || changed.has('result') || changed.has('busy') || changed.has('network')) arrange();
  }, signal);
  onEstimate(showCaption, signal);
  arrange();
}

/** What the shown painting was made from: the photo is behind the cut, and both are named under it. @param {Picture} content @param {Picture} style */
export function paintFrom(content, style) {
  behind = content;
  styleBehind = style;
}

function showPainting() {
  const { result } = get();
  if (!result || result === shown) return;
  shown = result;
  drawShown();
}

function drawShown() {
  const result = shown;
  if (!result) return;
  const canvas = byId('canvas', HTMLCanvasElement);
  if (canvas.width !== result.width || canvas.height !== result.height) {
    canvas.width = result.width;
    canvas.height = result.height;
  }
  canvas.getContext('2d')?.putImageData(new ImageData(result.rgba, result.width, result.height), 0, 0);
  onRestored(canvas, drawShown);
}

/** @type {Picture | null} */
let drawn = null;

function arrange() {
  const { result, pictures } = get();
  const source = result ? behind : pictures.content;
  const frame = byId('frame', HTMLElement);
  byId('invite', HTMLElement).hidden = result !== null || pictures.content !== null;
  byId('invite-title', HTMLElement).textContent = pictures.style ? invite.contentTitle : invite.bothTitle;
  byId('invite-text', HTMLElement).textContent = pictures.style ? invite.contentText : invite.bothText;
  frame.hidden = result === null && pictures.content === null;
  frame.classList.toggle('painted', result !== null);
  const shape = result ?? source;
  if (shape) frame.style.setProperty('--ratio', String(shape.width / shape.height));
  if (source && source !== drawn) {
    drawn = source;
    void drawPicture(byId('before', HTMLCanvasElement), source, LONGEST_BEFORE);
  }
  byId('canvas', HTMLCanvasElement).setAttribute('aria-label', say.result(result && behind ? namesOf(behind).alt : ''));
  showCaption();
}

/** The caption under the picture: what it is, then a small line. */
function showCaption() {
  const { result, pictures } = get();
  const line = byId('caption-text', HTMLElement);
  const [photo, style] = result ? [behind, styleBehind] : [pictures.content, pictures.style];
  byId('caption-title', HTMLElement).textContent = photo && style ? say.title(namesOf(photo).name, namesOf(style).name) : photo ? namesOf(photo).name : '';
  if (result) {
    line.textContent = say.during(result.width, result.height, result.iteration);
  } else if (pictures.content && !pictures.style) {
    line.textContent = say.chooseStyle;
  } else if (pictures.content) {
    const plan = currentPlan();
    line.textContent = plan ? say.willBe(plan.width, plan.height, Math.max(plan.width, plan.height) > Math.max(pictures.content.width, pictures.content.height)) : '';
  } else {
    line.textContent = '';
  }
}
