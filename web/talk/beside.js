/**
 * Results painted beside the run for a figure, a few at a time, on engines of the talk's: what is finished is kept until the page is left,
 * and what is not there yet is shown from the recorded demonstration.
 */

/** @import { Picture, Settings } from '../types' */
import { SentenceError, sentenceOf } from '../app/errors.js';
import { get } from '../app/store.js';
import { talkEngine } from './engine.js';
import { hold, live, release } from './live.js';
import { recorded } from './recorded.js';
import { Missing, present } from './source.js';
import { refreshNow, stage } from './stage.js';

/** @typedef {import('./source.js').Painted} Painted */
/** @typedef {{ content: Picture, style: Picture }} Pair */
/**
 * @typedef {object} Order
 * @property {string} name of the same in the recorded demonstration
 * @property {Settings} wish what differs from the preset "painting"
 * @property {(pair: Pair) => Promise<Picture>} [style] where it is not the pair's
 */
/** @typedef {{ painted: Painted, live: boolean }} Shown */

/** @type {Map<string, Painted>} */
const finished = new Map();

/**
 * @param {Order[]} orders @param {{ engines: number, size: { cpu: number, gpu: number } }} how @param {(shown: Shown[]) => void} draw
 * @returns {Pick<import('./parts.js').Figure, 'ahead' | 'refresh' | 'drawnFrom' | 'leave'> & { again: () => void, evaluations: () => number[] }}
 */
export function beside(orders, { engines, size }, draw) {
  let begun = false;
  let turn = 0;
  /** What is on its way, by the order. @type {string[]} */
  let subjects = [];
  /** @type {import('./source.js').Source['kind']} */
  let from = 'recorded';

  const engineOf = (/** @type {number} */ n) => talkEngine(n % engines);
  const subjectOf = (/** @type {Pair} */ { content, style }, /** @type {Order} */ { name, wish }) => JSON.stringify([name, wish, content.sha256, content.name, style.sha256, style.name, get().network?.info.sha256]);

  /** @param {number} n @returns {Painted | null} */
  function have(n) {
    const subject = subjects[n] ?? '';
    const on = engineOf(n);
    if (on.subject === subject && subject && on.result) return { picture: on.result, losses: on.losses.map(({ evaluation, total }) => [evaluation, total]) };
    return finished.get(subject) ?? null;
  }

  async function show() {
    const demonstration = await recorded().catch(() => null);
    const shown = orders.map(({ name }, n) => {
      const own = stage.replaying ? null : have(n);
      return { painted: own ?? present(demonstration).painted(name), live: own !== null };
    });
    from = shown.every(({ live: own }) => own) ? 'live' : 'recorded';
    draw(shown);
  }

  /** One engine's share of the orders, one after the other. @param {number} k @param {number} mine @param {Pair} pair */
  async function work(k, mine, pair) {
    const on = talkEngine(k);
    for (let n = k; n < orders.length && mine === turn; n += engines) {
      const { wish, style } = /** @type {Order} */ (orders[n]);
      const subject = subjects[n] ?? '';
      if (finished.has(subject)) continue;
      await new Promise((resolve, reject) => {
        const look = () => {
          refreshNow(false);
          if (on.doing !== 'done') return;
          const painted = have(n);
          if (painted) finished.set(subject, painted);
          resolve(null);
        };
        on.onChange = look;
        on.onFail = (sentence) => reject(new SentenceError(sentence));
        if (on.subject === subject && on.doing !== 'idle') {
          on.resume();
          look();
        } else {
          const side = size[get().engine?.engine ?? 'cpu'];
          void Promise.resolve(style ? style(pair) : pair.style).then((chosenStyle) => on.begin(subject, { size: side, ...wish }, pair.content, chosenStyle)).catch(reject);
        }
      });
    }
  }

  return {
    ahead: false,
    drawnFrom: () => from,
    evaluations: () => orders.map((_, n) => (engineOf(n).subject === subjects[n] ? engineOf(n).evaluations : 0)),
    async refresh(source) {
      if (source.kind === 'kept' && !orders.some((_, n) => have(n))) throw new Missing();
      // The pictures may not be there yet when the step comes on stage.
      if (source.kind === 'live' && !begun) {
        const pair = present(live.own);
        begun = true;
        subjects = orders.map((order) => subjectOf(pair, order));
        turn += 1;
        const mine = turn;
        hold();
        for (let k = 0; k < engines; k += 1) work(k, mine, pair).catch((error) => { if (mine === turn) live.trouble(sentenceOf(error)); });
      }
      await show();
    },
    /** Paints all of it anew. */
    again() {
      for (const subject of subjects) finished.delete(subject);
      for (let k = 0; k < engines; k += 1) talkEngine(k).subject = '';
      begun = false;
      refreshNow();
    },
    leave() {
      if (!begun) return;
      begun = false;
      turn += 1;
      for (let k = 0; k < engines; k += 1) {
        const on = talkEngine(k);
        // Another figure in view may have taken it over.
        if (!subjects.includes(on.subject)) continue;
        Object.assign(on, { onChange: () => {}, onFail: () => {} });
        on.pause();
      }
      release();
    },
  };
}
