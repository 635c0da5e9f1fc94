// Starts Chromium, with or without WebGPU.

import { existsSync } from "node:fs";
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
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launch(webgpu, more = []) {
  const executablePath = process.env.PASTICHE_CHROMIUM ?? CANDIDATES.find((candidate) => existsSync(candidate));
  if (!executablePath) {
    throw new Error("There is no Chromium here. Set PASTICHE_CHROMIUM to its path, or let ./dev install it.");
  }
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const gpu = { none: [], software: SOFTWARE, hardware: WEBGPU }[webgpu];
  const start = () => chromium.launch({ executablePath, args: [...QUIET, ...sandbox, ...gpu, ...more] });
  // Once in hundreds of times Debian's Chromium dies as it starts.
  return start().catch(start);
}

/**
 * The browser for an engine that was asked for: hardware if there is any, and for `gpu` software where there is none.
 *
 * @param {"auto" | "gpu" | "cpu"} engine
 */
export async function launchFor(engine) {
  if (engine === "cpu") return launch("none");
  if (await hardwareAdapter()) return launch("hardware");
  return launch(engine === "gpu" ? "software" : "none");
}

/** Whether Chromium finds a WebGPU adapter here that is not software. */
export async function hardwareAdapter() {
  if (!mayHaveGpu()) return false;
  const browser = await launch("hardware");
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
