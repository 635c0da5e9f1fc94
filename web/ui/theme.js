/** Light or dark: the system's preference until the visitor says otherwise. */

import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { preferences } from '../app/preferences.js';
import { theme as say } from '../i18n/en.js';

const preference = matchMedia('(prefers-color-scheme: dark)');

/** @returns {'light' | 'dark'} */
function now() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : preference.matches ? 'dark' : 'light';
}

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const button = byId('theme', HTMLButtonElement);
  const show = () => {
    const label = now() === 'dark' ? say.toLight : say.toDark;
    button.dataset.now = now();
    button.setAttribute('aria-label', label);
    button.title = label;
    document.dispatchEvent(new Event('themechange'));
  };
  register({ id: 'theme', buttons: ['theme'], run: () => {
    const next = now() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    // The system's own preference need not be remembered, and goes on being followed.
    const own = next === (preference.matches ? 'dark' : 'light');
    if (own) delete document.documentElement.dataset.theme;
    preferences.set('theme', own ? null : next);
    show();
  } }, signal);
  preference.addEventListener('change', show, { signal });
  show();
}
