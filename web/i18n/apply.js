/**
 * Which language the page speaks: the one that was chosen here, or asked for in the address (`?lang=de`), or the first of the browser's own
 * that the page knows, or English. A language is a module whose words are put over the English; English visitors fetch none.
 */

/** @import { Describe, Example } from '../types' */
import { address } from '../app/address.js';
import { byId, make } from '../app/dom.js';
import { preferences } from '../app/preferences.js';
import { set } from '../app/store.js';
import { clearError, showError } from '../ui/toasts.js';
import { engineWords, exampleWords, language as say } from './en.js';
import { LANGUAGES } from './languages.js';
import { applyMarkup, readMarkup } from './markup.js';
import { putOver, speak } from './overlay.js';


/** The one that is spoken now. */
let spoken = 'en';
/** The newest choice wins, however long the words of an older one take to come. */
let choices = 0;

/** @returns {string} */
function wanted() {
  return chosen() ?? navigator.languages.map((each) => each.split('-')[0] ?? '').find((each) => Object.hasOwn(LANGUAGES, each)) ?? 'en';
}

/** What the person chose; the browser's own preference is not theirs to remember. @returns {string | null} */
function chosen() {
  const known = (/** @type {string | null} */ tag) => (tag !== null && Object.hasOwn(LANGUAGES, tag) ? tag : null);
  return known(address().lang) ?? known(preferences.get('language'));
}

/** The language that is spoken, as a tag. @returns {string} */
export function currentLanguage() {
  return spoken;
}

/** Has the talk and the article speak the page's language; called before anything of them is made. @param {object} english talk/en.js */
export async function applyTalkLanguage(english) {
  try {
    putOver(english, await LANGUAGES[spoken]?.talk?.().then(({ words }) => words) ?? {});
  } catch {
    // Offline, and never kept: English is there.
    putOver(english, {});
  }
}

/** Speaks the visitor's language from here on; called before anything is said. */
export async function applyLanguage() {
  readMarkup();
  const language = wanted();
  // Offline on a first visit: English is there.
  if (language !== 'en') await speakLanguage(language);
}

/**
 * Speaks another language from here on: whoever shows words sees `language` change in the store, and says them again.
 * @param {string} language
 * @returns {Promise<boolean>} false where its words could not be had
 */
async function speakLanguage(language) {
  choices += 1;
  const mine = choices;
  let words = null;
  try {
    words = await LANGUAGES[language]?.words?.().then((loaded) => loaded.words) ?? null;
  } catch {
    return mine !== choices;
  }
  if (mine !== choices) return true;
  speak(words);
  spoken = language;
  document.documentElement.lang = language;
  applyMarkup();
  set({ language });
  return true;
}

/** The engine's description of its controls in the language that is spoken. What has no other words keeps its own. @param {Describe} describe @returns {Describe} */
export function translateDescription(describe) {
  const { groups, controls, choices, presets } = engineWords;
  return {
    ...describe,
    groups: describe.groups.map(({ id, label }) => ({ id, label: groups[id] ?? label })),
    controls: describe.controls.map((control) => {
      const [label, help] = controls[control.path] ?? [control.label, control.help];
      return { ...control, label, help, choices: control.choices?.map(({ value, label: own }) => ({ value, label: choices[control.path]?.[value] ?? own })) ?? null };
    }),
    presets: describe.presets.map((preset) => {
      const [label, description] = presets[preset.id] ?? [preset.label, preset.description];
      return { ...preset, label, description };
    }),
  };
}

/** The example pictures in English, by their ids. @type {Map<string, Example>} */
const examples = new Map();

/** @param {Example} example in English @returns {Example} */
export function translateExample(example) {
  examples.set(example.id, example);
  const [name, alt] = exampleWords[example.id] ?? [example.name, example.alt];
  return { ...example, name, alt };
}

/**
 * What a picture is called and what it shows, in the language that is spoken; a visitor's own picture has one name. Examples have their
 * English names in runs, files and the history.
 * @param {{ name: string, alt: string, example: string | null }} picture
 * @returns {{ name: string, alt: string }}
 */
export function namesOf({ name, alt, example }) {
  const known = example === null ? undefined : examples.get(example);
  return known ? translateExample(known) : { name, alt };
}

/** The choice of language. Nothing is lost by it: pictures, result and a run under way stay. @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const select = byId('language', HTMLSelectElement);
  select.replaceChildren(...Object.entries(LANGUAGES).map(([tag, { name }]) => make('option', { value: tag, lang: tag }, [name])));
  select.value = spoken;
  select.addEventListener('change', () => void choose(select), { signal });
}

/** @param {HTMLSelectElement} select */
async function choose(select) {
  const language = select.value;
  if (!await speakLanguage(language)) {
    select.value = spoken;
    showError(() => say.missing(LANGUAGES[language]?.name ?? language), { topic: 'language' });
    return;
  }
  clearError('language');
  preferences.set('language', spoken);
  const here = new URL(location.href);
  here.searchParams.set('lang', spoken);
  history.replaceState(history.state, '', here);
}
