/** The steps, in their order: what is on stage in the talk, and what stands between the paragraphs of the article. */

import { blend } from './steps/blend.js';
import { blocks } from './steps/blocks.js';
import { closing } from './steps/closing.js';
import { content } from './steps/content.js';
import { descent } from './steps/descent.js';
import { gradient } from './steps/gradient.js';
import { gram } from './steps/gram.js';
import { iterations } from './steps/iterations.js';
import { keras } from './steps/keras.js';
import { layers } from './steps/layers.js';
import { opening } from './steps/opening.js';
import { others } from './steps/others.js';
import { raised } from './steps/raised.js';
import { shuffle } from './steps/shuffle.js';
import { style } from './steps/style.js';
import { styles } from './steps/styles.js';
import { trace } from './steps/trace.js';
import { variation } from './steps/variation.js';
import { weights } from './steps/weights.js';
import { without } from './steps/without.js';

/** @type {import('./parts.js').Step[]} */
export const steps = [
  opening, blend, trace, blocks, content, gram, shuffle, style, layers, variation, gradient, descent, without, weights, raised, styles,
  iterations, keras, others, closing,
];

/** Talks of so many minutes. */
export const PLANS = /** @type {const} */ ([5, 10, 20]);

/** The steps of a talk of so many minutes. @param {number} minutes */
export const planned = (minutes) => steps.filter(({ plan }) => plan <= minutes);
