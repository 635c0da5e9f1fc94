/** Starts the page: every feature is prepared, then the engine starts and describes the settings that there are. */

import { prepareWakeLock } from '../run/wake-lock.js';
import { prepareCamera } from '../input/camera.js';
import { prepareCanvas } from '../viewer/canvas.js';
import { prepareChart } from '../viewer/chart.js';
import { prepareCompare } from '../viewer/compare.js';
import { prepareDialogs } from '../ui/dialogs.js';
import { prepareCrop } from '../input/crop.js';
import { byId } from './dom.js';
import { prepareToasts } from '../ui/toasts.js';
import { prepareEstimate } from '../settings/estimate.js';
import { upscale, prepareUpscale } from '../run/upscale.js';
import { prepareEngineLine } from '../engine/engine-line.js';
import { prepareExportDialog } from '../export/export-dialog.js';
import { prepareShortcuts } from '../ui/shortcuts.js';
import { buildControls } from '../settings/controls.js';
import { prepareFocusMode } from '../viewer/focus-mode.js';
import { registerServiceWorker } from '../pwa/register.js';
import { translateDescription, prepareLanguageSelect, applyLanguage } from '../i18n/apply.js';
import { whereIsVgg } from '../network/load.js';
import { prepareSlots, useExamples, useOpeningPair } from '../input/slots.js';
import { prepareHistory } from '../history/history-dialog.js';
import { prepareProgress } from '../run/progress.js';
import { prepareMask } from '../input/mask.js';
import { prepareQueue } from '../run/queue.js';
import { preparePresets, prepareSettingsFile } from '../settings/presets.js';
import { offerRecovery, prepareAutosave } from '../history/autosave.js';
import { followControls, onCrash, onEvent, paint, prepareRun } from '../run/session.js';
import { prepareRecipeRead } from '../export/recipe-read.js';
import { prepareSave } from '../export/save.js';
import { prepareTimeline } from '../run/timeline.js';
import { canPaint, get, phase, set, subscribe } from './store.js';
import { prepareStrengthSeries } from '../run/strength-series.js';
import { setUpEngine } from '../engine/setup.js';
import { prepareStyles } from '../input/styles.js';
import { prepareTheme } from '../ui/theme.js';
import { prepareVgg19Suggestion } from '../network/suggest-vgg19.js';
import { prepareVariations } from '../run/variations.js';
import { prepareResponsive } from '../ui/responsive.js';
import { prepareZoom } from '../viewer/zoom.js';

/** For tests, which cannot import a single module of the bundled site. */
export { estimate } from '../settings/estimate.js';
export { settings } from './settings.js';
export { get };

performance.setResourceTimingBufferSize(2000);
await applyLanguage();

window.pastiche = {
  report: () => structuredClone(get().report),
  state: phase,
  losses: () => structuredClone(get().losses),
  engine: () => structuredClone(get().engine),
};

prepareToasts();
prepareTheme();
prepareLanguageSelect();
prepareDialogs();
prepareCanvas();
prepareCompare();
prepareZoom();
prepareFocusMode();
prepareProgress();
prepareSave();
prepareExportDialog();
prepareCamera();
prepareCrop();
prepareStyles();
prepareMask();
prepareRecipeRead();
prepareStrengthSeries();
prepareAutosave();
prepareHistory();
prepareRun();
prepareTimeline();
prepareUpscale();
prepareEstimate();
prepareVgg19Suggestion();
prepareQueue();
prepareVariations();
prepareSettingsFile();
prepareResponsive();
prepareShortcuts();
prepareWakeLock();
prepareEngineLine();
prepareChart();
set({});

const query = new URLSearchParams(location.search);
const pictures = prepareSlots();
if (!query.has('paint')) void pictures.then(useOpeningPair).then(offerRecovery);
byId('try', HTMLButtonElement).addEventListener('click', () => void useExamples().then(paintWhenReady));

void setUpEngine({
  first: ({ describe: english, settings }) => {
    const describe = translateDescription(english);
    void preparePresets(describe, settings).then(() => {
      if (query.has('paint')) void pictures.then(() => useExamples((query.get('paint') ?? '').split(','))).then(paintWhenReady);
    });
    buildControls(describe);
    followControls(describe);
  },
  event: onEvent,
  crash: onCrash,
}).then(registerServiceWorker);

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
    void whereIsVgg().then((where) => { if (where !== 'far') void upscale(finishAt); });
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
