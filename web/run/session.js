/** One run at a time: start, pause, resume, continue from a checkpoint, stop, and what to do with what the engine sends meanwhile. */

/** @import { Sentence } from '../app/sentence.js' */
/** @import { RunEvent } from './machine.js' */
/** @import { Describe, Job, Knob, Losses, Making, HistoryEntry, Picture, Report, Settings, Checkpoint, Wish, WorkerEvent } from '../types' */
import { paintFrom } from '../viewer/canvas.js';
import { register } from '../app/commands.js';
import { after, byId } from '../app/dom.js';
import { clearError, sentenceOf, showError } from '../ui/toasts.js';
import { said } from '../app/sentence.js';
import { correctedPlan } from '../settings/estimate.js';
import { downloadedBytes } from '../network/range-fetch.js';
import { IDLE, isUnderWay, next } from './machine.js';
import { addFrame, beginFrames } from '../export/frames.js';
import { beginClock, remark, runClock, tick } from './progress.js';
import { nameOf } from '../export/save.js';
import { change, onSettings, preset, settings, valueAt, write } from '../app/settings.js';
import { recordedRun } from '../export/recipe-read.js';
import { addToSeries, endSeries } from './series-frames.js';
import { canPaint, get, onDescribed, styleImages, phase, set } from '../app/store.js';
import { chosenCheckpoint, keepCheckpoint, spaceCheckpoints } from './checkpoints.js';
import { namesOf, translateDescription } from '../i18n/apply.js';
import { engine as words, settings as say, status } from '../i18n/en.js';
import { engine, ready } from '../engine/setup.js';

/** Stop is answered within a second, or the worker dies. In milliseconds; the rest of the second is for the page to show it. */
const PATIENCE = 600;
/** Wait before changed settings are sent: they may change faster than an engine can follow. In milliseconds. */
const SETTLE = 120;

/** The chart is redrawn at most this often, in milliseconds, however fast the engine is. */
const CHART_EVERY = 100;

/** A result that needs more memory than there is. */
class TooLarge extends Error {
  /** @param {number} size that fits */
  constructor(size) {
    super(say.tooLarge(size));
    this.size = size;
  }
}

/** The run's state; `run` in the store follows it. */
let machine = IDLE;
/** The last number that was given to a run. */
let runs = 0;

/** @returns {string} the id of a run in the history */
export const newRunId = () => crypto.randomUUID?.() ?? String(Date.now());

/** @returns {number} of a new run */
function newRun() {
  runs += 1;
  return runs;
}

/**
 * Moves the run's state, and updates the store.
 * @param {RunEvent} event
 * @param {Partial<Parameters<typeof set>[0]>} [patch] what changes with it
 * @returns {boolean} false where the event came late, or twice, and nothing has changed
 */
function dispatch(event, patch = {}) {
  const before = machine;
  machine = next(machine, event);
  if (machine === before) return false;
  const run = shownState();
  const same = event.type !== 'restart' && run === get().run && isUnderWay(before) && isUnderWay(machine);
  if (!same) set({ run, ...patch });
  else if (Object.keys(patch).length > 0) set(patch);
  return true;
}

/** The state as the page shows it. */
function shownState() {
  const { held, name } = machine;
  switch (name) {
    case 'idle': return null;
    case 'loading': case 'ready': case 'starting': return held ? 'paused' : 'painting';
    case 'running': return 'painting';
    case 'pausing': case 'paused': return 'paused';
    // As it was: stopping takes less than a second.
    case 'stopping': return get().run;
    default: return name;
  }
}

/** @type {Losses[]} */
let losses = [];
let lossesDue = false;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const running = () => phase() === 'painting' || phase() === 'paused';
  const ctrlEnter = [{ key: 'Enter', ctrl: true }];
  register({ id: 'paint', row: 'paint', buttons: ['paint'], shortcuts: ctrlEnter, enabled: canPaint, shown: () => !running(), run: () => paint() }, signal);
  register({
    id: 'paintHere', buttons: ['paint-here'], enabled: canPaint, shown: () => get().painting === null && phase() === 'ready' && canPaint(),
    run: () => {
      // The button goes away, and the focus to the one that takes its place.
      byId('paint', HTMLButtonElement).focus();
      void paint();
    },
  }, signal);
  register({
    id: 'pause', row: 'paint', buttons: ['pause'], shortcuts: ctrlEnter, enabled: running, shown: running,
    run: () => (phase() === 'paused' ? goOn() : pause()),
  }, signal);
  register({ id: 'stop', row: 'stop', buttons: ['stop'], shortcuts: [{ key: 'Escape' }], enabled: running, shown: running, run: stop }, signal);
  register({ id: 'goOn', buttons: ['go-on'], shown: canGoOn, run: goOn }, signal);
  onDescribed(({ describe }) => followControls(translateDescription(describe), signal), signal);
}

