/**
 * What a run is made from, and what another run is made from after it: the same again, one that continues from a checkpoint, one that differs
 * in something. All of it pure: nothing here asks the controls.
 */

/** @import { Change, RunSpec, SettingValue, RunInputs, Picture, Report, RunRequest, Settings } from '../types' */
import { read, write } from '../app/paths.js';

/** A request with other settings, which no longer is what the controls say. @param {RunRequest} request @param {Settings} settings @returns {RunRequest} */
export function withSettings(request, settings) {
  return { ...request, settings: { ...structuredClone(request.settings), ...settings }, chosen: false };
}

/**
 * The same run again, from its beginning. What was changed on the way changes again at the same evaluations.
 * @param {RunRequest} request @param {RunInputs | null} inputs what came of it, as far as it did
 * @returns {RunRequest}
 */
export function again(request, inputs) {
  if (!inputs) return request;
  const { settings, changes } = inputs.job;
  return { ...request, settings: structuredClone(settings), changes: structuredClone(changes), network: inputs.network, chosen: false };
}

/**
 * Another run on the pictures of a run that has ended, with its settings as they were at its end.
 * @param {RunInputs} inputs @param {Report | null} report its own
 * @returns {RunRequest}
 */
export function requestOf({ content, style, start, styles, job, preset, network }, report) {
  const settings = /** @type {Settings} */ (report?.settings ?? settingsAt(job, Infinity));
  return { content, style, start, styles, preset, network, settings: structuredClone(settings), changes: [], marks: [], until: 0, chosen: false };
}

/** What the engine is given. @param {RunRequest} request @param {Settings} settings resolved @param {Pick<RunSpec, 'engine' | 'adapter' | 'downloaded_bytes'>} by @returns {RunSpec} */
export function runSpecOf({ content, styles, start, changes }, settings, by) {
  return {
    settings, content: input(content), styles: styles.map(({ picture, mask }) => ({ ...input(picture), mask: mask && input(mask) })),
    start: settings['start'] === 'picture' && start ? input(start) : null, changes, ...by,
  };
}

/** @param {Picture} picture */
const input = ({ name, sha256, width, height }) => ({ name, sha256, width, height });

/**
 * After settings were changed during a run: its settings and the changes so far are the report's, and what is still to change by itself stays.
 * @param {RunSpec} job @param {Report} report
 * @returns {RunSpec}
 */
export function followed(job, report) {
  return {
    ...job, settings: /** @type {Settings} */ (/** @type {unknown} */ (report.settings)),
    changes: [...report.changes, ...job.changes.filter(({ evaluation }) => evaluation >= report.evaluations)],
  };
}

/** A run's settings with some changed. @param {RunSpec} job @param {Record<string, SettingValue>} changes by path @returns {RunSpec} */
export function changed(job, changes) {
  const settings = structuredClone(job.settings);
  for (const [path, value] of Object.entries(changes)) write(settings, path, value);
  return { ...job, settings };
}

/** The settings of a run after so many evaluations. @param {RunSpec} job @param {number} evaluation @returns {Settings} */
export function settingsAt({ settings, changes }, evaluation) {
  const then = structuredClone(settings);
  for (const change of changes) if (change.evaluation < evaluation) merge(then, /** @type {Settings} */ (change.settings));
  return then;
}

/**
 * What continues from a checkpoint: the settings that held there, but what a person has changed since as it is now. What was recorded after it
 * is discarded, and what changes by itself still does.
 * @param {RunSpec} job @param {number} evaluation of the checkpoint @param {ReadonlySet<string>} live paths that a person has changed during the run
 * @returns {RunSpec}
 */
export function continued(job, evaluation, live) {
  const settings = settingsAt(job, evaluation);
  for (const path of live) {
    const value = read(job.settings, path);
    if (value !== undefined) write(settings, path, value);
  }
  const changes = job.changes.filter((change) => change.evaluation >= evaluation).map((change) => without(change, live)).filter((change) => Object.keys(/** @type {object} */ (change.settings)).length > 0);
  return { ...job, settings, changes };
}

/** @param {Change} change @param {ReadonlySet<string>} paths @returns {Change} */
function without(change, paths) {
  const prune = (/** @type {Record<string, unknown>} */ at, /** @type {string} */ before) => {
    /** @type {Record<string, unknown>} */
    const rest = {};
    for (const [key, value] of Object.entries(at)) {
      const path = before + key;
      if (paths.has(path)) continue;
      const inner = isObject(value) ? prune(value, `${path}.`) : value;
      if (!isObject(inner) || Object.keys(inner).length > 0) rest[key] = inner;
    }
    return rest;
  };
  return { ...change, settings: prune(/** @type {Record<string, unknown>} */ (change.settings), '') };
}

/** @param {Settings} into changed in place @param {Settings} over */
function merge(into, over) {
  for (const [key, value] of Object.entries(over)) {
    const here = into[key];
    if (isObject(value) && isObject(here)) merge(here, value);
    else into[key] = structuredClone(value);
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
