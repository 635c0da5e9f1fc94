/**
 * The talk and the article: two ways through the same steps, laid over the page while its run goes on behind them. Loaded when somebody
 * asks for one of them, so that the page itself does not pay for it.
 */

import { asset } from '../app/asset.js';
import { make } from '../app/dom.js';
import { sentenceOf } from '../app/errors.js';
import { applyTalkLanguage } from '../i18n/apply.js';
import { subscribe, get } from '../app/store.js';
import { prepareArticle } from './article.js';
import { beginLifetime, closeLive, endLifetime, live, openLive, restorePage } from './live.js';
import { prepareNotes } from './notes.js';
import { prepareSlides } from './slides.js';
import { recorded } from './recorded.js';
import { closeStage, openStage, refresh, replay, stage as shown } from './stage.js';
import * as english from './en.js';

/** For tests, which cannot import a single module of the bundled site. */
export { runSpecOf, talkEngine } from './engine.js';
export * as convolution from './convolution.js';
export * as run from './live.js';
export * as stage from './stage.js';

/** @typedef {'talk' | 'learn'} Kind */
/** @typedef {{ nodes: Node[], label: string, key: (event: KeyboardEvent) => void, close: () => void }} Way */

/** @type {{ kind: Kind, dialog: HTMLDialogElement, way: Way } | null} */
let open = null;

/** @returns {Promise<void>} */
function styled() {
  if (document.querySelector('link[data-talk]')) return Promise.resolve();
  return new Promise((resolve) => {
    const link = make('link', { rel: 'stylesheet', href: asset('web/talk/talk.css'), 'data-talk': true });
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => resolve());
    document.head.append(link);
  });
}

/** The address that shows this way, without what else it says. @param {Kind | null} kind */
function address(kind) {
  const url = new URL(location.href);
  for (const each of ['talk', 'learn']) url.searchParams.delete(each);
  url.hash = kind ? url.hash : '';
  const rest = url.searchParams.toString();
  const search = [kind, rest].filter(Boolean).join('&');
  return `${url.pathname}${search ? `?${search}` : ''}${url.hash}`;
}

/** The newest wish wins, however long an older one takes. */
let wishes = 0;

/** @param {Kind} kind @param {boolean} [fromPage] whether it was asked for on the page, to which Back then leads */
export async function openTalk(kind, fromPage = false) {
  // Before anything is loaded, so that Back is not the way out of the site meanwhile. From one to the other it stays one entry of the browser's history.
  if (fromPage) history.pushState({ fromPage: true }, '', address(kind));
  else history.replaceState(history.state, '', address(kind));
  await show(kind);
}

/** Back or Forward: the address says what is to be seen. @param {Kind | null} kind */
export async function followAddress(kind) {
  if (kind === (open?.kind ?? null)) {
    wishes += 1;
    return;
  }
  if (kind) return show(kind);
  wishes += 1;
  dismantle();
  await restorePage();
}

/** @param {Kind} kind */
async function show(kind) {
  wishes += 1;
  const mine = wishes;
  dismantle();
  await Promise.all([styled(), applyTalkLanguage(english)]);
  if (mine !== wishes) return;
  for (const dialog of document.querySelectorAll('dialog')) if (dialog.open) dialog.close('cancel');
  const trouble = make('p', { class: 'trouble', role: 'alert' });
  const showTrouble = (/** @type {string} */ sentence) => { if (trouble.textContent !== sentence) trouble.textContent = sentence; };
  live.trouble = showTrouble;
  const begin = () => openLive({ mayBegin: () => kind === 'talk' || wanted, refresh }).catch((error) => showTrouble(sentenceOf(error)));
  // Whoever reads starts no run.
  let wanted = get().inputs !== null && get().run !== null;
  const goLive = () => {
    wanted = true;
    replay(false);
    void begin();
  };
  const controls = { close, goLive, other: () => void openTalk(kind === 'talk' ? 'learn' : 'talk') };
  const signal = beginLifetime();
  openStage();
  replay(kind === 'learn' && !wanted);
  const way = kind === 'talk' ? prepareSlides(controls) : prepareArticle(controls);
  const dialog = make('dialog', { id: 'talk', class: kind, 'aria-label': way.label }, [...way.nodes, trouble]);
  dialog.addEventListener('cancel', (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
  open = { kind, dialog, way };
  // On the window: when a control that had the focus is gone, keys go to the body.
  addEventListener('keydown', (event) => {
    if (open && !document.querySelector('dialog[open]:not(#talk)')) open.way.key(event);
  }, { signal });
  // What ends the run, or keeps it from beginning, is said on the page, which lies underneath.
  const reason = () => document.getElementById('error-text')?.textContent ?? '';
  const look = () => {
    if (get().run === 'failed') live.trouble(reason());
    else if (get().broken && !shown.replaying) live.trouble(english.show.noEngine(reason()));
  };
  subscribe((changed) => { if (open && (changed.has('run') || changed.has('broken'))) queueMicrotask(look); }, signal);
  look();
  if (kind === 'talk' || wanted) await begin();
  // Offline, and never kept: then the run has to do.
  else void recorded().catch(() => { if (!signal.aborted) goLive(); });
}

/** The speaker's window, instead of the page. @param {AbortSignal} signal */
export async function openNotes(signal) {
  await Promise.all([styled(), applyTalkLanguage(english)]);
  const notes = make('div', { id: 'talk-notes' }, prepareNotes(signal));
  document.body.append(notes);
  for (const other of [...document.body.children]) if (other !== notes && other instanceof HTMLElement) other.inert = other.hidden = true;
}

function close() {
  if (!open) return;
  dismantle();
  void restorePage();
  if (history.state?.fromPage) history.back();
  else history.replaceState(null, '', address(null));
}

function dismantle() {
  if (!open) return;
  const { dialog, way } = open;
  open = null;
  way.close();
  closeStage();
  endLifetime();
  closeLive();
  // Closed first: the browser gives the focus back.
  dialog.close();
  dialog.remove();
  // Its rules are not the page's.
  document.querySelector('link[data-talk]')?.remove();
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
}
