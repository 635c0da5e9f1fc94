/** The talk's own engine, in a worker of its own: it inspects features, or paints a picture beside the run, and never touches the run. */

/** @import { Losses, NetworkId, Picture, Preview, Settings, WorkerEvent } from '../types' */
import { sentenceOf } from '../app/errors.js';
import { Engine, EngineError } from '../engine/client.js';
import { loadNetwork } from '../network/load.js';
import { get } from '../app/store.js';

/** @param {Picture} picture */
const about = ({ name, sha256, width, height }) => ({ name, sha256, width, height });
/** @param {Picture} picture */
const pixels = ({ rgba }) => new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength);

/** @param {Settings} settings complete @param {Picture} content @param {Picture} style what the worker's requests begin with */
export function runSpecOf(settings, content, style) {
  const { engine } = get();
  if (!engine) throw new Error('There is no engine.');
  return {
    job: { settings, content: about(content), styles: [about(style)], start: null, downloaded_bytes: 0, engine: engine.engine, adapter: engine.adapter },
    content: pixels(content), styles: [pixels(style)],
  };
}

export class TalkEngine {
  /** @type {Preview | null} */
  result = null;
  /** @type {Losses[]} */
  losses = [];
  /** @type {'idle' | 'painting' | 'paused' | 'done'} */
  doing = 'idle';
  /** Evaluations made. */
  evaluations = 0;
  /** What is on it, by the caller's own word. */
  subject = '';
  /** Called when there is something new to be seen. @type {() => void} */
  onChange = () => {};
  /** Called when the engine has died, or its run has failed. @type {(sentence: string) => void} */
  onFail = () => {};
  /** @type {Promise<void> | null} */
  #ready = null;
  #number = 0;

  constructor() {
    this.engine = new Engine((event) => this.#receive(event), (error) => this.#fell(sentenceOf(error)));
  }

  /** Whether there is an engine, or one on its way. */
  get alive() {
    return this.#ready !== null;
  }

  /** An engine and a network, of the same kind as the page's. @returns {Promise<void>} */
  ready() {
    this.#ready ??= this.#open().catch((error) => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  async #open() {
    const { engine, network } = get();
    if (!engine || !network) throw new Error('There is no engine.');
    await this.engine.start(engine.engine, 1, engine.tile ? { adapter: engine.adapter, name: engine.tile } : null);
    await loadNetwork(this.engine, /** @type {NetworkId} */ (network.id), { signal: new AbortController().signal, onBytes: () => {} });
  }

  /**
   * Begins a run, or one that differs from what is on it already.
   * @param {string} subject @param {Settings} wish what differs from the preset "painting" @param {Picture} content @param {Picture} style
   */
  async begin(subject, wish, content, style) {
    this.subject = subject;
    this.#number += 1;
    const mine = this.#number;
    Object.assign(this, { result: null, losses: [], evaluations: 0, doing: 'painting' });
    await this.ready();
    await this.engine.request('stop');
    const settings = /** @type {Settings} */ (await this.engine.request('resolve', { preset: 'painting', json: JSON.stringify(wish) }));
    if (mine !== this.#number) return;
    await this.engine.request('paint', { run: mine, keepEvery: 0, ...runSpecOf(settings, content, style) });
    if (/** @type {string} */ (this.doing) === 'paused') await this.engine.request('pause');
  }

  pause() {
    if (this.doing !== 'painting') return;
    this.doing = 'paused';
    void this.engine.request('pause').catch(() => {});
  }

  resume() {
    if (this.doing !== 'paused') return;
    this.doing = 'painting';
    void this.engine.request('resume').catch(() => {});
  }

  close() {
    this.engine.terminate(new EngineError('The talk is over.'));
    this.#ready = null;
    this.doing = 'idle';
    this.subject = '';
  }

  /** @param {string} sentence */
  #fell(sentence) {
    this.#ready = null;
    this.doing = 'idle';
    this.subject = '';
    this.onFail(sentence);
  }

  /** @param {WorkerEvent} event */
  #receive(event) {
    if (event.event === 'progress') {
      const { latest, issued_evaluation: evaluations } = event.step;
      this.evaluations = evaluations;
      if (latest && latest.evaluation !== this.losses[this.losses.length - 1]?.evaluation) this.losses.push(latest);
    } else if (event.event === 'preview') {
      const { width, height, rgba, iteration } = event;
      this.result = { width, height, iteration, rgba: new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength) };
      this.onChange();
    } else if (event.event === 'finished') {
      this.doing = 'done';
      this.onChange();
    } else if (event.event === 'failed') {
      this.#fell(event.message);
    }
  }
}

/** At most three, lent to whichever step is on stage; engines take seconds to start, so they are kept until the talk is over. @type {TalkEngine[]} */
const engines = [];

/** @param {number} index @returns {TalkEngine} */
export function talkEngine(index) {
  return engines[index] ??= new TalkEngine();
}

export function closeEngines() {
  for (const each of engines) each?.close();
}
