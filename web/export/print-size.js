/** How large a picture is on paper. */

/** What photo printers ask for. */
const DPI = 300;
const CM_PER_INCH = 2.54;

/**
 * @param {number} width @param {number} height in pixels @param {number} [dpi] dots to an inch
 * @returns {[width: number, height: number]} in centimetres
 */
export function printSize(width, height, dpi = DPI) {
  return [(width / dpi) * CM_PER_INCH, (height / dpi) * CM_PER_INCH];
}
