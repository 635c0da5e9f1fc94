// Answers as the public home of VGG-19 does: a redirect to another host, byte ranges, CORS; and goes wrong on request.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { close, DIST, listen } from "./server.mjs";

/** @typedef {import("./networks.mjs").SyntheticFile} SyntheticFile */

/** The path of the file at its home. */
const HOME = "/timm/vgg19.tv_in1k/resolve/main/model.safetensors";

/**
 * @typedef {object} Hub
 * @property {string} url of the file
 * @property {{start: number, end: number}[]} asked the ranges that were answered in full, in order, end exclusive
 * @property {number} sent bytes
 * @property {number} delay milliseconds before each answer, 0 at first
 * @property {(bytes: number) => void} cutAfter the next answers break off once this many bytes have gone out in all
 * @property {() => void} mend answer everything from now on
 * @property {() => Promise<void>} close
 */

/**
 * @param {SyntheticFile} file
 * @returns {Promise<Hub>}
 */
export async function startHub(file) {
  const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Range, Content-Length, Accept-Ranges" };
  let budget = Infinity;

  const store = createServer(async (request, response) => {
    if (hub.delay > 0) await new Promise((resolve) => setTimeout(resolve, hub.delay));
    if (request.method === "OPTIONS") {
      response.writeHead(204, { ...cors, "Access-Control-Allow-Headers": "Range" }).end();
      return;
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    if (!range) {
      // Nobody should want all 80 MB.
      response.writeHead(200, { ...cors, "Content-Length": file.length });
      response.destroy();
      return;
    }
    const start = Number(range[1]);
    const end = Math.min(Number(range[2]) + 1, file.length);
    response.writeHead(206, { ...cors, "Content-Range": `bytes ${start}-${end - 1}/${file.length}`, "Content-Length": end - start, "Content-Type": "application/octet-stream" });
    const bytes = file.slice(start, Math.min(end, start + budget));
    budget -= bytes.length;
    hub.sent += bytes.length;
    if (bytes.length === end - start) {
      hub.asked.push({ start, end });
      response.end(bytes);
    } else {
      // The cable is pulled: the connection goes, without an ending.
      response.write(bytes, () => setTimeout(() => response.destroy(), 20));
    }
  });
  const storePort = await listen(store);

  const front = createServer((request, response) => {
    if (request.url?.split("?")[0] !== HOME) {
      response.writeHead(404, { ...cors, "Content-Type": "text/html" }).end("<!doctype html><title>404</title>");
    } else {
      // Another host, as far as the browser is concerned.
      response.writeHead(302, { ...cors, Location: `http://127.0.0.1:${storePort}/blob?signature=1` }).end();
    }
  });
  const frontPort = await listen(front);

  /** @type {Hub} */
  const hub = {
    url: `http://localhost:${frontPort}${HOME}`,
    asked: [],
    sent: 0,
    delay: 0,
    cutAfter(bytes) {
      budget = bytes;
    },
    mend() {
      budget = Infinity;
    },
    async close() {
      await Promise.all([close(store), close(front)]);
    },
  };
  return hub;
}

const FRAME = "web/network/download-frame.html";

/**
 * For `serve`: the site as it would be if the public home of VGG-19 were at another address. The page's frame for the download names both
 * the address and the hosts that its policy allows; nothing else changes but its checksum in the service worker.
 *
 * @param {() => string} url of the file, asked for each time
 * @returns {(name: string) => string | undefined}
 */
export function withHubAt(url) {
  const built = (/** @type {string} */ name) => readFileSync(path.join(DIST, name), "utf8");
  const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
  const frame = () => {
    const changed = built(FRAME).replace(/https:\/\/huggingface\.co\/[^"]+/, url()).replace(/connect-src [^"]+/, "connect-src http://localhost:* http://127.0.0.1:*");
    if (!changed.includes(`content="${url()}"`)) throw new Error(`${FRAME} names no address`);
    return changed;
  };
  return (name) => {
    if (name === FRAME) return frame();
    if (name === "sw.js") return built(name).replace(sha256(built(FRAME)), sha256(frame()));
    return undefined;
  };
}
