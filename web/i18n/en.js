/**
 * Every sentence the page says by itself, in English. What never changes stands in index.html, and what the engine says of its controls in
 * crates/transfer. Another language is one more file that puts its own words over all three (web/i18n/de.js), named in web/i18n/apply.js
 * and among what the site is bundled from (crates/xtask/src/page.rs); whoever adds a sentence here or in index.html adds it there, and the
 * type checker, tests/node/markup.test.mjs and tests/browser/language.test.mjs say what was forgotten.
 */

import { centimetres, clock, locale, locales, megabytes, memory, number, percent, plainNumber, roughly, stepTime } from './numbers.js';

export { clock, locale, locales, megabytes, memory, plainNumber } from './numbers.js';

/** What index.html says, in other words: by `data-i18n` or id (markup.js). @type {Record<string, import('../types').MarkupWords>} */
export const markup = {};
/** What the engine says of its controls, in other words. @type {import('../types').EngineWords} */
export const engineWords = { groups: {}, controls: {}, choices: {}, presets: {} };
/** Names and descriptions of the example pictures, in other words: by their ids. @type {Record<string, [string, string]>} */
export const exampleWords = {};

export const status = {
  loadingEngine: 'Getting the engine ready',
  /** @param {number} loaded @param {number | null} total */
  engineBytes: (loaded, total) => `Getting the engine ready: ${megabytes(loaded)}${total ? ` of ${megabytes(total)}` : ''}`,
  loadingNetwork: 'Reading the network',
  /** @param {string} name @param {number} loaded @param {number | null} total */
  networkBytes: (name, loaded, total) => `Fetching ${name}: ${megabytes(loaded)}${total ? ` of ${megabytes(total)}` : ''}`,
  pauseDownload: 'Pause download',
  cancelDownload: 'Cancel',
  checkingNetwork: 'Checking the network',
  /** @param {string} name */
  opening: (name) => `Opening ${name}`,
  readingSettings: 'Reading the settings',
  bringing: 'Restoring the run',
  chooseBoth: 'Choose a photo and a style.',
  chooseContent: 'Now choose a photo.',
  chooseStyle: 'Now choose a style.',
  ready: 'Ready to paint.',
  looking: 'Preparing the run',
  painting: 'Painting.',
  paused: 'Paused.',
  finished: 'Finished.',
  stopped: 'Stopped.',
  stoppedBare: 'Stopped before there was a result.',
  failed: 'This run could not be finished.',
  broken: 'Nothing can be painted yet.',
  pause: 'Pause',
  resume: 'Resume',
  /** @param {number} iteration */
  back: (iteration) => `Showing step ${iteration}.`,
  /** @param {string} label */
  nextTime: (label) => `“${label}” takes effect with the next run.`,
};

export const invite = {
  bothTitle: 'A photo and a style',
  bothText: 'Choose one of each, or drop your own here. The photo is repainted in that style, on this machine; nothing is uploaded.',
  contentTitle: 'Now a photo',
  contentText: 'Choose one on the left, drop one here, or paste it.',
};

/** A picture's name without the ending of its file. @param {string} name */
const bare = (name) => name.replace(/\.(?:jpe?g|png|webp|gif|avif|bmp|svg)$/i, '');

export const caption = {
  chooseStyle: 'Now choose a style.',
  /** @param {string} photo @param {string} style */
  title: (photo, style) => `${bare(photo)}, after ${bare(style)}`,
  /** @param {number} w @param {number} h @param {boolean} larger */
  willBe: (w, h, larger) => `${w} × ${h} pixels${larger ? ', more than the photo itself has' : ''}. Nothing is uploaded.`,
  /** @param {number} w @param {number} h @param {number} iteration */
  during: (w, h, iteration) => `${w} × ${h} pixels, step ${iteration}`,
  /** For who cannot see it. @param {string} photo what the photo shows; may be empty */
  result: (photo) => photo ? `Result: ${photo}` : 'Result',
};

