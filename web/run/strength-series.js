/** A strength series: five strengths from one run, which raises the strength on the way and keeps a checkpoint before each change. */

import { register } from '../app/commands.js';
import { onRestored } from '../app/canvas-restore.js';
import { byId, make } from '../app/dom.js';
import { showProblem } from '../ui/dialog-problem.js';
import { endSeries, isSeriesComplete, seriesPictures } from './series-frames.js';
import { chosenNow } from './chosen.js';
import { withSettings } from './run-spec.js';
import { paint } from './session.js';
import { encode, offerAs } from '../export/save.js';
import { canPaint, get, subscribe } from '../app/store.js';
import { save as saving, series as say } from '../i18n/en.js';

const DEGREES = [0.2, 0.4, 0.6, 0.8, 1];

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  register({ id: 'strengthSeries', buttons: ['series-go'], enabled: canPaint, run: begin }, signal);
  byId('series-save', HTMLButtonElement).addEventListener('click', () => void save(), { signal });
  subscribe((changed) => {
    if (changed.has('run') && get().run === 'finished' && isSeriesComplete()) open();
  }, signal);
}

async function begin() {
  const request = chosenNow();
  if (!canPaint() || !request) return;
  const { evaluations, scales } = request.settings;
  const each = Math.max(1, Math.round(Number(evaluations) / DEGREES.length));
  await paint({
    // At one size from the first degree on, and with an average that has let go of the degree before when the next is due.
    ...withSettings(request, { strength: DEGREES[0], evaluations: each * DEGREES.length, average: 0.9, scales: { .../** @type {object} */ (scales), on: false } }),
    changes: DEGREES.slice(1).map((strength, n) => ({ evaluation: (n + 1) * each, settings: { strength } })),
    marks: DEGREES.map((_, n) => (n + 1) * each),
  });
}

function open() {
  byId('series-pictures', HTMLElement).replaceChildren(...seriesPictures().map(({ width, height, rgba }, n) => {
    const canvas = make('canvas', { width: String(width), height: String(height), role: 'img', 'aria-label': say.degree(DEGREES[n] ?? 1) });
    const draw = () => canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
    draw();
    onRestored(canvas, draw);
    return make('figure', {}, [canvas, make('figcaption', {}, [say.percent(DEGREES[n] ?? 1)])]);
  }));
  endSeries();
  byId('series', HTMLDialogElement).showModal();
}

/** One picture of all five, side by side. */
async function save() {
  const pictures = seriesPictures();
  const [first] = pictures;
  if (!first) return;
  const gap = Math.max(2, Math.round(first.width / 40));
  const canvas = new OffscreenCanvas(pictures.length * (first.width + gap) - gap, first.height);
  const context = canvas.getContext('2d');
  pictures.forEach(({ width, height, rgba }, n) => context?.putImageData(new ImageData(rgba, width, height), n * (first.width + gap), 0));
  try {
    const rgba = context?.getImageData(0, 0, canvas.width, canvas.height).data;
    if (!rgba) throw new Error('no canvas');
    offerAs(await encode({ width: canvas.width, height: canvas.height, rgba: new Uint8ClampedArray(rgba) }, 'image/png'), '-strip.png');
  } catch {
    showProblem(byId('series', HTMLDialogElement), saving.failed);
  }
}
