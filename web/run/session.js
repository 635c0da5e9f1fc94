/**
 * One run at a time: start, pause, resume, continue from a checkpoint, stop, and taking it up again when the engine breaks. Whatever follows
 * from a run follows from its own request (run-spec.js), not from what the controls say meanwhile.
 */

/** @import { Checkpoint, RunInputs, Outcome, RunRequest } from '../types' */
/** @import { Sentence } from '../app/sentence.js' */
/** @import { Run } from './run-state.js' */
import { register } from '../app/commands.js';
import { after, byId } from '../app/dom.js';
import { codeOf, SentenceError, sentenceOf } from '../app/errors.js';
import { change } from '../app/settings.js';
import { canPaint, canRun, get, phase, set } from '../app/store.js';
import { EngineError } from '../engine/client.js';
import { fallBackToCpu, ready } from '../engine/engine-choice.js';
import { engine, engineInUse } from '../engine/setup.js';
import { beginFrames } from '../export/frames.js';
import { recordedRun } from '../export/recipe-read.js';
import { engine as words, run as say, settings as settingWords, status } from '../i18n/en.js';
import { downloadedBytes } from '../network/range-fetch.js';
import { estimate, secondsFor } from '../settings/estimate.js';
import { labelled } from '../settings/labelled.js';
import { clearError, notice, showError } from '../ui/toasts.js';
import { chosenCheckpoint, spaceCheckpoints } from './checkpoints.js';
import { chosenNow } from './chosen.js';
import { largestSize, sizeWithin } from './largest-size.js';
import { takeChanges } from './live-settings.js';
import { allLosses, beginLosses, lossesBefore } from './losses.js';
import { beginClock, showStatus, runClock } from './progress.js';
import { restoreResult, resultNow } from './restore-result.js';
import { recoveryFrom } from './recovery.js';
import { showReport } from './run-report.js';
import { again, changed, continued, followed, runSpecOf, withSettings } from './run-spec.js';
import { currentRun, dispatch, isRunning, machineState, newRun, nextPart, within } from './run-state.js';
import { extraMarks } from './mark-spacing.js';
import { beginSeries, endSeries, rewindSeries } from './series-frames.js';
import { earlierResult, keepEarlier } from './shown-result.js';

/** Stop is answered within a second, or the worker dies. In milliseconds; the rest of the second is for the page to show it. */
const TIMEOUT = 600;

