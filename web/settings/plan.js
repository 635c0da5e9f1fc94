/**
 * What a run will be and take, which the engine computes (crates/transfer/src/run/plan.rs): the size of the result, its scales, memory, the
 * largest size that fits, and what may follow it.
 */

/** @import { Picture, PlannedImage, PlanRequest, Plan, Settings, StyleInput } from '../types' */
import { ready } from '../engine/engine-choice.js';
import { engine } from '../engine/setup.js';
import { get } from '../app/store.js';

/**
 * @typedef {object} PlannedRun
 * @property {Picture} content
 * @property {readonly StyleInput[]} styles every style and where it is used
 * @property {Picture | null} [start]
 * @property {Settings} settings all, or what differs from the preset
 * @property {string} preset
 */

/** The last question and its answer. @type {{ key: string, answer: Promise<Plan> } | null} */
let last = null;

/**
 * @param {PlannedRun} run
 * @param {number} [correction] bytes that were measured over those that were planned
 * @param {number} [room] bytes that there are at most
 * @returns {Promise<Plan>} rejected with a sentence where the settings contradict each other
 */
export function planRun(run, correction = 1, room = Infinity) {
  const { engine: info, network } = get();
  const request = requestOf(run, correction, room);
  const key = JSON.stringify([info?.engine, info?.threads, network?.info.sha256, request]);
  if (last?.key === key) return last.answer;
  const answer = alive().then(() => /** @type {Promise<Plan>} */ (engine.request('plan', { request })));
  const mine = { key, answer };
  last = mine;
  // Whatever was wrong with the worker may be over by the next time.
  answer.catch(() => { if (last === mine) last = null; });
  return answer;
}

/** A new worker on its way, in place of one that had to go. @type {Promise<void> | null} */
let reviving = null;

/** Waits for a worker with a network. */
async function alive() {
  if (engine.networkKey !== null) return;
  reviving ??= ready(null, new AbortController().signal).finally(() => { reviving = null; });
  await reviving;
}

/** @param {PlannedRun} run @param {number} correction @param {number} room @returns {PlanRequest} */
function requestOf({ content, styles, start, settings, preset }, correction, room) {
  return {
    preset, settings, budget: room === Infinity ? deviceRoom() : Math.min(room, deviceRoom() ?? Infinity), correction,
    images: {
      content: described(content),
      styles: styles.map(({ picture, mask }) => ({ image: described(picture), mask: mask && described(mask) })),
      start: start ? described(start) : null,
    },
  };
}

/** @param {Picture} picture @returns {PlannedImage} */
const described = (picture) => ({ width: picture.width, height: picture.height, transparent: isTransparent(picture) });

/** @type {WeakMap<Picture, boolean>} */
const transparent = new WeakMap();

/** @param {Picture} picture whether some of its pixels are not opaque */
function isTransparent(picture) {
  let known = transparent.get(picture);
  if (known === undefined) {
    const { rgba } = picture;
    known = false;
    for (let at = 3; at < rgba.length && !known; at += 4) known = /** @type {number} */ (rgba[at]) < 255;
    transparent.set(picture, known);
  }
  return known;
}

/** Some browsers say roughly how much memory there is, 8 GiB at most: from there on they say nothing. @returns {number | null} bytes */
function deviceRoom() {
  const gigabytes = /** @type {Navigator & { deviceMemory?: number }} */ (navigator).deviceMemory ?? 8;
  return gigabytes < 8 && get().engine?.engine === 'cpu' ? gigabytes * 2 ** 30 * 0.7 : null;
}