/** Whether a run that has ended can continue from the checkpoint that is shown. */
function canGoOn() {
  const { at, making, run } = get();
  const now = phase();
  const stop = chosenCheckpoint();
  const ended = now === 'stopped' || now === 'failed' || (now === 'finished' && at !== null);
  return ended && run !== null && stop !== null && making !== null && stop.evaluation < Number(making.job.settings['evaluations']);
}

/** What is chosen now, with the current settings; null while a picture is missing. @returns {Wish | null} */
export function wishNow() {
  const { content, style, start } = get().pictures;
  return content && style && { content, style, start, manners: styleImages(), settings: settings(), preset: preset() };
}

/**
 * Starts a run of what is chosen, with the current settings. Does nothing while a run is under way.
 * @param {Wish | null} [other] other pictures, and settings that differ from the current ones
 */
export async function paint(other = null) {
  if (!canPaint()) return;
  const { content, style, start } = other ?? get().pictures;
  const network = get().network;
  const manners = other?.manners ?? styleImages();
  if (!content || !style || !network) return;
  clearError('run');
  clearError();
  const wish = { ...settings(), ...other?.settings };
  const recipe = other?.preset ?? preset();
  const from = wish['start'] === 'picture' ? start : null;
  if (wish['start'] === 'picture' && !from) {
    showError(() => say.startMissing, { topic: 'start' });
    return;
  }
  const resolve = async () => {
    const resolved = /** @type {Settings} */ (await engine.request('resolve', { preset: recipe, json: JSON.stringify(wish) }));
    const info = get().engine;
    if (!info) return null;
    const plan = await correctedPlan({ content, manners, start: from, settings: resolved, preset: recipe });
    if (!plan.fits) throw plan.largest > 0 ? new TooLarge(plan.largest) : new Error(words.outOfMemory);
    const again = other ? null : recordedRun(resolved, content, manners);
    until = again?.until ?? 0;
    marks = other?.marks ?? [];
    if (marks.length === 0) endSeries();
    /** @type {Job} */
    const job = {
      settings: resolved, content: input(content), styles: manners.map(({ picture, mask }) => ({ ...input(picture), mask: mask && input(mask) })),
      start: from && input(from), changes: other?.changes ?? again?.changes ?? [],
      downloaded_bytes: downloadedBytes(), engine: info.engine, adapter: info.adapter,
    };
    return { id: newRunId(), network: network.id, job, preset: recipe, content, style, start: from, manners };
  };
  if (!dispatch({ type: 'start', run: newRun() })) return;
  beginClock(Number(wish['evaluations']));
  await begin(resolve, null, (size) => {
    if (other) return void paint({ ...other, settings: { ...other.settings, size } });
    change('size', size);
    return void paint();
  });
}

/** Continues from the checkpoint that is shown, with the current settings; what came after it is discarded. */
export async function goOn() {
  const { at, making, checkpoints } = get();
  if (get().run === 'paused' && at === null) return resume();
  const stop = chosenCheckpoint();
  if (!stop || !making || phase() === 'loading') return;
  clearError('run');
  clearError();
  const { run } = machine;
  let answered = true;
  if (isRunning()) {
    if (!dispatch({ type: 'stop', run })) return;
    answered = await halt();
  }
  const earlier = losses.filter(({ evaluation }) => evaluation < stop.evaluation);
  if (!dispatch({ type: 'restart', run, next: newRun() }, { at: null, checkpoints: checkpoints.slice(0, checkpoints.indexOf(stop) + 1), losses: [...earlier] })) return;
  losses = earlier;
  // After the restart: what the killed worker leaves unanswered belongs to no run any more.
  if (!answered) engine.terminate(status.stopped);
  beginClock(Number(making.job.settings['evaluations']), stop.evaluation, stop.seconds);
  until = 0;
  endSeries();
  // The settings, the engine or its network may have changed meanwhile.
  await begin(async () => {
    const info = get().engine;
    return info && { ...making, network: get().network?.id ?? making.network, job: { ...making.job, settings: turned(structuredClone(making.job.settings)), engine: info.engine, adapter: info.adapter } };
  }, stop);
}

/**
 * @param {() => Promise<Making | null>} prepare called once the engine and the network are ready
 * @param {Checkpoint | null} stop to go on from
 * @param {(size: number) => void} [smaller] does the same at another size
 */
