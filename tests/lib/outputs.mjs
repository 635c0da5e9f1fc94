// The files that `./dev paint` writes: whether they can be written, before anything is painted, and writing them so that no half file is left.

import { accessSync, closeSync, constants, fsyncSync, lstatSync, mkdtempSync, openSync, realpathSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { reasonOf, UsageError } from "./failures.mjs";

/** Bytes that there has to be room for. The smallest results come to about as much with their recipe. */
const ROOM = 64 * 1024;

/** @typedef {{file: string, what: string}} Named a file, and what it is in a sentence: "the photo" */

/**
 * The same for two names of one file, however they are spelt and through whatever links; also for a file that is yet to be made.
 *
 * @param {string} file
 */
export function placeOf(file) {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return realPath(file);
  }
}

/**
 * Not by Node's own rules for `..`, which know of no links: by the system's.
 *
 * @param {string} file
 * @returns {string}
 */
function realPath(file) {
  try {
    return realpathSync.native(file);
  } catch {
    try {
      return path.join(realpathSync.native(path.dirname(file)), path.basename(file));
    } catch {
      return path.resolve(file);
    }
  }
}

/**
 * @param {string} file
 * @returns {import("node:fs").Stats | undefined} undefined where there is none
 */
function look(file) {
  return statSync(file, { throwIfNoEntry: false });
}

/** Something to write into that is no file: /dev/stdout, /dev/null, a pipe. It has no place of its own on a disk. @param {import("node:fs").Stats} found */
const isStream = (found) => found.isCharacterDevice() || found.isFIFO();

/** A name in the folder of a file for what is written before it is renamed. Short, as the file's own may be of the greatest length. @param {string} target */
const besides = (target) => path.join(path.dirname(target), `.pastiche-${process.pid.toString(36)}${Date.now().toString(36)}`);

/**
 * Why a file cannot be written; found out by writing one in its place, or, where it is there, beside it.
 *
 * @param {string} file
 * @param {number} [bytes] that there has to be room for
 * @returns {string | null} a sentence
 */
export function problemOf(file, bytes = ROOM) {
  try {
    if (/[/\\]$/.test(file)) return `${file} names a folder; a file's name is wanted there.`;
    const link = lstatSync(file, { throwIfNoEntry: false });
    const found = look(file);
    if (link && !found) return `${file} is a link that leads to no file.`;
    if (found?.isDirectory()) return `${file} is a folder; a file's name is wanted there.`;
    if (found && isStream(found)) return null;
    if (found && !found.isFile()) return `${file} is not a file that can be written.`;
    if (found) accessSync(file, constants.W_OK);
    const target = realPath(file);
    const folder = look(path.dirname(target));
    if (!folder) return `${file} cannot be written: there is no folder ${path.dirname(target)}.`;
    if (!folder.isDirectory()) return `${file} cannot be written: ${path.dirname(target)} is a file, not a folder.`;
    probe(target, found !== undefined, bytes);
    return null;
  } catch (error) {
    return cannotBeWritten(file, error);
  }
}

/**
 * Writes a file beside another, and where there is no other it takes its place for a moment: a file system may refuse the name.
 *
 * @param {string} target
 * @param {boolean} exists
 * @param {number} bytes
 */
