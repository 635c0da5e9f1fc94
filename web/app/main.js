/** The page, put together: each room is prepared, then the studio opens and the engine says what knobs there are. */

import { stayAwake } from '../run/wake-lock.js';
import { prepareCamera } from '../input/camera.js';
import { prepareCanvas } from '../viewer/canvas.js';
import { prepareChart } from '../viewer/chart.js';
import { prepareCompare } from '../viewer/compare.js';
import { prepareDialogs } from '../network/consent.js';
import { prepareCrop } from '../input/crop.js';
import { byId } from './dom.js';
import { prepareErrors } from '../ui/toasts.js';
import { prepareEstimate } from '../settings/estimate.js';
import { carryOver, prepareFinish } from '../run/upscale.js';
import { showEngine } from '../engine/engine-line.js';
import { prepareKeeping } from '../export/export-dialog.js';
import { prepareKeys } from '../ui/shortcuts.js';
import { buildKnobs } from '../settings/controls.js';
import { prepareLarge } from '../viewer/focus-mode.js';
import { prepareOffline } from '../pwa/register.js';
import { inOurWords, prepareLanguages, speakTheirs } from '../i18n/apply.js';
import { whereIsVgg } from '../network/load.js';
import { hangPictures, useExamples, useOpeningPair } from '../input/slots.js';
import { preparePast } from '../history/history-dialog.js';
import { prepareProgress } from '../run/progress.js';
import { prepareMask } from '../input/mask.js';
import { prepareQueue } from '../run/queue.js';
import { prepareRecipes, prepareSettingsFile } from '../settings/presets.js';
import { offerLost, prepareRemembering } from '../history/autosave.js';
import { followKnobs, onCrash, onEvent, paint, prepareRun } from '../run/session.js';
import { prepareRestore } from '../export/recipe-read.js';
import { prepareSave } from '../export/save.js';
import { prepareScrub } from '../run/timeline.js';
import { canPaint, get, phase, set, subscribe } from './store.js';
import { prepareStrip } from '../run/strength-series.js';
import { openStudio } from '../engine/setup.js';
import { prepareStyles } from '../input/styles.js';
import { prepareTheme } from '../ui/theme.js';
import { prepareUseVgg19 } from '../network/suggest-vgg19.js';
import { prepareVariations } from '../run/variations.js';
import { prepareWall } from '../ui/responsive.js';
import { prepareZoom } from '../viewer/zoom.js';

/** For tests, which cannot reach into a room of the finished site. */
export { estimate } from '../settings/estimate.js';
export { settings } from './settings.js';
export { get };

performance.setResourceTimingBufferSize(2000);
await speakTheirs();

window.pastiche = {
  report: () => structuredClone(get().report),
  state: phase,
  losses: () => structuredClone(get().losses),
  engine: () => structuredClone(get().engine),
};

prepareErrors();
prepareTheme();
prepareLanguages();
prepareDialogs();
prepareCanvas();
prepareCompare();
prepareZoom();
prepareLarge();
prepareProgress();
prepareSave();
prepareKeeping();
prepareCamera();
prepareCrop();
prepareStyles();
prepareMask();
prepareRestore();
prepareStrip();
prepareRemembering();
preparePast();
prepareRun();
prepareScrub();
prepareFinish();
prepareEstimate();
prepareUseVgg19();
prepareQueue();
prepareVariations();
prepareSettingsFile();
prepareWall();
prepareKeys();
stayAwake();
showEngine();
prepareChart();
set({});

const query = new URLSearchParams(location.search);
const pictures = hangPictures();
if (!query.has('paint')) void pictures.then(useOpeningPair).then(offerLost);
byId('try', HTMLButtonElement).addEventListener('click', () => void useExamples().then(paintWhenReady));

void openStudio({
  first: ({ describe: english, settings }) => {
    const describe = inOurWords(english);
    void prepareRecipes(describe, settings).then(() => {
      if (query.has('paint')) void pictures.then(() => useExamples((query.get('paint') ?? '').split(','))).then(paintWhenReady);
    });
    buildKnobs(describe);
    followKnobs(describe);
  },
  event: onEvent,
  crash: onCrash,
}).then(prepareOffline);

// The talk and the article come when they are asked for: by the address, or from the help.
for (const kind of /** @type {const} */ (['talk', 'learn'])) {
  const show = async () => (await import('../talk/talk.js')).openTalk(kind);
  if (query.has(kind)) void show();
  byId(`open-${kind}`, HTMLElement).addEventListener('click', (event) => {
    event.preventDefault();
    void show();
  });
}

/** `?finish=384`: the first painting, if Sketch made it, is painted on with VGG-19 at that size, where it is at hand. */
const finishAt = Number(query.get('finish'));
if (query.has('paint') && Number.isInteger(finishAt) && finishAt >= 16 && finishAt <= 4096) {
  let waiting = true;
  subscribe((changed) => {
    if (!waiting || !changed.has('run') || get().run !== 'finished') return;
    waiting = false;
    if (get().making?.network !== 'sketch') return;
    void whereIsVgg().then((where) => { if (where !== 'far') void carryOver(finishAt); });
  });
}

/** Paints as soon as everything is there, once. */
function paintWhenReady() {
  let waiting = true;
  const look = () => {
    if (!waiting) return;
    if (get().run === 'painting') waiting = false;
    else if (phase() === 'ready' && canPaint()) {
      waiting = false;
      void paint();
    }
  };
  subscribe(look);
  look();
}
