// A WebAssembly module with less memory than it declares, as on a machine that has no more to give.

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;
const MEMORY_SECTION = 5;

/**
 * @param {Uint8Array} module with a memory of its own
 * @param {number} more bytes that it may grow by from where it begins
 * @returns {Buffer}
 */
export function withMemory(module, more) {
  let at = 8;
  while (at < module.length) {
    const start = at;
    const id = module[at];
    const [size, body] = read(module, at + 1);
    if (id === MEMORY_SECTION) {
      // How many memories, the flags of the first, its pages.
      const [, flags] = read(module, body);
      const [initial] = read(module, flags + 1);
      const content = [1, 1, ...write(initial), ...write(initial + Math.ceil(more / PAGE))];
      return Buffer.concat([module.subarray(0, start), Buffer.from([MEMORY_SECTION, ...write(content.length), ...content]), module.subarray(body + size)]);
    }
    at = body + size;
  }
  throw new Error("The module has no memory of its own.");
}

/** An unsigned LEB128 number. @param {Uint8Array} bytes @param {number} at @returns {[value: number, next: number]} */
function read(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7, at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at + 1];
  }
}

/** @param {number} value @returns {number[]} */
function write(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...write(Math.floor(value / 0x80))];
}
