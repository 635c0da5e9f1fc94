// How the command line's programs end: exit codes, and sentences in place of stack traces.

import { inspect } from "node:util";

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {}

/** Exit codes, as the help of `./dev` has them. Ended by a signal: 128 and its number. */
export const EXIT = /** @type {const} */ ({ done: 0, failed: 1, usage: 2, partly: 3 });

/** @type {Record<string, string>} */
const REASONS = {
  EACCES: "it, or its folder, is protected",
  EPERM: "it, or its folder, is protected",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder",
  EIO: "the disk reports an error",
  ENOENT: "its folder is not there, or takes no files",
};

/**
 * Why the system would not do something with a file, as the end of a sentence.
 *
 * @param {unknown} error
 */
export function reasonOf(error) {
  const { code = "", message = String(error) } = /** @type {{code?: string, message?: string}} */ (error);
  return REASONS[code] ?? (code || firstLine(message));
}

/**
 * An error that nobody expected, as a sentence for a person.
 *
 * @param {unknown} error
 */
export function sentenceOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (/has been closed|has crashed|Target crashed|Browser closed|browser has disconnected/i.test(message)) {
    return "The browser ended unexpectedly, perhaps for want of memory. A smaller --size needs less.";
  }
  // Playwright puts the name of its call in front, and a log behind.
  const line = firstLine(message).replace(/^[a-zA-Z]+\.[a-zA-Z$]+: /, "").trim();
  if (line === "") return "It failed without a reason. PASTICHE_DEBUG=1 shows where.";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split("\n")[0] ?? "";
}

/** @param {string} sentence */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/**
 * Says what has failed: a sentence, and where it came from only if PASTICHE_DEBUG asks for that.
 *
 * @param {unknown} error
 */
export function printError(error) {
  say(sentenceOf(error));
  if (process.env.PASTICHE_DEBUG) say(inspect(error));
}

/** Ends the process with a sentence where an error was caught by nobody. */
export function guard() {
  const end = (/** @type {unknown} */ error) => {
    printError(error);
    process.exit(EXIT.failed);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
  // Whoever reads what is said here may have left: a closed terminal, `| head`.
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {});
}
