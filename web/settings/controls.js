/**
 * The controls, built from the engine's description of its settings. The primary ones are always visible; the others fold away in the
 * engine's groups. Size and iterations stand in the bar.
 */

/** @import { Describe, Knob } from '../types' */
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
    const knob = describe.knobs.find((each) => each.path === path);
    if (!knob) continue;
    const box = byId(id, HTMLInputElement);
    box.title = knob.help;
    byId(`${id}-label`, HTMLLabelElement).textContent = knob.label;
    bindBox(box, knob, signal);
  }
  // Weights belong to several style pictures, of which the page has one.
  const knobs = describe.knobs.filter((knob) => !(knob.path in ELSEWHERE) && knob.kind !== 'weights');
  byId('knobs', HTMLElement).replaceChildren(...knobs.filter((knob) => knob.primary).map((knob) => row(knob, describe, signal)));
  // What was folded out stays so when the controls are made anew, in another language.
  const open = new Set([...document.querySelectorAll('#groups details[open]')].map((each) => each.getAttribute('data-group')));
  byId('groups', HTMLElement).replaceChildren(...describe.groups.flatMap((group) => {
    const folded = knobs.filter((knob) => !knob.primary && knob.group === group.id);
    if (folded.length === 0) return [];
    return [make('details', { class: 'group', 'data-group': group.id, open: open.has(group.id) }, [
      make('summary', {}, [group.label]),
      make('div', { class: 'rows' }, folded.map((knob) => row(knob, describe, signal))),
    ])];
  }));
}

/** @param {Knob} knob @param {Describe} describe @param {AbortSignal} signal @returns {HTMLElement} */
function row(knob, describe, signal) {
  const id = `knob-${knob.path.replace(/\W/g, '-')}`;
  const help = make('p', { class: 'help', id: `${id}-help` }, [knob.help]);
  const label = make('label', { for: id }, [knob.label]);
  const element = make('div', { class: `knob ${knob.kind}${knob.primary ? ' primary' : ''}`, title: knob.help });
  switch (knob.kind) {
    case 'boolean': {
      const box = make('input', { type: 'checkbox', id, 'data-path': knob.path, 'aria-describedby': help.id });
      const show = () => { box.checked = valueAt(knob.path) === true; };
      box.addEventListener('change', () => change(knob.path, box.checked));
      onSettings(show, signal);
      show();
      element.append(box, label, help);
      break;
    }
    case 'choice': {
      const select = make('select', { id, 'data-path': knob.path, 'aria-describedby': help.id },
        (knob.choices ?? []).map((choice) => make('option', { value: choice.value }, [choice.label])));
      const show = () => { select.value = String(valueAt(knob.path)); };
      select.addEventListener('change', () => change(knob.path, select.value));
      onSettings(show, signal);
      show();
      element.append(label, select, help);
      break;
    }
    case 'layers':
      element.append(make('span', { class: 'label' }, [knob.label]), makeLayers(knob, describe.layers, signal), help);
      break;
    default: {
      const box = make('input', { type: 'text', id, 'aria-describedby': help.id });
      bindBox(box, knob, signal);
      element.append(label, box);
      if (knob.kind === 'number') element.append(makeSlider(knob, help.id, signal));
      const [low, high] = ends[knob.path] ?? [];
      if (low && high) element.append(make('div', { class: 'ends', 'aria-hidden': 'true' }, [make('span', {}, [low]), make('span', {}, [high])]));
      element.append(help);
    }
  }
  return element;
}
