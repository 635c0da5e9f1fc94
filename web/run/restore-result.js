/** Saves and restores what the page shows: the result, its run, which can be continued, and what belongs to them. */

/** @import { Result } from './shown-result.js' */
import { get } from '../app/store.js';
import { framesNow, setFrames } from '../export/frames.js';
import { rename, savedName } from '../export/save.js';
import { paintFrom } from '../viewer/canvas.js';
import { beginLosses } from './losses.js';
import { clockNow, setClock } from './progress.js';
import { currentRun, dispatch, machineState, newRun, nextPart } from './run-state.js';
import { earlierResult, forgetEarlier, outcomeNow, resultState } from './shown-result.js';

/** @returns {Result | null} null while a run is under way */
export function resultNow() {
  const outcome = outcomeNow();
  if (!outcome) return null;
  // A run that has failed before it had anything to show has replaced nothing.
  return earlierResult() ?? { run: currentRun(), outcome, state: resultState(), clock: clockNow(), frames: framesNow(), name: savedName() };
}

/** Puts it in the place of a run that has ended. @param {Result} result */
export function restoreResult({ run, outcome, state, clock, frames, name }) {
  const part = { ...(run ? nextPart(run) : newRun({})), shown: true };
  const { pictures, ...patch } = state;
  const losses = beginLosses(state.losses);
  // Pictures that were chosen meanwhile are for the next run.
  const superseded = outcome !== 'idle' && (state.superseded || pictures !== get().pictures);
  setFrames(frames);
  rename(name);
  if (state.inputs) paintFrom(state.inputs.content, state.inputs.style);
  forgetEarlier();
  if (dispatch({ type: 'restoreResult', run: machineState().run, next: part.id, outcome }, { ...patch, losses, superseded }, part)) setClock(clock);
}
