/** Numbers as people type them, and as ARIA has them. */

import { decimalMark } from '../i18n/numbers.js';

/**
 * A number with a point or a comma before its decimals. The mark that is not the language's own may separate thousands as well: before exactly
 * three digits, as in 1,024 where decimals follow a point, it is refused, since one of the two readings would be wrong by a factor of a thousand.
 *
 * @param {string} text
 * @param {string} [mark] what the language has before decimals
 * @returns {number} NaN for what is no number, or might be two
 */
export function parseNumber(text, mark = decimalMark()) {
  const typed = text.trim().replace('−', '-');
  if (!/^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i.test(typed)) return NaN;
  const other = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/.exec(typed)?.[1];
  if (other !== undefined && other !== mark) return NaN;
  return Number(typed.replace(',', '.'));
}

/** Without an exponent, which is no number in an ARIA attribute. @param {number} value @returns {string} */
export function plainDecimal(value) {
  return value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 });
}