/** @returns {string} the id of a run in the history */
export const newRunId = () => crypto.randomUUID?.() ?? String(Date.now());

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  const running = () => phase() === 'painting' || phase() === 'paused';
  const ctrlEnter = [{ key: 'Enter', ctrl: true }];
  register({ id: 'paint', row: 'paint', buttons: ['paint'], shortcuts: ctrlEnter, enabled: canPaint, shown: () => !running(), run: () => paint() }, signal);
  register({
    id: 'paintHere', buttons: ['paint-here'], enabled: canPaint, shown: () => get().result === null && phase() === 'ready' && canPaint(),
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
}

/** Whether a run that has ended can continue from the checkpoint that is shown. */
function canGoOn() {
  const { at, busy, inputs, run } = get();
  const checkpoint = chosenCheckpoint();
  const ended = run === 'stopped' || run === 'failed' || (run === 'finished' && at !== null);
  return ended && busy.size === 0 && checkpoint !== null && inputs !== null && checkpoint.evaluation < Number(inputs.job.settings['evaluations']);
}

/**
 * Starts a run. Refused while another is under way.
 * @param {RunRequest | null} [request] what is chosen, if absent
 * @returns {Promise<Outcome>} once it has ended
 */
export async function paint(request = chosenNow()) {
  if (!request || !canRun()) return { state: 'refused', sentence: () => say.notNow };
  clearError('run');
  clearError();
  if (request.settings['start'] === 'picture' && !request.start) return refuse(() => settingWords.startMissing, { topic: 'start' });
  const size = await largestSize(request);
  if (!canRun()) return { state: 'refused', sentence: () => say.notNow };
  if (size !== null) return refuse(() => settingWords.tooLarge(size), { topic: 'run', action: atSize(request, size) });
  return new Promise((settle) => {
    const run = newRun({ request, settle });
    const before = resultNow();
    if (!dispatch({ type: 'start', run: run.id }, { losses: beginLosses(), report: null, checkpoints: [], at: null }, run)) {
      settle({ state: 'refused', sentence: () => say.notNow });
      return;
    }
    keepEarlier(before);
    if (request.marks.length > 0) beginSeries(request.marks);
    else endSeries();
    beginClock(Number(request.settings['evaluations']));
    void begin(run, null);
  });
}

/** @param {Sentence} sentence @param {Parameters<typeof showError>[1]} options @returns {Outcome} */
function refuse(sentence, options) {
  showError(sentence, options);
  return { state: 'refused', sentence };
}

/** The same at another size; what is chosen is changed with it. @param {RunRequest} request @param {number} size */
const atSize = (request, size) => ({
  label: () => settingWords.paintAt(size),
  act: () => {
    if (request.chosen) change('size', size);
    void paint({ ...withSettings(request, { size }), chosen: request.chosen });
  },
});

/** Continues from the checkpoint that is shown, with the run's own settings; what came after it is discarded. */
export async function goOn() {
  const { at, checkpoints, run: state } = get();
  if (state === 'paused' && at === null) return resume();
  const checkpoint = chosenCheckpoint();
  const run = currentRun();
  if (!checkpoint || !run?.inputs || (!isRunning() && !canRun())) return;
  clearError('run');
  clearError();
  let answered = true;
  if (isRunning()) {
    if (!dispatch({ type: 'stop', run: run.id })) return;
    // Changed a moment ago: they hold from this checkpoint on.
    const changes = takeChanges();
    for (const path of Object.keys(changes)) run.live.add(path);
    run.inputs.job = changed(run.inputs.job, changes);
    answered = await halt(run);
  }
  const losses = beginLosses(lossesBefore(checkpoint.evaluation));
  const part = { ...nextPart(run), recoveries: 0 };
  if (!dispatch({ type: 'restart', run: run.id, next: part.id }, { at: null, checkpoints: checkpoints.slice(0, checkpoints.indexOf(checkpoint) + 1), losses }, part)) return;
  // After the restart: what the killed worker leaves unanswered belongs to no run any more.
  if (!answered) engine.terminate(new EngineError(status.stopped));
  if (part.request) part.request = { ...part.request, until: 0 };
  beginClock(Number(run.inputs.job.settings['evaluations']), checkpoint.evaluation, checkpoint.seconds);
  rewindSeries(checkpoint.evaluation);
  await begin(part, checkpoint);
}

/** @param {Run} run @param {Checkpoint | null} from @param {boolean} [isSlower] whether it goes on on another engine, and what that means is to be said */
async function begin(run, from, isSlower = false) {
  const { id, signal } = run;
  try {
    await within(signal, ready(run.inputs?.network ?? run.request?.network ?? null, signal));
    if (!dispatch({ type: 'loaded', run: id })) return;
    const inputs = await within(signal, from ? continuation(run, from) : resolution(run));
    const snapshot = from && new Uint8Array(await within(signal, from.snapshot.arrayBuffer()));
    if (!dispatch({ type: 'resolved', run: id })) return;
    run.inputs = inputs;
    set({ inputs });
    if (isSlower) await showTimeLeft(run, inputs, from);
    const { content, job, styles, start } = inputs;
    const evaluations = Number(job.settings['evaluations']);
    beginFrames(from?.iteration ?? 0, evaluations);
    const expected = await within(signal, estimate(content, job.settings).then((cost) => cost?.step ?? null, () => null));
    const begun = within(signal, engine.request('paint', {
      run: id, job, content: bytes(content), styles: styles.map(({ picture }) => bytes(picture)), masks: styles.map(({ mask }) => mask && bytes(mask)),
      keepEvery: spaceCheckpoints(evaluations), marks: [...run.request?.marks ?? [], ...extraMarks(evaluations)], until: run.request?.until ?? 0, expected,
      ...(start ? { start: bytes(start) } : {}), ...(snapshot ? { snapshot, evaluation: from?.evaluation } : {}),
    }));
    // Paused so early that the engine had nothing to pause yet.
    if (machineState().held) void engine.request('pause').catch(() => {});
    const { report } = await begun;
    inputs.job = followed(inputs.job, showReport(run, report));
    dispatch({ type: 'started', run: id });
  } catch (error) {
    // Whatever it was: nobody waits for it any more.
    if (!signal.aborted) onBroken(run, error);
  }
}

/** What a run continues with. @param {Run} run @param {Checkpoint} from @returns {Promise<RunInputs>} */
async function continuation({ live, inputs }, from) {
  const info = get().engine;
  if (!inputs || !info) throw new EngineError(words.crashed, 'crash');
  return { ...inputs, job: { ...continued(inputs.job, from.evaluation, live), engine: info.engine, adapter: info.adapter } };
}

/** What a request comes to with the engine that is there. @param {Run} run @returns {Promise<RunInputs>} */
async function resolution(run) {
  const { request } = run;
  if (!request) throw new SentenceError(say.notNow);
  const settings = await engine.request('resolve', { preset: request.preset, json: JSON.stringify(request.settings) });
  const { engine: info, network } = get();
  if (!info || !network) throw new EngineError(words.crashed, 'crash');
  const recorded = request.chosen ? recordedRun(settings, request.content, request.styles) : null;
  run.request = { ...request, ...recorded };
  const { content, styles, preset, style, temporary = false } = request;
  const job = runSpecOf(run.request, settings, { downloaded_bytes: downloadedBytes(), engine: info.engine, adapter: info.adapter });
  const id = newRunId();
  return { id, network: network.id, job, preset, content, style, start: job.start && request.start, styles, temporary };
}

/** @param {import('../types').Picture} picture */
const bytes = ({ rgba }) => new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength);

