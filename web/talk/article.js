/** The article: the same steps to be read, each with its figure, alive while it is in view. */

import { make } from '../app/dom.js';
import { get } from '../app/store.js';
import { enter, leave, preview, stage } from './stage.js';
import { formula } from './math.js';
import { drawnFrom } from './parts.js';
import { steps } from './steps.js';
import { show as say, sources, words } from './en.js';

/** In the article there is room for the sums behind a formula. @type {Record<string, string[]>} */
const MORE = { trace: [], blocks: ['features'], gram: ['gramSum'], variation: ['tvSum'] };

/** In the order in which they are first cited. */
function citations() {
  /** @type {string[]} */
  const order = [];
  for (const { id } of steps) {
    for (const paragraph of words[/** @type {keyof typeof words} */ (id)].text) {
      for (const [, name = ''] of paragraph.matchAll(/\{(\w+)\}/g)) if (!order.includes(name)) order.push(name);
    }
  }
  return order;
}

/** A paragraph with its citations and letters. @param {string} text @param {string[]} order @returns {HTMLElement} */
function paragraph(text, order) {
  const parts = text.split(/(\{\w+\}|\*[^*]+\*)/).map((part) => {
    if (part.startsWith('{')) {
      const name = part.slice(1, -1);
      return make('a', { class: 'cite', href: `#source-${name}`, 'aria-label': sources[name]?.short ?? name }, [`[${order.indexOf(name) + 1}]`]);
    }
    return part.startsWith('*') ? make('i', {}, [part.slice(1, -1)]) : part;
  });
  return make('p', {}, parts);
}

/** @param {{ close: () => void, other: () => void, goLive: () => void }} controls @returns {import('./talk.js').Way} */
export function prepareArticle({ close, other, goLive }) {
  const order = citations();
  /** @type {Map<Element, import('./parts.js').Figure>} */
  const figures = new Map();
  const inView = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const figure = figures.get(target);
      if (!figure) continue;
      if (isIntersecting) enter(figure);
      else leave(figure);
    }
  });
  const sections = steps.map(({ id, figure: build, formulas }) => {
    const { title, text } = words[/** @type {keyof typeof words} */ (id)];
    const figure = build();
    const holder = make('div', { class: 'figure-area', role: 'group', 'aria-label': say.figure(title) }, [figure.node]);
    figures.set(holder, figure);
    inView.observe(holder);
    const [first = '', ...rest] = text.map((each) => paragraph(each, order));
    const math = [...formulas, ...(MORE[id] ?? [])].map((name) => make('div', { class: 'formula' }, [formula(name)]));
    return make('section', { id: `learn-${id}`, 'data-step': id }, [make('h2', {}, [title]), first, make('div', { class: 'plate' }, [holder, ...drawnFrom()]), ...math, ...rest]);
  });
  const link = (/** @type {string} */ text, /** @type {() => void} */ act) => {
    const button = make('button', { type: 'button', class: 'link' }, [text]);
    button.addEventListener('click', act);
    return button;
  };
  const { engine, network } = get();
  const lead = make('p', { class: 'lead' });
  const toLive = link(say.goLive, goLive);
  stage.onReplay = () => {
    lead.textContent = stage.replaying ? say.recordedLead : say.runs(network?.info.name ?? say.someNetwork, engine?.engine === 'gpu' ? say.card : say.processor);
    toLive.hidden = !stage.replaying;
  };
  stage.onReplay();
  const list = make('ol', {}, order.map((name) => {
    const source = sources[name];
    return make('li', { id: `source-${name}` }, [`${source?.full ?? name} `, make('a', { href: source?.href ?? '', rel: 'noreferrer', target: '_blank' }, [(source?.href ?? '').replace('https://', '')])]);
  }));
  const article = make('article', {}, [
    make('header', {}, [make('h1', {}, [say.name]), lead]),
    make('nav', { class: 'contents', 'aria-label': say.contents }, [make('ol', {}, steps.map(({ id }) => make('li', {}, [
      make('a', { href: `#learn-${id}` }, [words[/** @type {keyof typeof words} */ (id)].title]),
    ])))]),
    ...sections,
    make('section', { id: 'learn-sources' }, [make('h2', {}, [say.sources]), list]),
  ]);
  // The address keeps saying ?learn: a jump within the article is not another page.
  article.addEventListener('click', (event) => {
    const anchor = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!anchor) return;
    event.preventDefault();
    const target = article.querySelector(anchor.getAttribute('href') ?? '');
    target?.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    if (target instanceof HTMLElement) {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  });
  // What nobody has scrolled to is there too, for whoever prints it.
  void preview([...figures.values()]);
  return {
    nodes: [make('div', { class: 'reading-bar' }, [make('span', { class: 'mark' }, ['Pastiche']), toLive, link(say.talk, other), link(say.close, close)]), make('div', { class: 'reading', tabindex: '0', autofocus: true, role: 'region', 'aria-label': say.name }, [article])],
    label: say.name,
    key: () => {},
    close: () => {
      inView.disconnect();
      for (const figure of figures.values()) leave(figure);
    },
  };
}
