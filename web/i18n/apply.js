/**
 * Which language the page speaks: the one that was chosen here, or asked for in the address (`?lang=de`), or the first of the browser's own
 * that the page knows, or English. A language is a module that puts its words over the English; English visitors fetch none.
 */

/** @import { Describe, Example } from '../types' */
import { byId, make } from '../app/dom.js';
import { phase, subscribe } from '../app/store.js';
import { engineWords, exampleWords } from './en.js';
import { applyMarkup, readMarkup } from './markup.js';

/** In their own names. @type {Record<string, string>} */
const LANGUAGES = { en: 'English', de: 'Deutsch' };
const REMEMBERED = 'pastiche language';

/** The one that is spoken now. */
let spoken = 'en';

/** @returns {string} */
function wanted() {
  return wish() ?? navigator.languages.map((each) => each.split('-')[0] ?? '').find((each) => each in LANGUAGES) ?? 'en';
}

/** What the person chose; the browser's wish is not theirs to remember. @returns {string | null} */
function wish() {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked && asked in LANGUAGES) return asked;
  try {
    const chosen = localStorage.getItem(REMEMBERED);
    return chosen && chosen in LANGUAGES ? chosen : null;
  } catch {
    return null;
  }
}

/** The module with the words that are spoken, for a worker to import before all else; null for English. @returns {string | null} */
export function languageModule() {
  return spoken === 'en' ? null : wordsOf(spoken);
}

const wordsOf = (/** @type {string} */ language) => new URL(`../i18n/${language}.js`, import.meta.url).href;

/** Has the talk and the article speak the page's language; called before anything of them is made. */
export async function applyTalkLanguage() {
  if (spoken === 'en') return;
  try {
    await import(new URL(`../talk/${spoken}.js`, import.meta.url).href);
  } catch {
    // Offline, and never kept: English is there.
  }
}

/** Speaks the visitor's language from here on; called before anything is said. */
export async function applyLanguage() {
  const language = wanted();
  if (language === 'en') return;
  try {
    await import(wordsOf(language));
  } catch {
    // Offline on a first visit: English is there.
    return;
  }
  spoken = language;
  document.documentElement.lang = language;
  readMarkup();
  applyMarkup();
}

/** The engine's description of its knobs in the language that is spoken. What has no other words keeps its own. @param {Describe} describe @returns {Describe} */
export function translateDescription(describe) {
  const { groups, knobs, choices, presets } = engineWords;
  return {
    ...describe,
    groups: describe.groups.map(({ id, label }) => ({ id, label: groups[id] ?? label })),
    knobs: describe.knobs.map((knob) => {
      const [label, help] = knobs[knob.path] ?? [knob.label, knob.help];
      return { ...knob, label, help, choices: knob.choices?.map(({ value, label: own }) => ({ value, label: choices[knob.path]?.[value] ?? own })) ?? null };
    }),
    presets: describe.presets.map((preset) => {
      const [label, description] = presets[preset.id] ?? [preset.label, preset.description];
      return { ...preset, label, description };
    }),
  };
}

/** @param {Example} example @returns {Example} */
export function translateExample(example) {
  const [name, alt] = exampleWords[example.id] ?? [example.name, example.alt];
  return { ...example, name, alt };
}

/** The choice of language. @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('language', HTMLSelectElement);
  select.replaceChildren(...Object.entries(LANGUAGES).map(([tag, name]) => make('option', { value: tag, lang: tag }, [name])));
  select.value = spoken;
  select.addEventListener('change', () => {
    try { localStorage.setItem(REMEMBERED, select.value); } catch { /* no storage: the address says it */ }
    const address = new URL(location.href);
    address.searchParams.set('lang', select.value);
    location.replace(address);
  }, { signal });
  subscribe((changed) => { if (changed.has('run')) select.disabled = phase() === 'painting' || phase() === 'paused'; }, signal);
}