export async function pause() {
  const run = currentRun();
  if (!run || !dispatch({ type: 'pause', run: run.id })) return;
  runClock(false);
  const report = await engine.request('pause').catch(() => null);
  if (report) showReport(run, report);
  dispatch({ type: 'pauseAnswered', run: run.id });
  await engine.request('keep').catch(() => {});
}

async function resume() {
  if (!dispatch({ type: 'resume', run: machineState().run })) return;
  runClock(true);
  await engine.request('resume').catch(() => {});
}

export async function stop() {
  const run = currentRun();
  if (!run || !dispatch({ type: 'stop', run: run.id })) return;
  const answered = await halt(run);
  const earlier = earlierResult();
  // Unless it has finished or failed by itself in that second.
  if (dispatch({ type: 'stopped', run: run.id }, { losses: allLosses() })) {
    if (earlier) {
      restoreResult(earlier);
      showStatus(() => status.stoppedBare);
    }
    run.settle({ state: 'stopped', sentence: '', isBare: earlier !== null });
  }
  if (answered && !earlier) await engine.request('keep').catch(() => {});
  else if (!answered) engine.terminate(new EngineError(status.stopped));
}

/** Ends what is awaited for a run, and its session. @param {Run} run @returns {Promise<boolean>} false when the worker did not answer in time, and must go */
async function halt(run) {
  run.abort();
  runClock(false);
  return Promise.race([
    engine.request('stop').then((report) => {
      if (report) showReport(run, report);
      return true;
    }, () => true),
    after(TIMEOUT).then(() => false),
  ]);
}

/** The worker died by itself, or does not answer any more. @param {EngineError} error */
export function onCrash(error) {
  const run = currentRun();
  if (run && isRunning() && machineState().name !== 'stopping') onBroken(run, error);
}

