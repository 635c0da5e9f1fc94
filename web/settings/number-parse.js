/** Numbers as people type them, and as ARIA has them. */

/**
 * A number with a point or a comma before its decimals. A comma before exactly three digits, as in 1,024, may separate thousands as well: it is
 * refused, since one of the two readings would be wrong by a factor of a thousand.
 *
 * @param {string} text
 * @returns {number} NaN for what is no number, or might be two
 */
export function parseNumber(text) {
  const typed = text.trim().replace('−', '-');
  if (!/^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i.test(typed)) return NaN;
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(typed)) return NaN;
  return Number(typed.replace(',', '.'));
}

/** Without an exponent, which is no number in an ARIA attribute. @param {number} value @returns {string} */
export function plainDecimal(value) {
  return value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 });
}
