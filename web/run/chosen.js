/** What the controls ask for now. */

/** @import { RunRequest } from '../types' */
import { preset, settings } from '../app/settings.js';
import { get, styleImages } from '../app/store.js';

/** The pictures that are chosen, with the settings and the network as they stand; null while a picture is missing. @returns {RunRequest | null} */
export function chosenNow() {
  const { network, pictures: { content, style, start } } = get();
  if (!content || !style) return null;
  return {
    content, style, start, styles: styleImages(), settings: settings(), preset: preset(), network: network?.id ?? null,
    changes: [], marks: [], until: 0, chosen: true,
  };
}
