/** Sentences that stay on the page when its language changes: given as functions, they are said again in the other one. */

/** @typedef {string | (() => string)} Sentence a plain string stays in the language it was said in */

/** @param {Sentence} sentence @returns {string} as the language of the page has it now */
export const said = (sentence) => typeof sentence === 'function' ? sentence() : sentence;
