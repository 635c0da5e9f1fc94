/** Who is painting: the engine and its adapter, always by name, and why when it is not the obvious one. */

import { byId } from '../app/dom.js';
import { said } from '../app/sentence.js';
import { get, subscribe } from '../app/store.js';
import { engine as say } from '../i18n/en.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const name = byId('adapter', HTMLElement);
  const why = byId('engine-why', HTMLElement);
  const show = () => {
    const { engine, engineWhy } = get();
    name.textContent = engine ? say.named(engine.engine, engine.adapter, engine.threads) : '';
    name.title = name.textContent;
    why.textContent = said(engineWhy);
    byId('engine-more', HTMLElement).hidden = engineWhy === '';
  };
  subscribe((changed) => { if (changed.has('engine') || changed.has('engineWhy')) show(); }, signal);
  show();
}
