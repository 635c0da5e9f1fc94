/** The scales of sliders, linear or logarithmic. */

/** @import { Control } from '../types' */

/** Slider positions: finer than a hand on a phone. */
export const NOTCHES = 200;

/**
 * Between a setting's value and the position of its slider.
 * @param {Pick<Control, 'min' | 'max' | 'usual_min' | 'usual_max' | 'scale'>} control
 * @returns {{ value: (notch: number) => number, notch: (value: number) => number }}
 */
export function scaleOf(control) {
  const min = control.min ?? 0;
  const max = control.max ?? 1;
  // The slider spans what is useful; the box reaches further.
  const low = control.usual_min ?? min;
  const high = control.usual_max ?? max;
  const clip = (/** @type {number} */ notch) => Math.max(0, Math.min(NOTCHES, Math.round(notch)));
  const tidy = (/** @type {number} */ value) => Number(Math.max(min, Math.min(max, value)).toPrecision(3));
  if (control.scale === 'log' && low > 0) {
    const span = Math.log(high / low);
    return {
      value: (notch) => (notch === 0 && min <= 0 ? 0 : tidy(low * Math.exp((span * notch) / NOTCHES))),
      notch: (value) => (value <= low ? 0 : clip((NOTCHES * Math.log(value / low)) / span)),
    };
  }
  return {
    value: (notch) => tidy(low + ((high - low) * notch) / NOTCHES),
    notch: (value) => clip((NOTCHES * (value - low)) / (high - low)),
  };
}
