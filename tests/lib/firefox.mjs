// Starts Debian's Firefox, over WebDriver BiDi: Playwright drives only a build of its own.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

import { mayHaveGpu } from "./chromium.mjs";

const CANDIDATES = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

export const FIREFOX = process.env.PASTICHE_FIREFOX || CANDIDATES.find((candidate) => existsSync(candidate));

/** WebGPU, which Firefox has on Linux only where it is asked to. */
const WEBGPU = { "dom.webgpu.enabled": true, "dom.webgpu.workers.enabled": true, "gfx.webgpu.ignore-blocklist": true };

/** Mesa's driver in software, where Debian has it. */
const LAVAPIPE = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";

/**
 * Runs something in a fresh page of a Firefox that has never been anywhere.
 *
 * @param {(page: import("puppeteer-core").Page, downloads: string) => Promise<void>} act given the folder that downloads come to
 * @param {{ webgpu?: boolean }} [options] webgpu: whether pages have it, on a driver in software where there is no other
 */
export async function inFirefox(act, { webgpu = false } = {}) {
  const downloads = await mkdtemp(path.join(tmpdir(), "pastiche-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOX ?? "",
    headless: true,
    // Firefox ESR lacks a command that Puppeteer gives with a viewport of its own.
    defaultViewport: null,
    args: ["--width=1440", "--height=900"],
    env: { ...process.env, ...(webgpu && !mayHaveGpu() && !process.env.VK_DRIVER_FILES && existsSync(LAVAPIPE) ? { VK_DRIVER_FILES: LAVAPIPE } : {}) },
    extraPrefsFirefox: { ...(webgpu ? WEBGPU : {}), "browser.download.folderList": 2, "browser.download.dir": downloads, "browser.download.useDownloadDir": true, "browser.helperApps.neverAsk.saveToDisk": "image/png", "intl.accept_languages": "en" },
  });
  try {
    const page = await browser.newPage();
    await act(page, downloads);
  } finally {
    await browser.close();
    await rm(downloads, { recursive: true, force: true });
  }
}
