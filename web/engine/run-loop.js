/**
 * The run in the engine's worker: steps one after the other, with previews, checkpoints and losses on the way. Losses come with the progress,
 * one at a time; the report with all of them comes when the run pauses or ends, and on request. Pausing is not stepping.
 */

/** @import { EngineModule, RunSpec, SettingValue, NetworkHandle, SessionHandle, Step, WorkerEvent } from '../types' */
import { write } from '../app/paths.js';
import { isCheckpointDue } from '../run/checkpoint-due.js';
import { yieldToMessages, explained, inTurn, need, post } from './worker-port.js';

/** A preview may cost at most this share of this worker's time, and comes at least once a second or once an iteration, whichever is rarer. */
const PREVIEW_SHARE = 1 / 10;
const PREVIEW_AT_MOST_EVERY = 100;
const PREVIEW_AT_LEAST_EVERY = 900;

/** @type {SessionHandle | null} */
let session = null;
/** @type {'idle' | 'painting' | 'paused' | 'stopping'} */
let doing = 'idle';
/** Resolves when a pause ends. @type {() => void} */
let wake = () => {};
/** Every how many evaluations an iterate is kept for the page; 0: none. */
let keepEvery = 0;
/** Further evaluations at which one is kept. @type {number[]} */
let marks = [];
/** It pauses by itself after this one; 0: never. */
let until = 0;
/** Evaluations asked for so far in this session. */
let issued = 0;
/** The page's own number for it. */
let run = 0;

/** What a run has to say, with its number. @param {WorkerEvent} event @param {number} number @param {Transferable[]} [transfer] */
function postOf(event, number, transfer = []) {
  post(/** @type {WorkerEvent} */ ({ ...event, run: number }), transfer);
}

/** Whether no run is under way. */
export const isIdle = () => doing === 'idle';

/**
 * Begins a run, or continues from a snapshot of one that had made `evaluation` evaluations.
 * Masks: in the order of the styles, null for a style without one.
 * @param {{ engine: EngineModule, network: NetworkHandle }} parts
 * @param {{ run: number, job: RunSpec, content: Uint8Array, styles: Uint8Array[], start?: Uint8Array, snapshot?: Uint8Array, masks?: (Uint8Array | null)[], evaluation?: number, keepEvery: number, marks?: number[], until?: number }} request
 */
async function paint({ engine: { Session }, network }, { run: number, job, content, styles, start: from, snapshot, masks, evaluation = 0, keepEvery: every, marks: marked = [], until: last = 0 }) {
  if (doing !== 'idle') throw new TypeError('There is a run under way.');
  doing = 'painting';
  keepEvery = every;
  marks = marked;
  until = last;
  issued = evaluation;
  run = number;
  try {
    session?.free?.();
    session = null;
    session = await inTurn(() => snapshot
      ? Session.restore(network, JSON.stringify(job), content, styles, from, snapshot, masks)
      : Session.create(network, JSON.stringify(job), content, styles, from, masks));
  } catch (error) {
    doing = 'idle';
    throw error;
  }
  void work(session, number);
  return { width: session.width, height: session.height, report: session.report() };
}

/** @param {SessionHandle} current @param {number} number of the run */
async function work(current, number) {
  let due = -Infinity;
  /** Steps go on while the device still has the preview to send: at most one, and whatever ends the steps waits for it. @type {Promise<void> | null} */
  let preview = null;
  /** @type {unknown} */
  let broken = null;
  /** Milliseconds of painting since the last checkpoint. */
  let since = 0;
  try {
    if (issued === 0) await putAside(current);
    for (;;) {
      await yieldToMessages();
      while (doing === 'paused') await new Promise((resolve) => { wake = () => resolve(undefined); });
      if (broken) throw broken;
      if (doing === 'stopping') break;
      const from = performance.now();
      /** @type {Step} */
      const step = JSON.parse(await inTurn(() => current.step()));
      const milliseconds = performance.now() - from;
      issued = step.issued_evaluation;
      since += milliseconds;
      postOf({ event: 'progress', step, milliseconds }, number);
      if (step.done || isCheckpointDue({ issued, every: keepEvery, marks, since, step: milliseconds })) {
        await putAside(current);
        since = 0;
      }
      if (step.done) {
        await preview;
        await show(current);
        doing = 'idle';
        postOf({ event: 'finished', report: await inTurn(() => current.report()) }, number);
        return;
      }
      if (issued === until && doing === 'painting') {
        doing = 'paused';
        await preview;
        await show(current);
        postOf({ event: 'paused', report: await inTurn(() => current.report()) }, number);
      }
      // A run that is being stopped has no time for a preview here: stopping shows one.
      if (!preview && performance.now() >= due && !isStopping()) {
        preview = show(current).then((cost) => {
          due = performance.now() + Math.min(PREVIEW_AT_LEAST_EVERY, Math.max(PREVIEW_AT_MOST_EVERY, cost / PREVIEW_SHARE));
        }, (error) => { broken = error; }).then(() => { preview = null; });
      }
    }
    await preview;
    doing = 'idle';
  } catch (error) {
    doing = 'idle';
    const { code, fatal, held, sentence } = explained(error);
    let report = null;
    try { report = fatal ? null : current.report(); } catch { /* a session that broke has none */ }
    postOf({ event: 'failed', message: sentence, code, held, report }, number);
  } finally {
    ended();
  }
}

