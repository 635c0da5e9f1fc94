/** The export dialog: formats of the result, and a video of its run. */

/** @import { Frame } from '../types' */
import { register } from '../app/commands.js';
import { byId } from '../app/dom.js';
import { showProblem } from '../ui/dialog-problem.js';
import { recordedFrames } from './frames.js';
import { printSize } from './print-size.js';
import { offerAs, rename, savedName } from './save.js';
import { get } from '../app/store.js';
import { save as say } from '../i18n/en.js';
import { videoCodec } from './codecs.js';
import { startWorker } from '../engine/start-worker.js';

/** Longest sides of a film, in pixels. A GIF's colours and size leave no room for more. */
const LONGEST = { mp4: 1280, webm: 1280, gif: 480 };
const VIDEOS = /** @type {const} */ (['mp4', 'webm']);

/** @type {Worker | null} */
let worker = null;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const dialog = byId('keep', HTMLDialogElement);
  register({
    id: 'export', buttons: ['save-more'], enabled: () => get().result !== null,
    run: () => {
      offerVideos();
      show();
      dialog.showModal();
    },
  }, signal);
  dialog.addEventListener('close', end, { signal });
  const name = byId('keep-name', HTMLInputElement);
  name.addEventListener('input', () => rename(name.value), { signal });
  // As it will be.
  name.addEventListener('change', () => { name.value = savedName(); }, { signal });
  for (const kind of /** @type {const} */ (['mp4', 'webm', 'gif'])) {
    byId(`keep-${kind}`, HTMLButtonElement).addEventListener('click', () => void make(kind), { signal });
  }
  for (const kind of VIDEOS) byId(`keep-${kind}`, HTMLButtonElement).hidden = true;
}

/** Shows the kinds of video that this browser can make. Not before somebody looks: a browser may take a tenth of a second to say. */
function offerVideos() {
  for (const kind of VIDEOS) {
    // Asked for the largest: what can make that can make all.
    void videoCodec(kind, LONGEST[kind], LONGEST[kind], 12).then((codec) => { byId(`keep-${kind}`, HTMLButtonElement).hidden = codec === null; });
  }
}

/** How large it is, what it is called, and how much of a film there is. */
function show() {
  const frames = recordedFrames().length;
  byId('keep-film', HTMLElement).hidden = frames < 2;
  byId('film-text', HTMLElement).textContent = say.film(frames);
  const { result } = get();
  byId('keep-size', HTMLElement).textContent = result ? say.size(result.width, result.height, printSize(result.width, result.height)) : '';
  byId('keep-name', HTMLInputElement).value = savedName();
}

/** @param {'mp4' | 'webm' | 'gif'} kind */
function make(kind) {
  const { result } = get();
  if (!result) return;
  const dialog = byId('keep', HTMLDialogElement);
  end();
  const scale = Math.min(1, LONGEST[kind] / Math.max(result.width, result.height));
  // Video encoders want even sides.
  const side = (/** @type {number} */ pixels) => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  /** @type {Frame} */
  const last = { width: result.width, height: result.height, iteration: result.iteration, picture: new Blob([result.rgba]) };
  worker = startWorker('export/video-worker.js', 'pastiche film');
  const mine = worker;
  const bar = byId('film-progress', HTMLProgressElement);
  bar.value = 0;
  showProblem(dialog, '');
  bar.hidden = false;
  const fail = () => {
    if (worker !== mine) return;
    end();
    showProblem(dialog, say.noFilm);
  };
  mine.addEventListener('error', fail);
  mine.addEventListener('message', ({ data }) => {
    if (worker !== mine) return;
    if (typeof data.part === 'number') {
      bar.value = data.part;
    } else if (data.film instanceof Blob) {
      end();
      offerAs(data.film, `.${kind}`);
    } else {
      fail();
    }
  });
  mine.postMessage({ kind, width: side(result.width), height: side(result.height), frames: recordedFrames(), last });
}

function end() {
  worker?.terminate();
  worker = null;
  byId('film-progress', HTMLProgressElement).hidden = true;
}
