/** The layers editor: every layer of the network as a chip, block by block; those in use have a weight. */

/** @import { Control, LayerWeight } from '../types' */
import { make } from '../app/dom.js';
import { parseNumber } from './number-parse.js';
import { clearError, showError } from '../ui/toasts.js';
import { change, onSettings, valueAt } from '../app/settings.js';
import { get, subscribe } from '../app/store.js';
import { layers as words, plainNumber, settings as say } from '../i18n/en.js';

/** @param {Control} control @param {string[]} names all layers there can be @param {AbortSignal} signal @returns {HTMLElement} */
export function makeLayers(control, names, signal) {
  const blocks = [...new Set(names.map((name) => name.replace(/_.*/, '')))];
  /** @type {Map<string, HTMLButtonElement>} */
  const chips = new Map();
  const grid = make('div', { class: 'chips', role: 'group', 'aria-label': control.label }, blocks.map((block) => make('div', {}, names
    .filter((name) => name.startsWith(`${block}_`))
    .map((name) => {
      const chip = make('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-layer': name }, [name.replace('conv', '').replace('_', '.')]);
      chip.addEventListener('click', () => toggle(name));
      chips.set(name, chip);
      return chip;
    }))));
  const weights = make('div', { class: 'weights' });

  const used = () => /** @type {LayerWeight[]} */ (valueAt(control.path) ?? []);
  const toggle = (/** @type {string} */ name) => {
    const now = used();
    const without = now.filter((each) => each.layer !== name);
    if (without.length === 0) {
      showError(() => say.noLayer(control.label), { topic: control.path });
      return;
    }
    clearError(control.path);
    const weight = now.length > 0 ? (now[now.length - 1]?.weight ?? 1) : 1;
    const next = without.length < now.length ? without : [...now, { layer: name, weight }];
    change(control.path, next.sort((a, b) => names.indexOf(a.layer) - names.indexOf(b.layer)));
  };
  const weigh = (/** @type {string} */ name, /** @type {HTMLInputElement} */ box) => {
    const weight = parseNumber(box.value);
    const kept = used().find((each) => each.layer === name)?.weight ?? 1;
    if (!Number.isFinite(weight) || weight < 0) {
      showError(() => say.atLeast(words.weightOf(name), 0, plainNumber(kept)), { topic: control.path });
      box.value = plainNumber(kept);
      return;
    }
    clearError(control.path);
    change(control.path, used().map((each) => (each.layer === name ? { ...each, weight } : each)));
  };

  const show = () => {
    const now = used();
    const network = get().network;
    for (const [name, chip] of chips) {
      const missing = network !== null && !network.info.layers.includes(name);
      const pressed = now.some((each) => each.layer === name);
      chip.setAttribute('aria-pressed', String(pressed));
      // A layer in use that the network lacks stays pressable, to be let go.
      chip.disabled = missing && !pressed;
      chip.classList.toggle('missing', missing);
      chip.title = missing ? words.missing(name, network.info.name) : name;
    }
    const shown = [...weights.children].map((row) => row.getAttribute('data-layer')).join();
    if (shown !== now.map((each) => each.layer).join()) {
      weights.replaceChildren(...now.map(({ layer }) => {
        const box = make('input', { type: 'text', class: 'number', inputmode: 'decimal', autocomplete: 'off', 'aria-label': words.weightOf(layer) });
        box.addEventListener('change', () => weigh(layer, box));
        return make('label', { 'data-layer': layer }, [make('span', {}, [layer]), box]);
      }));
    }
    now.forEach(({ weight }, i) => {
      const box = weights.children[i]?.querySelector('input');
      if (box && document.activeElement !== box) box.value = plainNumber(weight);
    });
  };
  onSettings((path) => { if (path === null || path === control.path) show(); }, signal);
  subscribe((changed) => { if (changed.has('network')) show(); }, signal);
  show();
  return make('div', { class: 'layers', 'data-path': control.path }, [grid, weights]);
}
