/** Layout that a style sheet cannot do: on a narrow screen size and iterations move from the bar to the settings. The start picture shows when it is used. */

import { byId } from '../app/dom.js';
import { onSettings, valueAt } from '../app/settings.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const narrow = matchMedia('(max-width: 720px)');
  const sizes = byId('sizes', HTMLElement);
  const home = byId('bar', HTMLElement);
  const knobs = byId('panel', HTMLElement);
  const place = () => {
    if (narrow.matches) knobs.prepend(sizes);
    else home.insertBefore(sizes, byId('saving', HTMLElement));
  };
  narrow.addEventListener('change', place, { signal });
  place();
  onSettings((path) => {
    if (path === null || path === 'start') byId('start-slot', HTMLElement).hidden = valueAt('start') !== 'picture';
  }, signal);
}