/** A run cannot go on as it is: it is taken up from its last checkpoint, or ends. @param {Run} run @param {unknown} error */
export function onBroken(run, error) {
  const recovery = recoveryFrom(codeOf(error), engineInUse(), run.recoveries);
  if (recovery === 'again' || recovery === 'cpu') return recover(run, error, recovery);
  const { inputs, request } = run;
  const repeated = request && again(request, inputs);
  const size = request ? smallerThan(Number(request.settings['size'])) : 0;
  if (recovery === 'smaller' && repeated && size > 0) {
    const smaller = { ...repeated, chosen: request.chosen };
    fail(run, error, atSize(smaller, size));
    void offerLargest(run, error, smaller, size);
  }
  else fail(run, error, { label: () => words.again, act: () => void (repeated ? paint(repeated) : goOn()) });
}

/** A size that takes about half the memory; 0 where it could not be smaller. @param {number} size */
const smallerThan = (size) => (size > 32 ? Math.max(16, 16 * Math.floor((0.7 * size) / 16)) : 0);

/**
 * Offers the largest size that fits into the memory that there was, in place of one that may do.
 * @param {Run} run that failed @param {unknown} error @param {RunRequest} request @param {number} size that is offered by now
 */
async function offerLargest(run, error, request, size) {
  const held = error instanceof EngineError ? error.held : null;
  const largest = held === null ? null : await sizeWithin(request, held);
  if (largest === null || largest >= size || currentRun() !== run || machineState().name !== 'failed') return;
  showError(sentenceOf(error), { topic: 'run', action: atSize(request, largest) });
}

/** @param {Run} run @param {unknown} error @param {'again' | 'cpu'} how */
function recover(run, error, how) {
  const { checkpoints } = get();
  const from = run.inputs ? checkpoints[checkpoints.length - 1] ?? null : null;
  const part = { ...nextPart(run), recoveries: run.recoveries + 1 };
  if (!from && run.request) Object.assign(part, { request: again(run.request, run.inputs), inputs: null });
  const losses = beginLosses(from ? lossesBefore(from.evaluation) : []);
  if (!dispatch({ type: 'recover', run: run.id, next: part.id }, { losses, ...(from ? {} : { checkpoints: [], at: null }) }, part)) return;
  console.error(error);
  engine.terminate(new EngineError(words.crashed, 'crash'));
  if (how === 'cpu') fallBackToCpu(() => words.deviceFailed);
  const step = from?.iteration ?? 0;
  notice(() => (how === 'cpu' ? say.recoveredOnCpu(step, null) : say.recovered(step)));
  beginClock(Number((run.inputs?.job ?? run.request)?.settings['evaluations'] ?? 0), from?.evaluation, from?.seconds);
  if (machineState().held) runClock(false);
  rewindSeries(from?.evaluation ?? 0);
  void begin(part, from, how === 'cpu');
}

/** Says how long the rest of a run takes on the processor. @param {Run} run @param {RunInputs} inputs @param {Checkpoint | null} from */
async function showTimeLeft({ signal }, inputs, from) {
  const seconds = await within(signal, secondsFor(inputs, Number(inputs.job.settings['evaluations']) - (from?.evaluation ?? 0)));
  if (seconds !== null) notice(() => say.recoveredOnCpu(from?.iteration ?? 0, seconds));
}

/** @param {Run} run @param {unknown} error @param {{ label: Sentence, act: () => void }} action */
function fail(run, error, action) {
  if (!dispatch({ type: 'failed', run: run.id }, { losses: allLosses() })) return;
  run.abort();
  runClock(false);
  const exact = sentenceOf(error);
  const sentence = labelled(exact);
  showError(sentence, { topic: 'run', action, exact });
  // Whatever state the engine is in now, the next run gets a fresh one.
  engine.terminate(new EngineError(exact));
  run.settle({ state: 'failed', sentence });
}
