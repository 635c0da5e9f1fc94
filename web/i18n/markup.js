/**
 * The words that stand in index.html: each element that has any is known by `data-i18n`, or else by its id. Another language gives by these
 * keys its text, or its text and attributes; in a text, {0} and {1} stand for the elements within, in their order.
 */

/** @import { MarkupWords } from '../types' */
import { markup } from './en.js';

/** Attributes that people see or hear; `content` is that of the description for search engines. */
const SPOKEN = ['aria-label', 'title', 'alt', 'placeholder'];

/** @typedef {Record<string, string>} Said by the names of attributes; the text of the element is `text` */

/** The English of index.html, as it was before anything changed it. @type {Map<Element, { key: string, english: Said }>} */
const originals = new Map();

/** Reads what index.html says. To be called before any code says something else in its place. */
export function readMarkup() {
  for (const element of document.querySelectorAll('[data-i18n], [id]')) {
    /** @type {Said} */
    const english = {};
    const text = patternOf(element);
    if (/\p{L}{2}/u.test(text)) english['text'] = text;
    for (const name of element.localName === 'meta' ? ['content'] : SPOKEN) {
      const value = element.getAttribute(name);
      if (value !== null) english[name] = value;
    }
    if (Object.keys(english).length > 0) originals.set(element, { key: element.getAttribute('data-i18n') ?? element.id, english });
  }
}

/** Says it in the language whose words are in use; what that one lacks in English. */
export function applyMarkup() {
  for (const [element, { key, english }] of originals) say(element, { ...english, ...namedWords(markup[key] ?? {}) });
}

/** @param {MarkupWords} words @returns {Said} */
const namedWords = (words) => typeof words === 'string' ? { text: words } : words;

/** Its text, with {0} in place of the first element in it. @param {Element} element */
function patternOf(element) {
  let n = 0;
  const parts = [...element.childNodes].map((node) => node instanceof Text ? node.data : node instanceof Element ? `{${n++}}` : '');
  return parts.join('').replace(/\s+/g, ' ').trim();
}

/** @param {Element} element @param {Said} words */
function say(element, { text, ...attributes }) {
  if (text !== undefined) {
    const within = [...element.children];
    element.replaceChildren(...text.split(/\{(\d)\}/).map((part, at) => (at % 2 === 0 ? part : within[Number(part)] ?? '')));
  }
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
