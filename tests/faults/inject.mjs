// What is put into the engine's worker, and before its script: an API that fails at its n-th call, or a message at which the worker ends.

/** @typedef {"throw" | "reject" | "never" | "null" | "invalid" | "memory" | "destroy" | "busy" | "close" | "trap"} How */
/**
 * A call of an API that fails.
 * @typedef {object} CallFault
 * @property {string} call `Interface.method`, or a function of `WebAssembly`
 * @property {number} at the n-th, from 1
 * @property {How} how
 * @property {boolean} [onward] and every later one
 * @property {"paint" | "warmUp"} [after] counted from this request on. Before a run the worker then refuses what it would do while nothing is asked of
 *   it, as it does for whoever presses Paint at once: how many of its calls come before the run depends on the machine
 */
/** @typedef {"start" | "idle" | "run"} Moment start: the engine has not started yet; run: a run has been asked for */
/**
 * A message that the worker posts or receives, at which something happens to it before the message is passed on.
 * @typedef {object} MessageFault
 * @property {string} message an event's name, or a request's type
 * @property {number} at the n-th, from 1
 * @property {How} how
 */
/** @typedef {CallFault | MessageFault} WorkerFault */

/** What the worker says on its console as soon as the fault happens; its moment follows. */
export const HAPPENED = "The fault has been injected.";

/**
 * The script of a worker with a fault before its own.
 *
 * @param {WorkerFault} fault
 * @param {string} script
 */
export const withFault = (fault, script) => `(${injectFault})(${JSON.stringify(fault)}, ${JSON.stringify(HAPPENED)});\n${script}`;

/**
 * In the worker, or in the page.
 *
 * @param {WorkerFault} fault
 * @param {string} happened
 */
export function injectFault(fault, happened) {
  const scope = /** @type {any} */ (globalThis);
  /** @type {any} */
  let device = null;
  let count = 0;
  const after = "after" in fault ? fault.after : undefined;
  let counts = after === undefined;
  /** @type {Moment} */
  let moment = "start";
  let started = -1;
  /** What only calls can do gives the result, what the worker does itself gives nothing. @type {Record<string, (own: () => any, args: any[], target: any) => any>} */
  const acts = {
    throw: () => { throw new TypeError("injected"); },
    reject: () => Promise.reject(new DOMException("injected", "OperationError")),
    // It is asked as always, and its answer never comes.
    never: (own) => {
      void Promise.resolve(own()).catch(() => {});
      return new Promise(() => {});
    },
    null: () => Promise.resolve(null),
    // The graphics device is gone from here on, as after device.destroy().
    destroy: (own) => { device?.destroy(); return own(); },
    // A browser reports that memory ran out by an event, and gives a buffer that is good for nothing.
    memory: (own, args, target) => {
      target.pushErrorScope("validation");
      const buffer = target.createBuffer({ ...args[0], usage: 0, mappedAtCreation: false });
      target.popErrorScope().catch(() => {});
      const error = new scope.GPUOutOfMemoryError("injected: out of memory");
      target.dispatchEvent(new scope.GPUUncapturedErrorEvent("uncapturederror", { error }));
      return buffer;
    },
    // What the call is given is such that the browser itself refuses it, each in the way of its kind.
    invalid: (own, args, target) => {
      if (args[0]?.code !== undefined) args[0] = { ...args[0], code: "this is no WGSL" };
      else if (args[0]?.size !== undefined) args[0] = { ...args[0], size: 2 ** 50 };
      else if (args[0]?.compute !== undefined) args[0] = { ...args[0], compute: { ...args[0].compute, entryPoint: "injected" } };
      else device?.createBuffer({ size: 4, usage: 0 });
      return own.call(target);
    },
    busy: () => { for (;;); },
    close: () => scope.close(),
    trap: () => { throw new WebAssembly.RuntimeError("integer divide by zero"); },
  };
  /** @param {() => any} own @param {any[]} args @param {any} target @param {boolean} isIt */
  const perhaps = (own, args, target, isIt) => {
    if (isIt && counts) count += 1;
    const isNow = count === fault.at || ("onward" in fault && fault.onward && count > fault.at);
    if (!isIt || !counts || !isNow) return own();
    console.log(`${happened} ${moment}`);
    return acts[fault.how]?.(own, args, target);
  };
  const wrap = (/** @type {any} */ holder, /** @type {string} */ name, /** @type {(own: () => any, args: any[], target: any) => any} */ around) => {
    const own = holder[name];
    holder[name] = function (/** @type {any[]} */ ...args) {
      return around(() => own.apply(this, args), args, this);
    };
  };
  if (scope.WorkerGlobalScope) {
    scope.addEventListener("message", (/** @type {MessageEvent} */ event) => {
      const { id, type } = event.data ?? {};
      if (type === "start") started = id;
      if (type === "paint") moment = "run";
      if (type === after) counts = true;
      if (after !== "paint" || moment === "run" || (type !== "warmUp" && type !== "probe")) return;
      event.stopImmediatePropagation();
      scope.postMessage({ id, value: null });
    });
    const { postMessage } = scope;
    scope.postMessage = (/** @type {any[]} */ ...args) => {
      if (args[0]?.id === started && moment === "start") moment = "idle";
      return postMessage.apply(scope, args);
    };
  }
  if (scope.GPUAdapter) {
    wrap(scope.GPUAdapter.prototype, "requestDevice", (own) => own().then((/** @type {any} */ made) => {
      device = made;
      return made;
    }));
  }
  if ("call" in fault) {
    const [holder = "", name = ""] = fault.call.split(".");
    // WebAssembly is no class.
    wrap(scope[holder].prototype ?? scope[holder], name, (own, args, target) => perhaps(own, args, target, true));
    return;
  }
  wrap(scope, "postMessage", (own, args) => {
    const done = () => {
      own();
      return undefined;
    };
    return perhaps(done, args, scope, args[0]?.event === fault.message || args[0]?.stage === fault.message);
  });
  // Before the worker's own listener, which then does not hear it where the worker is to end.
  scope.addEventListener("message", (/** @type {MessageEvent} */ event) => {
    perhaps(() => {}, [], scope, event.data?.type === fault.message);
  });
}
