/** Settings that may change during a run are sent to its session, and stay part of it; of the others the page says that they wait. */

/** @import { SettingValue } from '../types' */
import { sentenceOf } from '../app/errors.js';
import { onSettings, valueAt } from '../app/settings.js';
import { onDescribed } from '../app/store.js';
import { engine } from '../engine/setup.js';
import { translateDescription } from '../i18n/apply.js';
import { status } from '../i18n/en.js';
import { labelled } from '../settings/labelled.js';
import { showError } from '../ui/toasts.js';
import { showStatus } from './progress.js';
import { showReport } from './run-report.js';
import { followed } from './run-spec.js';
import { currentRun, isRunning, machineState } from './run-state.js';

/** Wait before changed settings are sent: they may change faster than an engine can follow. In milliseconds. */
const SETTLE = 120;

/** Paths that have changed and are not sent yet. @type {Set<string>} */
const changed = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let settling;

/** @param {import('../app/feature.js').App} app */
export function mount({ signal }) {
  signal.addEventListener('abort', () => clearTimeout(settling), { once: true });
  if (changed.size > 0) settle();
  onDescribed(({ describe }) => {
    const { controls } = translateDescription(describe);
    onSettings((path) => {
      if (!isRunning()) return;
      const all = path === null ? controls.filter(({ live }) => live) : controls.filter((each) => each.path === path);
      for (const control of all) {
        if (control.live) changed.add(control.path);
        else showStatus(() => status.nextTime(translateDescription(describe).controls.find(({ path: each }) => each === control.path)?.label ?? control.label));
      }
      if (changed.size > 0) settle();
    }, signal);
  }, signal);
}

/** Has a setting count for the run under way that was changed before it went on. @param {string} path */
export function sendSetting(path) {
  if (!isRunning()) return;
  changed.add(path);
  settle();
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => void send(), SETTLE);
}

/** Changed settings that have not been sent yet, for whoever takes care of them. @returns {Record<string, SettingValue>} by path */
export function takeChanges() {
  const changes = [...changed].flatMap((path) => {
    const value = valueAt(path);
    return value === undefined ? [] : [/** @type {const} */ ([path, value])];
  });
  changed.clear();
  return Object.fromEntries(changes);
}

async function send() {
  const run = currentRun();
  const { name } = machineState();
  if (!run || !isRunning()) return changed.clear();
  // There is no session that could be changed: not yet, or another will take its place.
  if (name !== 'running' && name !== 'pausing' && name !== 'paused') return settle();
  const changes = takeChanges();
  try {
    const report = showReport(run, await engine.request('set', { changes }));
    for (const path of Object.keys(changes)) run.live.add(path);
    if (run.inputs) run.inputs.job = followed(run.inputs.job, report);
  } catch (error) {
    if (run === currentRun() && isRunning()) showError(labelled(sentenceOf(error)), { topic: 'control' });
  }
}
