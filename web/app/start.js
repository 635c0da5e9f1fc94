/** How the page opens: with an example pair, with a run if the address asks for one, and with the talk or the article if it names them. */

import { offerRecovery } from '../history/recovery.js';
import { hasExamples, loadExamples, useExamples, useOpeningPair } from '../input/slots.js';
import { whereIsVgg } from '../network/load.js';
import { paint } from '../run/session.js';
import { upscale } from '../run/upscale.js';
import { address } from './address.js';
import { register } from './commands.js';
import { byId } from './dom.js';
import { canPaint, get, phase, subscribe } from './store.js';

/** @param {import('./feature.js').App} app */
export function mount({ signal }) {
  register({ id: 'example', buttons: ['try'], shown: () => get().pictures.style === null && hasExamples(), run: () => useExamples().then(paintWhenReady) }, signal);
  for (const kind of KINDS) {
    byId(`open-${kind}`, HTMLElement).addEventListener('click', (event) => {
      // With one of these the link is for another tab or window.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void openTalk(kind, true);
    }, { signal });
  }
  // Back and Forward, between the page and what lies over it.
  addEventListener('popstate', () => {
    const [kind = null] = address().open;
    if (kind !== null || isTalkLoaded) void talk().then(({ followAddress }) => followAddress(kind));
  }, { signal });
}

/** The talk and the article are loaded when they are asked for: by the address, or from the help. */
const KINDS = /** @type {const} */ (['talk', 'learn']);
let isTalkLoaded = false;
const talk = () => {
  isTalkLoaded = true;
  return import('../talk/talk.js');
};
/** @param {'talk' | 'learn'} kind @param {boolean} [fromPage] whether Back leads to the page as it is */
const openTalk = async (kind, fromPage) => (await talk()).openTalk(kind, fromPage);

/** What the address asks for; once. @param {import('./address.js').Address} address */
export function openFrom({ finish, open, paint: ids }) {
  if (ids === null) void loadExamples().then(useOpeningPair).then(offerRecovery);
  else void loadExamples().then(() => useExamples(ids)).then(paintWhenReady);
  for (const kind of open) void openTalk(kind);
  if (ids !== null && finish !== null) upscaleWhenFinished(finish);
}

/** `?finish=384`: the first result, if Sketch made it, is continued with VGG-19 at that size, where it is at hand. @param {number} size */
function upscaleWhenFinished(size) {
  const once = new AbortController();
  subscribe((changed) => {
    if (!changed.has('run') || get().run !== 'finished') return;
    once.abort();
    if (get().inputs?.network !== 'sketch') return;
    void whereIsVgg().then((where) => { if (where !== 'far') void upscale(size); });
  }, once.signal);
}

/** Paints the pictures that are chosen now as soon as everything is there, unless others are chosen first. @param {boolean} chosen whether they are what was asked for */
function paintWhenReady(chosen) {
  if (!chosen) return;
  const once = new AbortController();
  const { others, pictures } = get();
  const look = () => {
    if (once.signal.aborted) return;
    if (get().run === 'painting' || get().pictures !== pictures || get().others !== others) once.abort();
    else if (phase() === 'ready' && canPaint()) {
      once.abort();
      void paint();
    }
  };
  subscribe(look, once.signal);
  look();
}