export const zoom = {
  /** @param {number} scale screen pixels to a pixel of the result */
  percent,
  /** @param {number} scale */
  level: (scale) => `Shown at ${percent(scale)}. Show the whole picture`,
};

export const scrub = {
  /** @param {number} iteration @param {boolean} newest */
  at: (iteration, newest) => `step ${iteration}${newest ? ', the newest' : ''}`,
  goOn: 'Continue',
  /** @param {number} iteration */
  goOnFrom: (iteration) => `Continue from ${iteration}`,
  paintsOver: 'Later steps will be discarded',
};

export const keys = {
  /** What the keys of a command do, for the sheet of shortcuts, in its order. @type {Record<string, string>} */
  rows: {
    paint: 'paint, pause, continue',
    stop: 'stop',
    paste: 'use the copied picture',
    move: 'move the picture when zoomed in',
    timeline: 'back and forward along the run',
    compare: 'half before, half after',
    zoom: 'zoom in, zoom out',
    zoomTo: 'the whole picture, 100 %',
    focusMode: 'only the picture',
    save: 'save',
    history: 'history',
    variations: 'variations',
    shortcuts: 'this sheet',
  },
};

export const large = { on: 'Show only the picture', off: 'Show everything' };

export const time = {
  /** @param {number} used @param {number | null} left */
  both: (used, left) => left === null ? `${clock(used)} so far` : `${clock(used)} used, ${clock(left)} left`,
  /** @param {number} used */
  total: (used) => `${clock(used)} in all`,
  /** @param {number} done @param {number} of */
  count: (done, of) => `${number(done)} of ${number(of)}`,
};

export const estimate = {
  /** @param {number | null} bytes @param {number} times @param {number | null} seconds */
  useVgg19: (bytes, times, seconds) => `Use VGG-19 (${bytes ? `${megabytes(bytes)}, ` : ''}finer, about ${times} times slower${seconds === null ? '' : `: about ${roughly(seconds)}`})`,
  /** @param {number} seconds @param {number} bytes */
  cost: (seconds, bytes) => `about ${roughly(seconds)}, ${memory(bytes)}`,
  /** @param {number} bytes @param {number} largest */
  over: (bytes, largest) => `needs ${memory(bytes)}: too large. Up to ${largest} fits`,
  /** @param {number} step @param {number} largest */
  measured: (step, largest) => `Measured on this machine: ${stepTime(step)} a step at this size. The largest size that fits is ${largest}.`,
};