async function begin(prepare, stop, smaller) {
  const mine = machine.run;
  try {
    await ready();
    if (!dispatch({ type: 'loaded', run: mine })) return;
    const making = await prepare();
    const snapshot = stop && new Uint8Array(await stop.snapshot.arrayBuffer());
    if (!making) throw new Error(words.crashed);
    // Until it is certain that this one can be made, the run before it can be gone on with.
    /** @type {{ losses: Losses[] } | null} */
    const fresh = stop ? null : { losses: [] };
    if (!dispatch({ type: 'resolved', run: mine }, fresh ? { ...fresh, report: null, checkpoints: [], at: null } : {})) return;
    if (fresh) ({ losses } = fresh);
    const { job, content, style, start, manners } = making;
    set({ making });
    pending = { content, style };
    underWay = job.settings;
    const evaluations = Number(job.settings['evaluations']);
    beginFrames(stop?.iteration ?? 0, evaluations);
    const begun = engine.request('paint', {
      run: mine, job, content: bytes(content), styles: manners.map(({ picture }) => bytes(picture)), masks: manners.map(({ mask }) => mask && bytes(mask)),
      keepEvery: spaceCheckpoints(evaluations), marks: [...marks, ...multiples(markSpacing, evaluations)], until,
      ...(start ? { start: bytes(start) } : {}), ...(snapshot ? { snapshot, evaluation: stop?.evaluation } : {}),
    });
    // Paused so early that the engine had nothing to pause yet.
    if (machine.held) void engine.request('pause').catch(() => {});
    await begun;
    dispatch({ type: 'started', run: mine });
  } catch (error) {
    // A stop that had to kill the worker ends here as well, and is not a failure.
    if (mine !== machine.run || !isRunning()) return;
    if (error instanceof TooLarge && smaller) refuse(error, smaller);
    else fail(sentenceOf(error));
  }
}

/** Where the next run pauses by itself, and where it keeps checkpoints besides; 0 and none unless it is repeated, or is a series. */
let until = 0;
/** @type {number[]} */
let marks = [];
/** Evaluations between checkpoints that are kept in any run besides; 0: none. */
let markSpacing = 0;

/** @param {number} evaluations between checkpoints that every run from now on keeps besides */
export function setMarkSpacing(evaluations) {
  markSpacing = evaluations;
}

/** @param {number} spacing @param {number} end @returns {number[]} */
function multiples(spacing, end) {
  return spacing > 0 ? Array.from({ length: Math.floor(end / spacing) }, (_, n) => (n + 1) * spacing) : [];
}

function isRunning() {
  return isUnderWay(machine);
}

/** What the run under way is made from; shown with its first preview. @type {{ content: Picture, style: Picture } | null} */
let pending = null;

/** The settings of the run under way. @type {Settings} */
let underWay = {};

/** @param {Picture} picture */
const input = ({ name, sha256, width, height }) => ({ name, sha256, width, height });
/** @param {Picture} picture */
const bytes = ({ rgba }) => new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength);

export async function pause() {
  const { run } = machine;
  if (!dispatch({ type: 'pause', run })) return;
  runClock(false);
  await engine.request('pause').catch(() => {});
  dispatch({ type: 'pauseAnswered', run });
  await engine.request('keep').catch(() => {});
}

async function resume() {
  if (!dispatch({ type: 'resume', run: machine.run })) return;
  runClock(true);
  await engine.request('resume').catch(() => {});
}

export async function stop() {
  const { run } = machine;
  if (!dispatch({ type: 'stop', run })) return;
  const answered = await halt();
  // Unless it has finished or failed by itself in that second.
  dispatch({ type: 'stopped', run });
  if (answered) await engine.request('keep').catch(() => {});
  else engine.terminate(status.stopped);
}

/** Ends the session. @returns {Promise<boolean>} false when the worker did not answer in time, and must go */
async function halt() {
  runClock(false);
  const answered = await Promise.race([
    engine.request('stop').then(() => true, () => true),
    after(PATIENCE).then(() => false),
  ]);
  pending = null;
  return answered;
}

/**
 * Shows an entry of the history, as if it had just been stopped or finished. @param {HistoryEntry} past @param {Making} made
 * @param {Uint8ClampedArray<ArrayBuffer>} rgba
 */