/** Behind a function, for the type checker takes `doing` for unchanged across an await. */
function isStopping() {
  return doing === 'stopping';
}

/** Resolves when the loop has left. @type {() => void} */
let ended = () => {};

/** @param {SessionHandle} current @returns {Promise<number>} milliseconds of this worker's time that it cost */
async function show(current) {
  const number = run;
  const evaluation = issued;
  const picture = await readPreview(current);
  postOf({ event: 'preview', ...picture, evaluation }, number, [picture.rgba.buffer]);
  return picture.milliseconds;
}

/** Only asking for it takes a turn. @param {SessionHandle} current */
async function readPreview(current) {
  // In an array, lest the turn wait for the promise that it hands on.
  const [asked] = await inTurn(() => [current.preview()]);
  const result = await asked;
  const { width, height, iteration, milliseconds } = result;
  return { width, height, iteration, milliseconds, rgba: result.into_rgba() };
}

/** Gives the page this iterate and all that is needed to go on from it. @param {SessionHandle} current */
async function putAside(current) {
  await inTurn(async () => {
    const snapshot = await current.checkpoint();
    const result = await current.preview();
    const { width, height, iteration } = result;
    const rgba = result.into_rgba();
    post({ event: 'kept', run, evaluation: issued, iteration, width, height, rgba, snapshot }, [rgba.buffer, snapshot.buffer]);
  });
}

/** @returns {Promise<string | null>} the report of the run that was stopped, null where there was none */
async function stop() {
  const current = session;
  if (doing === 'painting' || doing === 'paused') {
    const left = new Promise((resolve) => { ended = () => resolve(undefined); });
    doing = 'stopping';
    wake();
    await left;
    if (current) await show(current);
    return current && await inTurn(() => current.report());
  }
  return null;
}

/** @returns {Promise<string | null>} the report of the run that was paused, null where there was none */
async function pause() {
  if (doing !== 'painting') return null;
  doing = 'paused';
  const current = session;
  if (!current) return null;
  await show(current);
  return inTurn(() => current.report());
}

/**
 * Changes settings of the run as they are now, whatever has changed by itself since it began.
 * @param {SessionHandle} current @param {Record<string, SettingValue>} changes by path
 * @returns {string} the report, which says since when they hold
 */
function set(current, changes) {
  const { settings } = JSON.parse(current.report());
  for (const [path, value] of Object.entries(changes)) write(settings, path, value);
  current.set(JSON.stringify(settings));
  return current.report();
}

function resume() {
  if (doing === 'paused') doing = 'painting';
  wake();
  return null;
}

/**
 * @param {() => Promise<{ engine: EngineModule, network: NetworkHandle }>} parts there must be both, and nothing else may be using them
 * @returns {Record<string, (request: any) => unknown>}
 */
export function runHandlers(parts) {
  return {
    paint: async (request) => paint(await parts(), request),
    pause,
    resume,
    stop,
    set: ({ changes }) => inTurn(() => set(need(session, 'a run'), changes)),
    picture: async () => { await show(need(session, 'a run')); return null; },
    report: () => inTurn(() => need(session, 'a run').report()),
    keep: async () => { if (session) await putAside(session); return null; },
    keepEvery: ({ every }) => { keepEvery = every; return null; },
  };
}
