/** Numbers, times and sizes as the page's language writes them. */

/** Of numbers and dates: the language the page speaks. */
export const locale = { tag: 'en' };

/** The visitor’s own kinds of that language first, as in Austria or Australia; none in Node. @returns {string[]} */
export const locales = () => [...(globalThis.navigator?.languages ?? []).filter((each) => each.startsWith(locale.tag)), locale.tag];

/** Making one takes longer than using it. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] @returns {string} */
export function number(value, options = {}) {
  return formatOf(options).format(value);
}

/** @param {Intl.NumberFormatOptions} options @returns {Intl.NumberFormat} */
function formatOf(options) {
  const tags = locales();
  const key = JSON.stringify([tags, options]);
  const format = formats.get(key) ?? new Intl.NumberFormat(tags, options);
  formats.set(key, format);
  return format;
}

/** What stands before the decimals: a point or a comma. @returns {string} */
export function decimalMark() {
  return formatOf({}).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${number(bytes / 1e6, bytes < 1e7 ? { minimumFractionDigits: 1, maximumFractionDigits: 1 } : { maximumFractionDigits: 0 })} MB`;

/** @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (/** @type {number} */ n) => number(n, { minimumIntegerDigits: 2 });
  return hours > 0 ? `${number(hours)}:${two(minutes)}:${two(whole % 60)}` : `${number(minutes)}:${two(whole % 60)}`;
}

/** As it stands in a box, and can be typed: without groups, to four digits unless it is whole. @param {number} value */
export function plainNumber(value) {
  if (Number.isInteger(value)) return number(value, { useGrouping: false, maximumFractionDigits: 0 });
  const digits = /** @type {const} */ ({ useGrouping: false, maximumSignificantDigits: 4 });
  if (Math.abs(value) >= 1e-6) return number(value, digits);
  return number(value, { ...digits, notation: 'scientific' }).replace('E', 'e');
}

/** @param {number} share */
export const percent = (share) => number(share, { style: 'percent', maximumFractionDigits: 0 });

/** "40 s", "3 min", "2.5 h". @param {number} seconds */
export function roughly(seconds) {
  const about = (/** @type {number} */ value) => number(value, { maximumSignificantDigits: value < 10 ? 1 : 2 });
  if (seconds < 90) return `${about(Math.max(1, seconds))} s`;
  return seconds < 5400 ? `${about(seconds / 60)} min` : `${number(seconds / 3600, { maximumFractionDigits: 1 })} h`;
}

/** @param {number} bytes */
export const memory = (bytes) => bytes < 1e9 ? `${number(bytes / 1e6, { maximumSignificantDigits: 2 })} MB` : `${number(bytes / 1e9, { maximumFractionDigits: 1 })} GB`;

/** Of one step. @param {number} milliseconds */
export const stepTime = (milliseconds) => `${number(milliseconds, { maximumFractionDigits: milliseconds < 10 ? 1 : 0 })} ms`;

/** A loss: two digits, whatever its size. @param {number} value */
export const loss = (value) => withExponent(value, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 });

/** A power of ten beside an axis. @param {number} value */
export const powerOfTen = (value) => withExponent(value, { maximumSignificantDigits: 1 });

/** With an exponent where it would be long. @param {number} value @param {Intl.NumberFormatOptions} digits */
function withExponent(value, digits) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e4)) return number(value, digits);
  return number(value, { ...digits, notation: 'scientific' }).replace('E', 'e');
}

/** "21.7 × 16.3 cm". @param {[width: number, height: number]} size */
export function centimetres([width, height]) {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${number(width, digits)} × ${number(height, { ...digits, style: 'unit', unit: 'centimeter' })}`;
}
