/** Has the browser ask before the page is left with a run under way, or with a result that is neither in the history nor saved. */

import { isInHistory } from './autosave.js';
import { isSaved } from '../export/save.js';
import { get } from '../app/store.js';

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  addEventListener('beforeunload', (event) => {
    const { inputs, run } = get();
    const isUnderWay = (run === 'painting' || run === 'paused') && !inputs?.temporary;
    if (isUnderWay || !(isInHistory() || isSaved())) event.preventDefault();
  }, { signal });
}
