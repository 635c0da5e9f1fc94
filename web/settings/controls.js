/**
 * The controls, built from the engine's description of its settings. The primary ones are always visible; the others fold away in the
 * engine's groups. Size and iterations stand in the bar.
 */

/** @import { Describe, Control } from '../types' */
import { byId, make } from '../app/dom.js';
import { makeLayers } from './layer-editor.js';
import { bindBox, makeSlider } from './number-field.js';
import { change, onSettings, valueAt } from '../app/settings.js';
import { onDescribed } from '../app/store.js';
import { translateDescription } from '../i18n/apply.js';
import { ends } from '../i18n/en.js';

/** Settings whose boxes stand elsewhere on the page, by their ids. */
const ELSEWHERE = { size: 'size', evaluations: 'iterations' };

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  onDescribed(({ describe }) => build(translateDescription(describe), signal), signal);
}

/** @param {Describe} describe @param {AbortSignal} signal */
function build(describe, signal) {
  for (const [path, id] of Object.entries(ELSEWHERE)) {
    const control = describe.controls.find((each) => each.path === path);
    if (!control) continue;
    const box = byId(id, HTMLInputElement);
    box.title = control.help;
    byId(`${id}-label`, HTMLLabelElement).textContent = control.label;
    bindBox(box, control, signal);
  }
  // Weights belong to several style pictures, of which the page has one.
  const controls = describe.controls.filter((control) => !(control.path in ELSEWHERE) && control.kind !== 'weights');
  byId('controls', HTMLElement).replaceChildren(...controls.filter((control) => control.primary).map((control) => row(control, describe, signal)));
  // What was folded out stays so when the controls are made anew, in another language.
  const open = new Set([...document.querySelectorAll('#groups details[open]')].map((each) => each.getAttribute('data-group')));
  byId('groups', HTMLElement).replaceChildren(...describe.groups.flatMap((group) => {
    const folded = controls.filter((control) => !control.primary && control.group === group.id);
    if (folded.length === 0) return [];
    return [make('details', { class: 'group', 'data-group': group.id, open: open.has(group.id) }, [
      make('summary', {}, [group.label]),
      make('div', { class: 'rows' }, folded.map((control) => row(control, describe, signal))),
    ])];
  }));
}

/** @param {Control} control @param {Describe} describe @param {AbortSignal} signal @returns {HTMLElement} */
function row(control, describe, signal) {
  const id = `control-${control.path.replace(/\W/g, '-')}`;
  const help = make('p', { class: 'help', id: `${id}-help` }, [control.help]);
  const label = make('label', { for: id }, [control.label]);
  const element = make('div', { class: `control ${control.kind}${control.primary ? ' primary' : ''}`, title: control.help });
  switch (control.kind) {
    case 'boolean': {
      const box = make('input', { type: 'checkbox', id, 'data-path': control.path, 'aria-describedby': help.id });
      const show = () => { box.checked = valueAt(control.path) === true; };
      box.addEventListener('change', () => change(control.path, box.checked));
      onSettings(show, signal);
      show();
      element.append(box, label, help);
      break;
    }
    case 'choice': {
      const select = make('select', { id, 'data-path': control.path, 'aria-describedby': help.id },
        (control.choices ?? []).map((choice) => make('option', { value: choice.value }, [choice.label])));
      const show = () => { select.value = String(valueAt(control.path)); };
      select.addEventListener('change', () => change(control.path, select.value));
      onSettings(show, signal);
      show();
      element.append(label, select, help);
      break;
    }
    case 'layers':
      element.append(make('span', { class: 'label' }, [control.label]), makeLayers(control, describe.layers, signal), help);
      break;
    default: {
      const box = make('input', { type: 'text', id, 'aria-describedby': help.id });
      bindBox(box, control, signal);
      element.append(label, box);
      if (control.kind === 'number') element.append(makeSlider(control, help.id, signal));
      const [low, high] = ends[control.path] ?? [];
      if (low && high) element.append(make('div', { class: 'ends', 'aria-hidden': 'true' }, [make('span', {}, [low]), make('span', {}, [high])]));
      element.append(help);
    }
  }
  return element;
}