export const engine = {
  /** @param {string} kind @param {string} adapter @param {number} threads */
  named: (kind, adapter, threads) => kind === 'gpu' ? `GPU: ${adapter}` : `CPU: ${adapter}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
  noWebGpuHttp: 'This page came over plain http, and browsers give WebGPU to pages over https only, so the processor is used.',
  oneThreadFile: 'This page is a single file: browsers give it one core of the processor. It makes no connections, and some browsers keep no history for it; save results as files.',
  oneThreadHttp: 'One core of the processor paints: browsers let a page use more only over https.',
  forcedNoWebGpuHttp: 'This page came over plain http, and browsers give WebGPU to pages over https only, so the graphics engine cannot run here. Open the page over https, or use the processor.',
  noWebGpu: 'This browser has no WebGPU, so the processor is used.',
  noAdapter: 'No graphics adapter answered, so the processor is used.',
  software: 'The only graphics adapter is emulated in software, which is slower than the processor itself, so the processor is used.',
  noTimestamps: 'The graphics adapter lacks timestamp queries, which the engine needs, so the processor is used.',
  oneThread: 'One core of the processor paints: browsers let a page use more only where it is isolated from other sites, which this page is from its second visit on.',
  notBuilt: 'This site does not carry the graphics engine, so the processor is used.',
  cpuNotBuilt: 'This site does not carry the processor engine, so the graphics engine is used.',
  forcedNoWebGpu: 'This browser has no WebGPU, so the graphics engine cannot run here. Use the processor, or a browser with WebGPU (Chrome, Edge, Safari 26 or Firefox 141 and newer).',
  forcedNoAdapter: 'No graphics adapter answered, so the graphics engine cannot run here. Use the processor instead.',
  forcedNoTimestamps: 'The graphics adapter lacks timestamp queries, which the graphics engine needs. Use the processor instead.',
  /** @param {string} kind */
  missing: (kind) => `The ${kind === 'gpu' ? 'graphics' : 'processor'} engine could not be fetched. If you are offline, connect once and try again; otherwise this site may not carry it.`,
  /** @param {string} kind */
  damaged: (kind) => `The ${kind === 'gpu' ? 'graphics' : 'processor'} engine arrived damaged, or is of another version of this page: its checksum is wrong. Reload the page; if that does not help, try again later.`,
  useCpu: 'Use the processor',
  again: 'Try again',
  crashed: 'The engine stopped unexpectedly. Your pictures are safe; try again, perhaps at a smaller size.',
  stalled: 'The engine does not arrive: nothing has come for half a minute. Check the connection and try again.',
  notStarted: 'The engine has arrived, but does not start. Try again, or use the other engine.',
  gpuNotStarted: 'The graphics engine does not start: the browser gives no graphics device, or one that fails. Use the processor, or try again.',
  silent: 'The engine does not answer any more. Your pictures are safe; try again.',
  deviceLost: 'The graphics device was lost or reported an error, so its results cannot be trusted. Try again, or use the processor.',
  deviceFailed: 'The graphics device failed twice in a row, so the processor is used.',
  outOfMemory: 'There was not enough memory for a result of this size. Choose a smaller one.',
};

export const network = {
  sketch: 'Sketch: quick, small, rougher',
  vgg19Kept: 'VGG-19: the full network, stored in this browser',
  /** @param {number | null} bytes */
  vgg19Here: (bytes) => bytes ? `VGG-19: the full network, ${megabytes(bytes)} download` : 'VGG-19: the full network, a download from this site',
  vgg19Far: 'VGG-19: the full network, 61 MB download',
  file: 'From a file…',
  /** @param {string} name */
  fileNamed: (name) => `From a file: ${name}`,
  sketchMissing: 'The small network Sketch could not be fetched. If you are offline, connect once and try again.',
  sketchDamaged: 'The small network Sketch arrived damaged, or is of another version of this page: its checksum is wrong. Reload the page; if that does not help, try again later.',
  /** @param {number} have @param {number} total */
  interrupted: (have, total) => `The connection was lost after ${megabytes(have)} of ${megabytes(total)}. What arrived is kept: continue when you are online again.`,
  offline: 'The network’s host could not be reached. Check the connection and try again, or pick a VGG-19 file from disk.',
  paused: 'The download is paused. What arrived is kept.',
  /** @param {number} status */
  answered: (status) => `The server answered ${status} instead of the network. Try again later, or pick a VGG-19 file from disk.`,
  /** @param {number} have @param {number} total */
  lost: (have, total) => `The connection was lost after ${megabytes(have)} of ${megabytes(total)}. Try again when you are online.`,
  cancelled: 'The download was stopped.',
  noFile: 'Pick a network file first.',
  notInUse: 'This run needs another network than the one in use, and that one could not be loaded.',
  notHere: 'VGG-19 is no longer on this machine. Agree to fetch it again, or choose Sketch as the network.',
  /** @param {string} name */
  unreadable: (name) => `${name} could not be read. If it has moved, pick it again.`,
  noRanges: 'The server did not answer with the part that was asked for, so the download was stopped and nothing was kept. Pick a VGG-19 file from disk instead.',
  html: 'What arrived is a web page, not a network. Nothing was kept. Try again later, or pick a VGG-19 file from disk.',
  /** @param {string} why */
  refused: (why) => `${why} Nothing was kept.`,
  goOn: 'Continue',
  again: 'Try again',
  fetching: 'VGG-19',
  notKept: {
    full: 'VGG-19 is in use, but it is not kept for the next visit: the browser’s storage is full.',
    refused: 'VGG-19 is in use, but it is not kept for the next visit: this browser does not let the page store it.',
  },
};

export const settings = {
  /** @param {string} label @param {number} min @param {number} max @param {string} kept */
  range: (label, min, max, kept) => `${label} must lie between ${plainNumber(min)} and ${plainNumber(max)}; ${kept} was kept.`,
  /** @param {string} label @param {number} min @param {string} kept */
  atLeast: (label, min, kept) => `${label} must be ${plainNumber(min)} or more; ${kept} was kept.`,
  /** @param {string} label @param {string} kept */
  notNumber: (label, kept) => `${label} must be a number; ${kept} was kept.`,
  /** @param {string} label @param {string} kept */
  notWhole: (label, kept) => `${label} must be a whole number; ${kept} was kept.`,
  /** @param {string} label */
  noLayer: (label) => `${label} needs at least one layer.`,
  /** @param {string} label */
  quoted: (label) => `“${label}”`,
  /** @param {string} name */
  notJson: (name) => `${name} is not a settings file: it is not JSON.`,
  /** @param {string} name */
  tooLong: (name) => `${name} is not a settings file: it is too long.`,
  /** @param {string} name @param {string} path */
  damaged: (name, path) => path ? `${name} is not a settings file: its entry “${path}” has a wrong type or value.` : `${name} is not a settings file: it has too many entries.`,
  /** @param {string} name */
  notObject: (name) => `${name} is not a settings file: it should hold one JSON object.`,
  /** @param {string} name */
  noSettings: (name) => `${name} holds no settings.`,
  /** @param {string} why */
  refused: (why) => `${why} Nothing was changed.`,
  /** @param {string} name */
  loaded: (name) => `Settings of ${name} are in use.`,
  startMissing: 'Choose the picture to start from, or start from the photo.',
  /** @param {number} size */
  tooLarge: (size) => `A result of this size with this network needs more memory than the browser gives. At ${size} pixels it fits.`,
  /** @param {number} size */
  paintAt: (size) => `Paint at ${size}`,
};

export const link = {
  copied: 'The link to these settings was copied.',
  inAddress: 'The link to these settings is in the address bar now.',
  used: 'The settings of the link are in use.',
  /** @param {string} name */
  unknown: (name) => `The link names a setting “${name}” that does not exist.`,
  /** @param {string} name */
  twice: (name) => `The link names “${name}” twice.`,
  /** @param {string} name @param {string} value */
  wrong: (name, value) => `The link gives “${name}” the value “${value}”, which is not valid for it.`,
  /** @param {string} name */
  noPreset: (name) => `The link names a preset “${name}” that does not exist.`,
};

/** "a, b and 3 more". @param {string[]} names */
function few(names) {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(shown);
}

export const intake = {
  /** @param {string[]} used @param {string[]} not */
  unused: (used, not) => [...(used.length > 0 ? [`Used: ${few(used)}.`] : []), ...(not.length > 0 ? [`Not used: ${few(not)}; a photo and a style are taken at a time.`] : [])].join(' '),
  /** @param {string[]} not */
  notAsked: (not) => `Not used, as the result was not made from it: ${few(not)}.`,
  /** @param {string[]} used @param {number} count */
  several: (used, count) => used.length > 0 ? `Used: ${few(used)}, the first of ${count} pictures.` : `The first of ${count} pictures could not be opened.`,
  paintEach: 'Paint each in this style',
  /** @param {string} style */
  paintEachIn: (style) => `Paint each in the style of ${bare(style)}`,
  noPictures: 'There is no picture in that folder that this browser knows.',
  droppedLink: 'That is a link, not a picture file. Save the picture first, then drop the file, or copy the picture itself and paste it.',
  droppedText: 'That is text, not a picture file. Drop a JPEG, PNG or WebP.',
  pastedLink: 'What was pasted is a link, not a picture. Copy the picture itself, or save it and drop the file.',
  pastedText: 'What was pasted is text, not a picture.',
};

export const picture = {
  /** @param {string} name */
  empty: (name) => `${name} is an empty file. Choose another.`,
  /** @param {string} name */
  notPicture: (name) => `${name} is not a picture this browser can open. Use a JPEG, PNG or WebP.`,
  /** @param {string} name */
  truncated: (name) => `${name} is cut short: its end is missing. Copy or download it again.`,
  /** @param {string} name */
  broken: (name) => `${name} is damaged and could not be opened. Copy or download it again.`,
  /** @param {string} name @param {number} w @param {number} h */
  tooLarge: (name, w, h) => `${name} is ${w} × ${h} pixels, more than this browser can open. Make it smaller first; 4096 on the long side is plenty.`,
  /** @param {string} name */
  heic: (name) => `${name} is an HEIC photo, which this browser cannot open. Save it as a JPEG first.`,
  /** @param {string} name */
  tiff: (name) => `${name} is a TIFF, which this browser cannot open. Save it as a PNG or JPEG first.`,
  /** @param {string} name */
  svg: (name) => `${name} is an SVG that this browser cannot convert to pixels. Save it as a PNG first.`,
  /** @param {string} name */
  gone: (name) => `${name} could not be read. If it is on another disk or in the cloud, copy it here first.`,
  exampleGone: 'This example could not be fetched. If you are offline, use a picture of your own.',
  /** @param {number} w @param {number} h @param {number} toW @param {number} toH */
  scaled: (w, h, toW, toH) => `${w} × ${h} pixels, scaled to ${toW} × ${toH} when it was opened.`,
  pasted: 'The pasted picture',
  waits: 'It will be used for the next run.',
  firstFrame: 'An animation: its first frame is used.',
  noEnd: 'Its end marker is missing; the picture itself is complete.',
  leftOut: 'It refers to other files, which a browser does not load from inside an SVG: they are left out.',
  /** @param {number} w @param {number} h */
  drawn: (w, h) => `An SVG, converted to ${w} × ${h} pixels.`,
  /** @type {Record<import('../types').Role, (alt: string) => string>} */
  change: {
    content: (alt) => `Change the photo: ${alt}`,
    style: (alt) => `Change the style: ${alt}`,
    start: (alt) => `Change the picture to start from: ${alt}`,
  },
};

/** What the two ends of a setting that is always visible do, in a word. @type {Record<string, [string, string]>} */
export const ends = {
  strength: ['the photo', 'all the way'],
  'style.scale': ['fine', 'broad'],
  'style.weight': ['a hint', 'all the way'],
  'content.weight': ['free', 'faithful'],
  'tv.weight': ['grainy', 'smooth'],
};

export const layers = {
  /** @param {string} layer */
  weightOf: (layer) => `Weight of ${layer}`,
  /** @param {string} layer @param {string} network */
  missing: (layer, network) => `${network} has no ${layer}`,
};

export const chart = {
  content: 'content',
  style: 'style',
  tv: 'total variation',
  iteration: 'iteration',
};

export const save = {
  failed: 'The browser could not write the picture. Try again, or choose a smaller size.',
  copied: 'Copied.',
  notCopied: 'The browser did not allow copying. Save the picture instead.',
  /** @param {number} frames */
  film: (frames) => `${frames} frames of this run, from its first step to the result.`,
  /** @param {number} w @param {number} h @param {[number, number]} cm */
  size: (w, h, cm) => `${w} × ${h} pixels, ${centimetres(cm)} in print at 300 dpi`,
  noFilm: 'The browser could not make the video. Try another format.',
};

export const history = {
  name: caption.title,
  /** @param {string} photo @param {number} iteration */
  lost: (photo, iteration) => `The run of ${bare(photo)} was at step ${iteration} when this page was closed.`,
  resume: 'Resume',
  gone: 'This result is not kept any more.',
  damaged: 'This entry of the history is damaged and cannot be opened.',
  /** Why results are not kept. @type {Record<import('../history/db.js').StorageReason, string>} */
  notKept: {
    refused: 'Results are not kept in the history: this browser does not let the page store anything. Saving them as files still works.',
    blocked: 'Results are not kept in the history: another tab with an older version of this page is open. Close that tab. Saving results as files still works.',
    newer: 'Results are not kept in the history: a newer version of this page is open in another tab. Save the result as a file, then reload this tab.',
    silent: 'Results are not kept in the history: the browser’s storage does not answer. It is tried again. Saving them as files still works.',
    full: 'Results are not kept in the history: the browser’s storage is full. Delete entries of the history or free space on the disk. Saving results as files still works.',
    failed: 'Results are not kept in the history: the browser could not write them. It is tried again. Saving them as files still works.',
  },
  unreadable: 'The history cannot be read now. Results can still be saved as files.',
  /** @param {string} name */
  deleted: (name) => `Deleted: ${name}.`,
  undo: 'Undo',
  notRestored: 'The entry could not be written back. Free space on the disk and try again.',
  damagedName: 'a damaged entry',
  notDeleted: 'The entry could not be deleted. Try again later.',
  dropDamaged: 'Delete the damaged entry',
  cleared: 'The history was deleted by the browser or in another tab. The result shown here is written to it again.',
  notNow: 'Stop the current run first',
  /** @param {string} name */
  open: (name) => `Open: ${name}`,
  /** @param {string} name */
  drop: (name) => `Delete: ${name}`,
  /** @param {number} w @param {number} h @param {number} iteration @param {string} network @param {boolean} unfinished */
  about: (w, h, iteration, network, unfinished) => `${w} × ${h}, step ${iteration}${unfinished ? ', can be continued' : ''}, ${network}`,
  /** @param {number} time @param {number} bytes */
  when: (time, bytes) => `${new Date(time).toLocaleString(locales(), { dateStyle: 'medium', timeStyle: 'short' })}, ${megabytes(bytes)}`,
  /** @param {number} count @param {number} bytes */
  sum: (count, bytes) => `${count === 1 ? 'One result' : `${count} results`} on this machine, ${megabytes(bytes)}. Beyond sixty, the oldest are deleted.`,
};

export const run = {
  notNow: 'Another run is under way, or the engine is not ready yet.',
  /** @param {number} step */
  recovered: (step) => step > 0 ? `The engine stopped and was started again. The run continues from step ${step}.` : 'The engine stopped and was started again. The run begins again.',
  /** @param {number} step @param {number | null} seconds that are left, once that has been measured */
  recoveredOnCpu: (step, seconds) => `The graphics device failed again, so the processor continues${step > 0 ? ` from step ${step}` : ''}. ${seconds === null ? 'It is slower.' : `With it the rest takes about ${roughly(seconds)}.`}`,
};

export const page = {
  unexpected: 'Something unexpected went wrong. Try again; if it happens again, reload the page.',
};

export const variations = {
  /** What can be varied. @type {Record<string, string>} */
  kinds: {
    strength: 'Style weight: less, as it is, more',
    photo: 'Content weight: less, as it is, more',
    stroke: 'Style scale: finer, as it is, larger',
    seeds: 'Seed: three, starting from noise',
    paintings: 'Style: every example',
    asItIs: 'Nothing: the current choice',
  },
  /** @param {number} count */
  go: (count) => count === 1 ? 'Add to the queue' : `Add ${count} runs to the queue`,
  /** @param {string} kind @param {string} value */
  number: (kind, value) => `${kind === 'strength' ? 'Style' : kind === 'photo' ? 'Content' : 'Style scale'} ${value}`,
  /** @param {number} seed */
  seed: (seed) => `Seed ${seed}`,
  asItIs: 'As chosen',
  /** @param {number} count */
  waiting: (count) => `${count} waiting`,
  states: { waiting: 'waiting', painting: 'running', finished: 'finished', stopped: 'stopped', failed: 'failed' },
  /** @param {string} state @param {string} why */
  because: (state, why) => `${state}: ${why}`,
  /** @param {string} label */
  drop: (label) => `Remove from the queue: ${label}`,
};

export const queue = {
  /** @param {number} done @param {number} of @param {number} failed */
  progress: (done, of, failed) => `${done} of ${of} finished${failed > 0 ? `, ${failed} failed` : ''}`,
  /** @param {number} count */
  save: (count) => count === 1 ? 'Save the result as a ZIP' : `Save ${count} results as a ZIP`,
  saveAll: 'Save as a ZIP',
  /** @param {number} done @param {number} of @param {string[]} failed */
  done: (done, of, failed) => `${done} of ${of} photos are painted.${failed.length > 0 ? ` Not painted: ${few(failed)}; the queue says why.` : ''}`,
};

export const styles = {
  /** @param {string} name */
  share: (name) => `Share of ${bare(name)}`,
  /** @param {string} name */
  where: (name) => `Where ${bare(name)} is used`,
  /** @param {string} name */
  drop: (name) => `Remove ${bare(name)}`,
  /** @param {string} name */
  maskOf: (name) => `Mask of ${bare(name)}.png`,
  otherPhoto: 'There is a mask that was painted over another photo. Look at it again, or remove it.',
  dropMasks: 'Remove all masks',
  choose: 'Choose…',
  /** @param {string} name */
  chooseNamed: (name) => `Choose ${name}`,
  /** @param {number} n */
  unnamed: (n) => `style ${n}`,
  /** @param {number} share */
  percent,
};

export const recipe = {
  comment: 'Made with Pastiche. Drop this file on its page to make it again.',
  restore: 'Restore its settings',
  asPicture: 'Use it as a picture',
  /** @param {string} name */
  hasRecipe: (name) => `${bare(name)} was made with Pastiche and carries its settings.`,
  notNow: 'Stop the current run first; then drop the file again.',
  otherVersion: 'It was saved by another version of Pastiche.',
  notJson: 'It is not JSON.',
  tooLong: 'It is too long.',
  /** @param {string} path */
  damaged: (path) => path ? `Its entry “${path}” has a wrong type or value.` : 'It is not a recipe.',
  noMasks: 'Its masks were not saved with it.',
  /** @param {import('../types').Role} role @param {number} n */
  unnamed: (role, n) => role === 'content' ? 'a photo' : role === 'start' ? 'a picture to start from' : n === 1 ? 'a style' : `style ${n}`,
  /** @param {string} name */
  otherNetwork: (name) => `It was made with ${name}, which is not in use now.`,
  /** @param {string} name @param {string} why */
  refused: (name, why) => `The settings in ${name} cannot be used: ${why}`,
  /** @param {string[]} names */
  choose: (names) => `Its settings are in use. It was made from ${names.join(' and ')}: choose ${names.length === 1 ? 'that file' : 'those files'} to make it again.`,
  /** @param {number | null} until */
  complete: (until) => `Its settings and pictures are restored.${until === null ? '' : ` It was saved at step ${until}: a new run pauses there.`}`,
};

export const series = {
  /** @param {number} strength */
  percent,
  /** @param {number} strength */
  degree: (strength) => `Result at ${percent(strength)} strength`,
};

export const finish = {
  /** @param {string} name */
  draftOf: (name) => `Draft of ${bare(name)}.png`,
};

export const camera = {
  name: 'Photo from the camera.jpg',
  refused: 'The browser was not allowed to use the camera. Allow it beside the address, or choose a photo from disk.',
  none: 'No camera was found. Choose a photo from disk.',
  broken: 'The camera could not be used; another program may hold it. Choose a photo from disk.',
};

export const crop = {
  /** @param {number} w @param {number} h */
  size: (w, h) => `${w} × ${h} pixels`,
};

export const toasts = {
  dismiss: 'Dismiss',
};

export const offline = {
  update: 'A new version of Pastiche is ready.',
  updateAsks: 'A new version of Pastiche is ready. Using it reloads the page: what you chose here has to be chosen again.',
  updateWaits: 'A new version of Pastiche is ready. You can use it after this run.',
  reload: 'Use it now',
};

export const theme = {
  toLight: 'Light',
  toDark: 'Dark',
};

export const language = {
  /** @param {string} name in its own language */
  missing: (name) => `The words of ${name} could not be fetched. If you are offline, connect once and try again.`,
};