function probe(target, exists, bytes) {
  const part = besides(target);
  try {
    writeNew(part, Buffer.alloc(bytes), { sync: true });
    if (exists) return;
    renameSync(part, target);
    unlinkSync(target);
  } finally {
    rmSync(part, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Uint8Array | string} data
 * @param {{mode?: number, sync?: boolean}} [options]
 */
function writeNew(file, data, { mode = 0o666, sync = false } = {}) {
  const descriptor = openSync(file, "wx", mode);
  try {
    writeFileSync(descriptor, data);
    // Where the disk is on another machine, only now is it known whether there was room.
    if (sync) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {string} file
 * @param {unknown} error
 */
function cannotBeWritten(file, error) {
  return `${file.length > 120 ? `${file.slice(0, 100)}...` : file} cannot be written: ${reasonOf(error)}.`;
}

/**
 * Writes a file whole or not at all: beside its place, then renamed. Where that fails it is kept elsewhere.
 *
 * @param {string} file
 * @param {Uint8Array | string} data
 * @returns {{file: string | null, problem: string | null}} where it lies now, null: nowhere; and why it does not lie where it should
 */
export function writeOutput(file, data) {
  const problem = tryToWrite(file, data, { sync: true });
  return problem === null ? { file, problem } : { file: keepElsewhere(path.basename(file), data), problem };
}

/**
 * Writes a file whole or not at all.
 *
 * @param {string} file
 * @param {Uint8Array | string} data
 * @param {{sync?: boolean}} [options] sync: returns only once it lies on the disk
 * @returns {string | null} why it could not be written
 */
export function tryToWrite(file, data, { sync = false } = {}) {
  try {
    const found = look(file);
    if (found && !found.isFile()) {
      writeFileSync(file, data);
      return null;
    }
    const target = realPath(file);
    const part = besides(target);
    try {
      writeNew(part, data, { mode: found ? found.mode & 0o777 : 0o666, sync });
      renameSync(part, target);
    } finally {
      rmSync(part, { force: true });
    }
    return null;
  } catch (error) {
    return cannotBeWritten(file, error);
  }
}

/**
 * @param {string} name
 * @param {Uint8Array | string} data
 * @returns {string | null} where it lies
 */
function keepElsewhere(name, data) {
  for (const folder of [os.tmpdir(), os.homedir(), process.cwd()]) {
    let made = "";
    try {
      made = mkdtempSync(path.join(folder, "pastiche-"));
      writeNew(path.join(made, name), data, { sync: true });
      return path.join(made, name);
    } catch {
      if (made) rmSync(made, { recursive: true, force: true });
    }
  }
  return null;
}

/**
 * The name of an intermediate picture: out.000050.png for out.png.
 *
 * @param {string} out
 * @param {number} iteration
 */
export function intermediateName(out, iteration) {
  const ending = path.extname(out);
  return `${out.slice(0, out.length - ending.length)}.${String(iteration).padStart(6, "0")}${ending}`;
}

/**
 * Whether a file has the name of somebody's intermediate picture, whatever it is called by: of a thousand photos hardly one.
 *
 * @param {string} file
 */
export function isNumbered(file) {
  return /\.\d{6,}\.[^.]*$/.test(realPath(file));
}

/**
 * Whether a file is among the intermediate pictures of another.
 *
 * @param {string} out
 * @param {number} every
 * @param {string} file
 */
export function isIntermediate(out, every, file) {
  const [mine, other] = [realPath(out), realPath(file)];
  const iteration = Number(/\.(\d{6,})\.[^.]*$/.exec(other)?.[1] ?? 0);
  return iteration > 0 && iteration % every === 0 && intermediateName(mine, iteration) === other;
}

/**
 * Refuses what cannot be written, or would be written over what is read, or over each other.
 *
 * @param {(Named & {every?: number | undefined})[]} outputs `every`: the intermediate pictures that are written beside it
 * @param {Named[]} inputs
 */
export function checkOutputs(outputs, inputs) {
  /** @type {Map<string, Named>} */
  const places = new Map(inputs.map((input) => [placeOf(input.file), input]));
  for (const output of outputs) {
    const other = places.get(placeOf(output.file));
    if (other && inputs.includes(other)) throw new UsageError(`${output.file} is ${other.what}, which would be overwritten. Give ${output.what} another name.`);
    if (other) throw new UsageError(`${output.file} is to hold both ${other.what} and ${output.what}. Give one of them another name.`);
    places.set(placeOf(output.file), output);
  }
  const numbered = outputs.some(({ every }) => every !== undefined) ? [...inputs, ...outputs].filter(({ file }) => isNumbered(file)) : [];
  for (const { file, what, every } of outputs) {
    if (every === undefined) continue;
    const other = numbered.find((each) => isIntermediate(file, every, each.file));
    if (other) throw new UsageError(`An intermediate picture of --every would overwrite ${other.file}, ${other.what}. Give ${what} another name.`);
  }
  /** Room is looked for once in a folder. @type {Set<string>} */
  const folders = new Set();
  for (const { file, every } of outputs) {
    const folder = path.dirname(realPath(file));
    const room = folders.has(folder) ? 0 : ROOM;
    folders.add(folder);
    const problem = problemOf(file, room) ?? (every === undefined ? null : problemOf(intermediateName(file, every), 0));
    if (problem) throw new UsageError(problem);
  }
}
