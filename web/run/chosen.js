/** What the controls ask for now. */

/** @import { RunRequest, StyleInput } from '../types' */
import { preset, settings } from '../app/settings.js';
import { get, styleImages } from '../app/store.js';

/** The pictures that are chosen, with the settings and the network as they stand; null while a picture is missing. @returns {RunRequest | null} */
export function chosenNow() {
  const { content } = get().pictures;
  const rest = requestWith(styleImages());
  return content && rest && { ...rest, content };
}

/** The same for another photo, in these styles. @param {readonly StyleInput[]} styles @returns {Omit<RunRequest, 'content'> | null} null without a style */
export function requestWith(styles) {
  const { network, pictures: { start } } = get();
  const [first] = styles;
  return first ? {
    style: first.picture, start, styles: [...styles], settings: settings(), preset: preset(), network: network?.id ?? null,
    changes: [], marks: [], until: 0, chosen: true,
  } : null;
}
