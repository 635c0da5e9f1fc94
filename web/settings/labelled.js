/** Sentences about settings as they are said beside the controls. */

import { get } from '../app/store.js';
import { translateDescription } from '../i18n/apply.js';
import { withLabels } from './labels.js';

/** @param {string} sentence of the engine @returns {() => string} with the labels of the controls, in the language of the page */
export const labelled = (sentence) => () => {
  const { described } = get();
  return withLabels(sentence, described && translateDescription(described.describe));
};
