// Starts Chromium, with or without WebGPU.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WEBGPU = ["--enable-unsafe-webgpu", "--enable-features=Vulkan"];
/** WebGPU computed by the CPU: slow, but the same shaders. */
const SOFTWARE = [...WEBGPU, "--use-webgpu-adapter=swiftshader", "--use-vulkan=swiftshader"];

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Whether there is a device that hardware WebGPU could run on. Where there is none, asking Chromium would only take time. */
export function mayHaveGpu() {
  return process.platform !== "linux" || ["/dev/dri/renderD128", "/dev/nvidia0", "/dev/dxg"].some((device) => existsSync(device));
}

/**
 * @param {"none" | "software" | "hardware"} webgpu
 * @param {string[]} [more] other flags
 * @param {{signals?: boolean}} [options] signals: SIGINT and its like close the browser; false where the caller sees to that
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launch(webgpu, more = [], { signals = true } = {}) {
  const executablePath = process.env.PASTICHE_CHROMIUM ?? CANDIDATES.find((candidate) => existsSync(candidate));
  if (!executablePath) {
    throw new Error("There is no Chromium here. Set PASTICHE_CHROMIUM to its path, or let ./dev install it.");
  }
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const gpu = { none: [], software: SOFTWARE, hardware: WEBGPU }[webgpu];
  const temporary = temporaryFolder();
  const start = () =>
    within(temporary, () =>
      chromium.launch({
        executablePath,
        args: [...QUIET, ...sandbox, ...gpu, ...more],
        env: environment(temporary),
        handleSIGINT: signals,
        handleSIGTERM: signals,
        handleSIGHUP: signals,
      }),
    );
  try {
    // Once in hundreds of times Debian's Chromium dies as it starts.
    return await start().catch(start);
  } catch (error) {
    throw new Error(`Chromium (${executablePath}) does not start here. PASTICHE_DEBUG=1 shows what it said.`, { cause: error });
  }
}

/** As the process was started with it. */
const { TMPDIR } = process.env;

/** @type {Set<string>} */
const folders = new Set();

/**
 * A folder for all that a browser and Playwright make, removed as the process ends: Playwright leaves what it made where Chromium does not start,
 * and Chromium its socket where it is killed.
 */
function temporaryFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pastiche-"));
  if (folders.size === 0) {
    process.on("exit", removeFolders);
    // After Playwright's own, which ends the browser.
    process.on("newListener", (event, listener) => {
      if (event === "exit" && listener !== removeFolders) queueMicrotask(() => process.off("exit", removeFolders).on("exit", removeFolders));
    });
  }
  folders.add(folder);
  return folder;
}

function removeFolders() {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // It is the system's to tidy now.
    }
  }
}

/**
 * Has Playwright make its folders in this one.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function within(folder, work) {
  process.env.TMPDIR = folder;
  try {
    return await work();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** The longest path of a folder in which there is room for Chromium's socket: the whole of it may have 108 bytes, and 45 come behind. */
const LONGEST = 62;

/**
 * Chromium's environment, with the folder for its socket.
 *
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function environment(folder) {
  const ours = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(ours), ...(process.platform === "linux" && Buffer.byteLength(folder) <= LONGEST ? { TMPDIR: folder } : {}) };
}

/**
 * The browser for an engine that was asked for: hardware if there is any, and for `gpu` software where there is none.
 *
 * @param {"auto" | "gpu" | "cpu"} engine
 * @param {{signals?: boolean}} [options] as for `launch`
 */
export async function launchFor(engine, options) {
  if (engine === "cpu") return launch("none", [], options);
  if (await hardwareAdapter(options)) return launch("hardware", [], options);
  return launch(engine === "gpu" ? "software" : "none", [], options);
}

/**
 * Whether Chromium finds a WebGPU adapter here that is not software.
 *
 * @param {{signals?: boolean}} [options] as for `launch`
 */
export async function hardwareAdapter(options) {
  if (!mayHaveGpu()) return false;
  const browser = await launch("hardware", [], options);
  try {
    const page = await browser.newPage();
    // WebGPU exists in secure contexts only, which about:blank is not.
    await page.route("http://localhost/", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto("http://localhost/");
    return await page.evaluate(async () => {
      const gpu = /** @type {any} */ (navigator).gpu;
      const adapter = await gpu?.requestAdapter();
      return Boolean(adapter && !adapter.info.isFallbackAdapter);
    });
  } finally {
    await browser.close();
  }
}
