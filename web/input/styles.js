/** Several styles: the one in the slot and the others under it, each with its share and, where it is not for everywhere, its mask. */

/** @import { StyleSlot } from '../types' */
import { byId, make } from '../app/dom.js';
import { openMask } from './mask.js';
import { drawPicture } from './draw-picture.js';
import { useStyleAt } from './slots.js';
import { change, onSettings, valueAt } from '../app/settings.js';
import { get, styleSlots, set, subscribe } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { styles as say } from '../i18n/en.js';

/** Largest share that the slider gives; the control in the settings takes more. */
const MOST = 4;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const add = byId('style-add', HTMLButtonElement);
  add.addEventListener('click', () => set({ adding: !get().adding }), { signal });
  byId('style-mask', HTMLButtonElement).addEventListener('click', () => void openMask(0), { signal });
  subscribe((changed) => {
    if (changed.has('pictures') || changed.has('others') || changed.has('mask') || changed.has('adding')) show();
  }, signal);
  onSettings((path) => { if (path === null || path === 'style.blend') showShares(); }, signal);
  // Made anew, whatever was there before.
  shown = [];
  show();
}

/** Shares as they are, 1 where none is set. */
function shares() {
  const set = /** @type {number[]} */ (valueAt('style.blend') ?? []);
  return styleSlots().map((_, n) => set[n] ?? 1);
}

/** @type {readonly StyleSlot[]} */
let shown = [];

function show() {
  const { adding, mask, others, pictures } = get();
  const style = pictures.style;
  const add = byId('style-add', HTMLButtonElement);
  add.hidden = style === null;
  add.setAttribute('aria-pressed', String(adding));
  const where = byId('style-mask', HTMLButtonElement);
  where.hidden = style === null || pictures.content === null;
  where.setAttribute('aria-pressed', String(mask !== null));
  byId('style-adding', HTMLElement).hidden = !adding;
  const list = byId('styles-list', HTMLElement);
  list.hidden = others.length === 0;
  const now = others.length === 0 ? [] : styleSlots();
  if (now.length !== shown.length || now.some((each, n) => each.picture !== shown[n]?.picture || each.mask !== shown[n]?.mask)) {
    shown = now;
    list.replaceChildren(...now.map(row));
  }
  showShares();
}

/** @param {StyleSlot} slot @param {number} n @returns {HTMLElement} */
function row({ picture, mask, wanted }, n) {
  const canvas = make('canvas', { width: '4', height: '3', 'aria-hidden': 'true' });
  if (picture) void drawPicture(canvas, picture, 96);
  const name = picture ? namesOf(picture).name : wanted?.name || say.unnamed(n + 1);
  const slider = make('input', { type: 'range', min: '0', max: String(MOST), step: '0.05', 'data-share': String(n), 'aria-label': say.share(name) });
  slider.addEventListener('input', () => {
    const next = shares();
    next[n] = Number(slider.value);
    change('style.blend', next);
  });
  const parts = [canvas, make('span', { class: 'name', title: name }, [name]), picture ? maskButton(name, mask !== null, n) : chooseButton(name, n)];
  if (n > 0) {
    const drop = make('button', { type: 'button', class: 'icon small', 'aria-label': say.drop(name), title: say.drop(name) }, ['×']);
    drop.addEventListener('click', () => {
      change('style.blend', shares().filter((_, at) => at !== n));
      set({ others: get().others.filter((_, at) => at !== n - 1) });
      byId('style-add', HTMLButtonElement).focus();
    });
    parts.push(drop);
  }
  return make('li', {}, [...parts, slider]);
}

/** @param {string} name @param {boolean} masked @param {number} n */
function maskButton(name, masked, n) {
  const button = make('button', { type: 'button', class: 'icon small', 'aria-pressed': String(masked), 'aria-label': say.where(name), title: say.where(name) }, [...byId('style-mask', HTMLButtonElement).children].map((child) => child.cloneNode(true)));
  button.addEventListener('click', () => void openMask(n));
  return button;
}

/** For a style that a recipe names and that is not on this machine. @param {string} name @param {number} n */
function chooseButton(name, n) {
  const input = make('input', { type: 'file', class: 'visually-hidden', tabindex: '-1', accept: 'image/*', 'aria-label': name });
  const button = make('button', { type: 'button', class: 'link', 'aria-label': say.chooseNamed(name), title: say.chooseNamed(name) }, [say.choose]);
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => { if (input.files?.[0]) void useStyleAt(n, input.files[0]); });
  return make('span', {}, [button, input]);
}

function showShares() {
  const now = shares();
  const sum = now.reduce((a, b) => a + b, 0);
  for (const slider of document.querySelectorAll('#styles-list input[data-share]')) {
    if (!(slider instanceof HTMLInputElement)) continue;
    const share = now[Number(slider.dataset.share)] ?? 1;
    slider.value = String(share);
    slider.style.setProperty('--at', `${(100 * Math.min(share, MOST)) / MOST}%`);
    slider.setAttribute('aria-valuetext', say.percent(sum > 0 ? share / sum : 0));
    slider.title = say.percent(sum > 0 ? share / sum : 0);
  }
}
