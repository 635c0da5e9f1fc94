/** Settings are read and written by dotted paths. */

/** @import { SettingValue, Settings } from '../types' */

/** @param {Settings} into changed in place @param {string} path @param {SettingValue} value */
export function write(into, path, value) {
  const keys = path.split('.');
  const last = /** @type {string} */ (keys.pop());
  let at = into;
  for (const key of keys) at = /** @type {Settings} */ (at[key] ??= {});
  at[last] = value;
}

/** @param {Settings} from @param {string} path @returns {SettingValue | undefined} */
export function read(from, path) {
  /** @type {unknown} */
  let at = from;
  for (const key of path.split('.')) at = /** @type {Settings | undefined} */ (at)?.[key];
  return /** @type {SettingValue | undefined} */ (at);
}
