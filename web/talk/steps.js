/** The steps, in their order: what is on stage in the talk, and what stands between the paragraphs of the article. */

import { blend } from './steps/blend.js';
import { blocks } from './steps/blocks.js';
import { closing } from './steps/closing.js';
import { content } from './steps/content.js';
import { descent } from './steps/descent.js';
import { gradient } from './steps/gradient.js';
import { gram } from './steps/gram.js';
import { iterations } from './steps/iterations.js';
import { opening } from './steps/opening.js';
import { style } from './steps/style.js';
import { styles } from './steps/styles.js';
import { variation } from './steps/variation.js';
import { weights } from './steps/weights.js';

/** @type {import('./parts.js').Step[]} */
export const steps = [opening, blend, blocks, content, gram, style, variation, gradient, descent, weights, styles, iterations, closing];
