/** The page, put together: each room is prepared, then the studio opens and the engine says what knobs there are. */

import { stayAwake } from './awake.js';
import { prepareCamera } from './camera.js';
import { prepareCanvas } from './canvas.js';
import { prepareChart } from './chart.js';
import { prepareCompare } from './compare.js';
import { prepareDialogs } from './consent.js';
import { prepareCrop } from './crop.js';
import { byId } from './dom.js';
import { prepareErrors } from './errors.js';
import { prepareEstimate } from './estimate.js';
import { carryOver, prepareFinish } from './finish.js';
import { showEngine } from './header-line.js';
import { prepareKeeping } from './keeping.js';
import { prepareKeys } from './keys.js';
import { buildKnobs } from './knobs.js';
import { prepareLarge } from './large.js';
import { prepareOffline } from './offline.js';
import { inOurWords, prepareLanguages, speakTheirs } from './language.js';
import { whereIsVgg } from './networks.js';
import { hangPictures, useExamples, useOpeningPair } from './pictures.js';
import { preparePast } from './past.js';
import { prepareProgress } from './progress.js';
import { prepareMask } from './mask.js';
import { prepareQueue } from './queue.js';
import { prepareRecipes, prepareSettingsFile } from './recipe.js';
import { offerLost, prepareRemembering } from './remember.js';
import { followKnobs, onCrash, onEvent, paint, prepareRun } from './run.js';
import { prepareRestore } from './restore.js';
import { prepareSave } from './save.js';
import { prepareScrub } from './scrub.js';
import { canPaint, get, phase, set, subscribe } from './state.js';
import { prepareStrip } from './strip.js';
import { openStudio } from './studio.js';
import { prepareStyles } from './styles.js';
import { prepareTheme } from './theme.js';
import { prepareUseVgg19 } from './use-vgg19.js';
import { prepareVariations } from './variations.js';
import { prepareWall } from './wall.js';
import { prepareZoom } from './zoom.js';

/** For tests, which cannot reach into a room of the finished site. */
export { estimate } from './estimate.js';
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
  const show = async () => (await import('./talk/talk.js')).openTalk(kind);
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
