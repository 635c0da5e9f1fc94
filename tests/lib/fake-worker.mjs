// A worker that does what a test says, for the modules of the page that start one.

/** @typedef {{ id: number, type: string } & Record<string, any>} Request */

/** Those that were started, oldest first. @type {FakeWorker[]} */
export const started = [];

export class FakeWorker extends EventTarget {
  /** What it was sent. @type {Request[]} */
  received = [];
  terminated = false;

  /** @param {unknown} _ its address @param {{ name?: string }} [options] */
  constructor(_, { name = "" } = {}) {
    super();
    this.name = name;
    started.push(this);
  }

  /** @param {Request} message */
  postMessage(message) {
    this.received.push(message);
  }

  terminate() {
    this.terminated = true;
  }

  /** @param {object} data */
  say(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  /** @param {string} type @param {object} answer to the newest request of that type */
  answer(type, answer) {
    const { id } = this.received.findLast((each) => each.type === type) ?? { id: -1 };
    this.say({ id, ...answer });
  }

  fail(message = "") {
    this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message }));
  }
}

/** Has the page's modules start these instead of the browser's. */
export function install() {
  Object.assign(globalThis, { Worker: FakeWorker });
  started.length = 0;
}

// Node has none.
Object.assign(globalThis, { navigator: { onLine: true, languages: ["en"] } });
