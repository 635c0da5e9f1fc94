// A site with another file in place of one of its own, and its checksum in the page: as if it had been put together with it.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { DIST } from "./server.mjs";

const sha256 = (/** @type {Uint8Array} */ bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * @param {string} name of a file that the site is asked for
 * @param {string} file the one that is another
 * @param {Buffer} body what it is
 * @returns {Buffer | undefined} what to answer; undefined: the site's own file
 */
export function withFile(name, file, body) {
  if (name === file) return body;
  if (!name.startsWith("web/") || !name.endsWith(".js")) return undefined;
  const code = readFileSync(path.join(DIST, name)).toString();
  const known = sha256(readFileSync(path.join(DIST, file)));
  return code.includes(known) ? Buffer.from(code.replaceAll(known, sha256(body))) : undefined;
}
