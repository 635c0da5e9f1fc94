/** The benchmark's page: a worker for each program; the driver (tests/bench.mjs) asks them one after the other. */

import { startThreads } from '../../web/engine/thread-pool.js';

/** @typedef {{ program: string, bundle: string, threads: number }} Spec */

/** @type {Map<number, { worker: Worker, threads: { terminate: () => void } | null }>} */
const programs = new Map();
let next = 1;

/** @param {Worker} worker @param {Record<string, unknown>} message @returns {Promise<any>} */
function ask(worker, message) {
  return new Promise((resolve, reject) => {
    const done = () => { worker.onmessage = null; worker.onerror = null; };
    worker.onmessage = ({ data }) => {
      done();
      if (data.error === undefined) resolve(data);
      else reject(new Error(data.error));
    };
    worker.onerror = (event) => { done(); reject(new Error(event.message)); };
    worker.postMessage(message);
  });
}

const bench = {
  /** @param {Spec} spec @returns {Promise<{ id: number, adapter: string }>} */
  async start({ program, bundle, threads }) {
    const tfjs = program.startsWith('tfjs');
    const worker = new Worker(tfjs ? 'tfjs-worker.js' : 'engine-worker.js', tfjs ? {} : { type: 'module' });
    let others = null;
    let answer = await ask(worker, { type: 'start', program, bundle, threads });
    if (answer.shared) {
      others = startThreads({ ...answer.shared, count: threads - 1 }, (detail) => { throw new Error(`A thread failed: ${detail}`); });
      if (await others.ready !== threads - 1) throw new Error('Not all threads came.');
      answer = await ask(worker, { type: 'work' });
    }
    const id = next;
    next += 1;
    programs.set(id, { worker, threads: others });
    return { id, adapter: answer.adapter };
  },

  /** @param {number} id @param {string} type prepare, forward, step, gradient or profile @param {number[]} [size] height and width */
  async ask(id, type, size) {
    const found = programs.get(id);
    if (!found) throw new Error(`There is no program ${id}.`);
    return ask(found.worker, { type, size });
  },

  /** @param {number} id */
  stop(id) {
    programs.get(id)?.worker.terminate();
    programs.get(id)?.threads?.terminate();
    programs.delete(id);
  },
};

/** @type {any} */ (window).bench = bench;
