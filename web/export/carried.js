/** The choice of what a saved PNG carries beside its pixels. */

import { byId } from '../app/dom.js';
import { preferences } from '../app/preferences.js';

const PARTS = /** @type {const} */ (['recipe', 'names', 'masks', 'device']);

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const box = (/** @type {typeof PARTS[number]} */ part) => byId(`carry-${part}`, HTMLInputElement);
  const show = () => {
    const carried = preferences.get('carried');
    for (const part of PARTS) {
      box(part).checked = carried[part];
      // What belongs to the recipe goes with it.
      box(part).disabled = part !== 'recipe' && !carried.recipe;
    }
  };
  for (const part of PARTS) {
    box(part).addEventListener('change', () => {
      preferences.set('carried', { ...preferences.get('carried'), [part]: box(part).checked });
      show();
    }, { signal });
  }
  show();
}
