/** An entry of the history in the place of the run that has ended. */

/** @import { HistoryEntry, RunInputs } from '../types' */
import { beginFrames } from '../export/frames.js';
import { nameOf } from '../export/save.js';
import { namesOf } from '../i18n/apply.js';
import { clearError } from '../ui/toasts.js';
import { paintFrom } from '../viewer/canvas.js';
import { beginLosses } from './losses.js';
import { beginClock, runClock } from './progress.js';
import { dispatch, newRun } from './run-state.js';
import { forgetEarlier } from './shown-result.js';

/**
 * Shows an entry of the history, as if it had just been stopped or finished. @param {HistoryEntry} past @param {RunInputs} made
 * @param {Uint8ClampedArray<ArrayBuffer>} rgba
 */
export function showEntry(past, made, rgba) {
  const { width, height, iteration, evaluation, seconds, snapshot, report } = past;
  clearError('run');
  clearError();
  forgetEarlier();
  paintFrom(made.content, made.style);
  nameOf(namesOf(made.content).name, namesOf(made.style).name);
  beginFrames(0, Number(made.job.settings['evaluations']));
  beginClock(Number(made.job.settings['evaluations']), evaluation, seconds);
  runClock(false);
  const checkpoints = snapshot ? [{ evaluation, iteration, width, height, picture: new Blob([rgba]), snapshot, seconds }] : [];
  const run = newRun({ inputs: made, shown: true });
  const patch = { inputs: made, checkpoints, at: null, losses: beginLosses(past.losses), report, result: { width, height, iteration, rgba } };
  dispatch({ type: 'open', run: run.id, outcome: snapshot ? 'stopped' : 'finished' }, patch, run);
}