export function showEntry(past, made, rgba) {
  const { width, height, iteration, evaluation, seconds, snapshot, report } = past;
  losses = [...past.losses];
  clearError('run');
  clearError();
  paintFrom(made.content, made.style);
  nameOf(namesOf(made.content).name, namesOf(made.style).name);
  beginFrames(0, Number(made.job.settings['evaluations']));
  beginClock(Number(made.job.settings['evaluations']), evaluation, seconds);
  runClock(false);
  const checkpoints = snapshot ? [{ evaluation, iteration, width, height, picture: new Blob([rgba]), snapshot, seconds }] : [];
  dispatch({ type: 'open', run: newRun(), outcome: snapshot ? 'stopped' : 'finished' }, { making: made, checkpoints, at: null, losses, report, painting: { width, height, iteration, rgba } });
}

/** Nothing has begun, and the engine is as it was. @param {TooLarge} error @param {(size: number) => void} smaller */
function refuse({ size }, smaller) {
  beginClock(0);
  runClock(false);
  dispatch({ type: 'failed', run: machine.run });
  showError(() => say.tooLarge(size), { topic: 'run', action: { label: () => say.paintAt(size), act: () => smaller(size) } });
  pending = null;
}

/** @param {Sentence} sentence @param {{ label: Sentence, act: () => void }} [action] */
function fail(sentence, action = { label: () => words.again, act: () => void paint() }) {
  runClock(false);
  dispatch({ type: 'failed', run: machine.run });
  showError(sentence, { topic: 'run', action });
  // Whatever state the engine is in now, the next painting gets a fresh one.
  engine.terminate(said(sentence));
  pending = null;
}

/** The worker died by itself. @param {string} sentence */
export function onCrash(sentence) {
  if (isRunning()) fail(sentence);
}

/** @param {WorkerEvent & { run?: number }} event */
export function onEvent(event) {
  // Of a run that has given way to another. What names none is about the worker itself.
  if (event.run !== undefined && event.run !== machine.run) return;
  switch (event.event) {
    case 'progress': {
      const { budget, latest, work } = event.step;
      tick(work, budget);
      if (latest && latest.evaluation !== losses[losses.length - 1]?.evaluation) {
        losses.push(latest);
        publishLosses();
      }
      break;
    }
    case 'preview': {
      addFrame(event);
      const { width, height, rgba, iteration, report } = event;
      if (pending) {
        paintFrom(pending.content, pending.style);
        nameOf(namesOf(pending.content).name, namesOf(pending.style).name);
        pending = null;
      }
      const painting = { width, height, rgba: new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength), iteration };
      // While an earlier checkpoint is shown, it stays.
      set({ ...(get().at === null ? { painting } : {}), report: parse(report) });
      break;
    }
    case 'kept': {
      addFrame(event);
      addToSeries(event);
      const every = keepCheckpoint(event);
      if (every !== null) void engine.request('keepEvery', { every }).catch(() => {});
      break;
    }
    case 'paused':
      if (!dispatch({ type: 'paused', run: machine.run })) break;
      runClock(false);
      void engine.request('keep').catch(() => {});
      break;
    case 'finished':
      runClock(false);
      dispatch({ type: 'finished', run: machine.run }, { report: parse(event.report), losses: [...losses] });
      break;
    case 'failed':
      if (event.report) set({ report: parse(event.report) });
      if (isRunning()) fail(event.message);
      break;
    default:
  }
}

function publishLosses() {
  if (lossesDue) return;
  lossesDue = true;
  setTimeout(() => {
    lossesDue = false;
    set({ losses: [...losses] });
  }, CHART_EVERY);
}

/** @param {string} report @returns {Report} */
const parse = (report) => JSON.parse(report);

/**
 * Settings that may change during a run are sent to the session; of the others the page says that they wait.
 * @param {Describe} describe @param {AbortSignal} signal
 */
function followControls(describe, signal) {
  knobs = describe.knobs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  onSettings((path) => {
    if (!isRunning()) return;
    const knob = knobs.find((each) => each.path === path);
    if (knob && !knob.live) {
      remark(() => status.nextTime(knobs.find((each) => each.path === path)?.label ?? knob.label));
      return;
    }
    clearTimeout(settling);
    settling = setTimeout(() => {
      engine.request('set', { settings: turned(underWay) }).catch((error) => {
        if (phase() === 'painting' || phase() === 'paused') showError(sentenceOf(error), { topic: 'knob' });
      });
    }, SETTLE);
  }, signal);
}

/** @type {Knob[]} */
let knobs = [];

/** The settings of a painting, changed in place: the knobs that may be turned during one as they stand now. @param {Settings} of @returns {Settings} */
function turned(of) {
  for (const { path, live } of knobs) {
    const value = valueAt(path);
    if (live && value !== undefined) write(of, path, value);
  }
  return of;
}
