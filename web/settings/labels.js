/**
 * The engine's sentences name settings by their paths, in quotes. To somebody who turned a control, that control's label is said instead; who
 * wrote a file, a link or a command line wrote the paths.
 */

/** @import { Describe } from '../types' */
import { settings as say } from '../i18n/en.js';

/**
 * @param {string} sentence
 * @param {Pick<Describe, 'groups' | 'controls'> | null} describe in the language of the page; null where no engine has described its settings
 * @returns {string}
 */
export function withLabels(sentence, describe) {
  if (!describe) return sentence;
  const { groups, controls } = describe;
  /** @param {Describe['controls'][number]} control */
  const labelOf = ({ group, label }) => {
    const isOnly = controls.filter((each) => each.label === label).length === 1;
    return isOnly ? label : `${groups.find(({ id }) => id === group)?.label ?? group}: ${label}`;
  };
  return sentence.replace(/"([a-z0-9_.]+)"((?: is| to) "([a-z0-9_]+)")?/g, (whole, path, value, id) => {
    const control = controls.find((each) => each.path === path);
    if (!control) return whole;
    const choice = control.choices?.find((each) => each.value === id)?.label;
    return say.quoted(labelOf(control)) + (choice === undefined ? value ?? '' : value.replace(`"${id}"`, say.quoted(choice)));
  });
}
