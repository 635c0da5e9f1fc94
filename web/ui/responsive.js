/** Layout that a style sheet cannot do: on a narrow screen size and iterations move from the bar to the settings, and the engine's line from
 * the header to below the picture. The start picture shows when it is used. */

import { byId } from '../app/dom.js';
import { onSettings, valueAt } from '../app/settings.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const narrow = matchMedia('(max-width: 720px)');
  const sizes = byId('sizes', HTMLElement);
  const home = byId('bar', HTMLElement);
  const panel = byId('panel', HTMLElement);
  const line = byId('engine-line', HTMLElement);
  const [header, stage] = [byId('header', HTMLElement), byId('stage', HTMLElement)];
  const place = () => {
    // Moved only where they are not yet: what is moved loses the focus.
    const there = sizes.parentElement === panel;
    if (narrow.matches && !there) {
      panel.prepend(sizes);
      stage.append(line);
    } else if (!narrow.matches && there) {
      home.insertBefore(sizes, byId('saving', HTMLElement));
      header.insertBefore(line, header.lastElementChild);
    }
  };
  narrow.addEventListener('change', place, { signal });
  place();
  onSettings((path) => {
    if (path === null || path === 'start') byId('start-slot', HTMLElement).hidden = valueAt('start') !== 'picture';
  }, signal);
}
