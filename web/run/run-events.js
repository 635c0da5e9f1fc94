/** What the worker sends of the run under way. */

/** @import { Preview, WorkerEvent } from '../types' */
/** @import { Run } from './run-state.js' */
import { get, set } from '../app/store.js';
import { EngineError } from '../engine/client.js';
import { engine } from '../engine/setup.js';
import { addFrame } from '../export/frames.js';
import { nameOf } from '../export/save.js';
import { namesOf } from '../i18n/apply.js';
import { paintFrom } from '../viewer/canvas.js';
import { keepCheckpoint } from './checkpoints.js';
import { addLosses, allLosses } from './losses.js';
import { runClock, tick } from './progress.js';
import { interimReport, showReport } from './run-report.js';
import { currentRun, dispatch, isRunning, machineState } from './run-state.js';
import { addToSeries } from './series-frames.js';
import { onBroken } from './session.js';
import { earlierResult, forgetEarlier } from './shown-result.js';

/** What a run starts from, while the result before it is still shown. @type {{ run: Run, result: Preview } | null} */
let unmoved = null;

/** @param {Run} run @param {Preview} result */
function showResult(run, result) {
  const { inputs } = run;
  forgetEarlier();
  if (!run.shown && inputs) {
    paintFrom(inputs.content, inputs.style);
    nameOf(namesOf(inputs.content).name, namesOf(inputs.style).name);
    run.shown = true;
  }
  // While an earlier checkpoint is shown, it stays.
  if (get().at === null) set({ result });
}

/** @param {WorkerEvent & { run?: number }} event */
export function onEvent(event) {
  const run = currentRun();
  // Of a run that has given way to another. What names none is about the worker itself.
  if (!run || (event.run !== undefined && event.run !== run.id)) return;
  switch (event.event) {
    case 'progress': {
      const { budget, latest, work } = event.step;
      tick(work, budget);
      if (latest) addLosses(latest);
      break;
    }
    case 'preview': {
      addFrame(event);
      const { width, height, rgba, iteration, evaluation } = event;
      const result = { width, height, rgba: new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength), iteration };
      // Before its first step a run has only what it starts from: no reason to take a result away, unless it ends there.
      unmoved = iteration === 0 && earlierResult() ? { run, result } : null;
      if (!unmoved) showResult(run, result);
      set({ report: interimReport(evaluation) });
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
      if (!dispatch({ type: 'paused', run: run.id }, { losses: allLosses() })) break;
      runClock(false);
      showReport(run, event.report);
      void engine.request('keep').catch(() => {});
      break;
    case 'finished':
      runClock(false);
      if (unmoved?.run === run) showResult(run, unmoved.result);
      unmoved = null;
      if (dispatch({ type: 'finished', run: run.id }, { report: JSON.parse(event.report), losses: allLosses() })) run.settle({ state: 'finished', sentence: '' });
      break;
    case 'failed':
      if (event.report) showReport(run, event.report);
      if (isRunning() && machineState().name !== 'stopping') onBroken(run, new EngineError(event.message, event.code, event.held));
      break;
    default:
  }
}
