// A static server for dist/, plain as the plainest host: no headers of ours unless asked for.

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** The finished site. */
export const DIST = process.env.PASTICHE_DIST ?? fileURLToPath(new URL("../../dist/", import.meta.url));

/** Where build output goes; `dev` exports it. */
export const CACHE = process.env.PASTICHE_CACHE ?? fileURLToPath(new URL("../../target/", import.meta.url));

/** What a host sends whose pages are isolated from other origins, and may use threads. */
export const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2",
};

/**
 * @typedef {object} Site
 * @property {string} url where the page is, with a slash at the end
 * @property {{method: string, path: string}[]} requests what was asked for, in order
 * @property {() => Promise<void>} close
 */

/**
 * Serves a folder on any free port.
 *
 * @param {object} [options]
 * @param {string} [options.folder]
 * @param {string} [options.mount] the path it hangs under, "/" or "/some/where/"
 * @param {Record<string, string>} [options.also] further folders, by the beginning of the paths that lie in them
 * @param {Record<string, string>} [options.headers] sent with every answer
 * @param {boolean} [options.gzip] compressed, as most hosts send what is not a picture
 * @param {(path: string) => string | Buffer | null | undefined} [options.instead] another body for a path; null: there is no such file
 * @returns {Promise<Site>}
 */
export async function serve({ folder = DIST, mount = "/", also = {}, headers = {}, gzip = false, instead } = {}) {
  /** @type {Site["requests"]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const where = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push({ method: request.method ?? "GET", path: where });
    const relative = where.startsWith(mount) ? path.posix.normalize(where.slice(mount.length)) : "..";
    const name = relative === "." || relative === "" ? "index.html" : relative;
    const body = instead?.(name);
    const elsewhere = Object.entries(also).find(([start]) => name.startsWith(start));
    const file = elsewhere ? path.join(elsewhere[1], name.slice(elsewhere[0].length)) : path.join(folder, name);
    const found = name.startsWith("..") || body === null ? null : await stat(file).catch(() => null);
    const type = TYPES[path.extname(name)] ?? "application/octet-stream";
    if (body !== undefined && body !== null) {
      response.writeHead(200, { ...headers, "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
    } else if (found?.isFile() && gzip && !/^(image\/(png|jpeg)|font)/.test(type)) {
      const packed = gzipSync(await readFile(file));
      response.writeHead(200, { ...headers, "Content-Type": type, "Content-Encoding": "gzip", "Content-Length": packed.length }).end(packed);
    } else if (found?.isFile()) {
      response.writeHead(200, { ...headers, "Content-Type": type, "Content-Length": found.size });
      createReadStream(file).pipe(response);
    } else {
      // As most hosts do: an HTML page, which must not be taken for a network.
      response.writeHead(404, { ...headers, "Content-Type": "text/html" }).end("<!doctype html><title>404</title>Not found");
    }
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}${mount}`, requests, close: () => close(server) };
}

/**
 * @param {import("node:http").Server} server
 * @returns {Promise<number>} the port
 */
export function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, () => resolve(/** @type {import("node:net").AddressInfo} */ (server.address()).port));
  });
}

/**
 * @param {import("node:http").Server} server
 * @returns {Promise<void>}
 */
export function close(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
