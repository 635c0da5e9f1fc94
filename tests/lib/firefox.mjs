// Starts Debian's Firefox, over WebDriver BiDi: Playwright drives only a build of its own.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

const CANDIDATES = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

export const FIREFOX = process.env.PASTICHE_FIREFOX || CANDIDATES.find((candidate) => existsSync(candidate));

/**
 * Runs something in a fresh page of a Firefox that has never been anywhere.
 *
 * @param {(page: import("puppeteer-core").Page, downloads: string) => Promise<void>} act told the folder that downloads come to
 */
export async function inFirefox(act) {
  const downloads = await mkdtemp(path.join(tmpdir(), "pastiche-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: FIREFOX ?? "",
    headless: true,
    // Firefox ESR lacks a command that Puppeteer gives with a viewport of its own.
    defaultViewport: null,
    args: ["--width=1440", "--height=900"],
    extraPrefsFirefox: { "browser.download.folderList": 2, "browser.download.dir": downloads, "browser.download.useDownloadDir": true, "browser.helperApps.neverAsk.saveToDisk": "image/png", "intl.accept_languages": "en" },
  });
  try {
    const page = await browser.newPage();
    await act(page, downloads);
  } finally {
    await browser.close();
    await rm(downloads, { recursive: true, force: true });
  }
}
