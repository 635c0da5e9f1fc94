// Changes to valid inputs that keep most of their structure: of values node by node, of bytes at random, and of JSON's text with what no value
// holds. fast-check makes values from descriptions; here what matters is how far a valid input may be changed, so these are our own.

/** @typedef {import('./random.mjs').Random} Random */

const NUMBERS = [0, 1, -1, 2, 255, 65_535, 2 ** 31, 2 ** 32, 2 ** 53, 1e18, 1e300, 5e-324, -0, 0.5];
const SPECIAL = [NaN, Infinity, -Infinity];
const NAMES = ["__proto__", "constructor", "prototype", "toString", "", "schema", "a.b", "größe", "\0"];
const DEPTHS = [1, 2, 2, 3, 4, 5, 6, 11, 13, 33, 33, 5000];

/** Every place of a tree: where it hangs, and under which key. @param {any} root @param {string} key @returns {{ parent: any, key: string }[]} */
function places(root, key) {
  /** @type {{ parent: any, key: string }[]} */
  const all = [];
  const visit = (/** @type {any} */ parent, /** @type {string} */ at, /** @type {number} */ depth) => {
    all.push({ parent, key: at });
    const value = parent[at];
    // No deeper: the one before may have nested it thousands of times.
    if (depth < 20 && value !== null && typeof value === "object" && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)) {
      for (const inner of Object.keys(value)) visit(value, inner, depth + 1);
    }
  };
  visit(root, key, 0);
  return all;
}

/** Sets an own property, whatever it is called. @param {any} on @param {string} key @param {unknown} value */
const put = (on, key, value) => Object.defineProperty(on, key, { value, enumerable: true, configurable: true, writable: true });

/** @param {Random} random @param {number} depth @param {unknown} inner */
function nested(random, depth, inner) {
  const list = random.below(2) === 0;
  let value = inner;
  for (let n = 0; n < depth; n += 1) value = list ? [value] : { a: value };
  return value;
}

/**
 * A value with one change. `clones`: values that are not taken apart, as Blobs are.
 * @param {Random} random @param {any} value structured data @param {boolean} [endless] whether numbers that JSON cannot hold may be in it
 */
export function changedValue(random, value, endless = false) {
  const root = { whole: value };
  const { parent, key } = random.one(places(root, "whole"));
  const now = parent[key];
  const others = [null, true, "", 7, [], {}, "text", undefined];
  const set = (/** @type {unknown} */ fresh) => put(parent, key, fresh);
  switch (random.below(8)) {
    case 0: set(random.one(others)); break;
    case 1: set(nested(random, random.one(DEPTHS), now)); break;
    case 2: if (parent !== root) { if (Array.isArray(parent)) parent.splice(Number(key), 1); else delete parent[key]; } break;
    case 3: if (parent !== root && !Array.isArray(parent)) { delete parent[key]; put(parent, random.below(2) === 0 ? `${key}x` : random.one(NAMES), now); } break;
    default: set(changedLeaf(random, now, endless));
  }
  return root.whole;
}

/** @param {Random} random @param {any} value @param {boolean} endless @returns {unknown} */
function changedLeaf(random, value, endless) {
  if (typeof value === "number") {
    if (endless && random.below(6) === 0) return random.one(SPECIAL);
    return random.one([value + 1, value - 1, -value, value * 2, value + 0.5, random.one(NUMBERS)]);
  }
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") {
    const at = random.below(value.length + 1);
    return random.one([
      () => "", () => value + value, () => value.slice(0, at), () => value.slice(0, at) + random.one(["x", "0", "\u0000", "é", "<", "\ud800", "\n", ".", "G"]) + value.slice(at + 1),
      () => value.toUpperCase(), () => value + "x".repeat(random.one([1, 60, 600, 3000])),
    ])();
  }
  if (Array.isArray(value)) {
    const many = random.one([1, 20, 300]);
    return random.one([() => [], () => [...value, ...value], () => [...value].reverse(), () => [...value, ...Array(many).fill(value[0] ?? 1)]])();
  }
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const fresh = { ...value };
    const own = Object.keys(value);
    if (random.below(3) === 0) for (let n = 0; n < 300; n += 1) fresh[`more${n}`] = n;
    else put(fresh, random.one(NAMES), own.length > 0 ? value[random.one(own)] : 1);
    return fresh;
  }
  return random.one([null, 0, "", [], {}]);
}

/** JSON's text with one change that no value gives. @param {Random} random @param {string} text */
export function changedText(random, text) {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(40));
  switch (random.below(7)) {
    case 0: return text.slice(0, at);
    case 1: return text.slice(0, at) + text.slice(end);
    // A piece once more, elsewhere: often an entry that is there twice.
    case 2: { const to = random.below(text.length + 1); return text.slice(0, to) + text.slice(at, end) + text.slice(to); }
    case 3: return text.replace(/:-?[0-9.]+/, `:${random.one(["1e999", "-1e999", "NaN", "1e-999", "-0", "0x10", "1_0", "9007199254740993"])}`);
    case 4: { const depth = random.one(DEPTHS); return text.replace(/:[^:,{}[\]]+/, `:${"[".repeat(depth)}${"]".repeat(depth)}`); }
    case 5: return text.slice(0, at) + random.one(['"__proto__":{"polluted":1},', ",", "\\u0000", "}", "]", '"', "\u2028", "//"]) + text.slice(at);
    default: return text.slice(0, at) + String.fromCharCode(random.below(0x250)) + text.slice(at + 1);
  }
}

/** Bytes with one change. @param {Random} random @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} */
export function changedBytes(random, bytes) {
  const out = new Uint8Array(bytes);
  if (out.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(out.length);
  const end = Math.min(out.length, at + 1 + random.below(32));
  switch (random.below(8)) {
    case 0: out[at] = (out[at] ?? 0) ^ (1 << random.below(8)); return out;
    case 1: out[at] = random.below(256); return out;
    case 2: return out.slice(0, at);
    case 3: out.fill(random.one([0, 255, 65]), at, end); return out;
    case 4: {
      const view = new DataView(out.buffer);
      const number = random.one([0, 1, 4, 8, 255, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 12, random.below(300)]);
      if (at + 4 <= out.length) view.setUint32(at, number, random.below(2) === 0);
      return out;
    }
    case 5: return joined(out.slice(0, at), out.slice(end));
    case 6: { const to = random.below(out.length + 1); return joined(out.slice(0, to), out.slice(at, end), out.slice(to)); }
    default: return joined(out, Uint8Array.from({ length: 1 + random.below(40) }, (_, n) => n));
  }
}

/** @param {...Uint8Array} parts */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
