// `./dev paint`, as far as its driver goes: the same page, from a command line. What is refused before a browser starts: node/command-line.test.mjs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { textOf } from "../../web/export/png-text.js";
import { png, readPng, text } from "../lib/pictures.mjs";
import { assertSentence, notBuilt } from "./support.mjs";

/** What a signal is on Windows ends a process without asking it. */
const NO_SIGNALS = process.platform === "win32" && "no signals on Windows";
const DRIVER = fileURLToPath(new URL("../paint.mjs", import.meta.url));

/**
 * Starts the driver, with a folder of its own for what it leaves behind.
 *
 * @param {string} line
 * @param {string} cwd
 * @param {Record<string, string>} [more] of the environment
 */
function start(line, cwd, more = {}) {
  const temporary = mkdtempSync(path.join(tmpdir(), "pastiche-tmp-"));
  const child = spawn(process.execPath, [DRIVER, ...line.split(" ")], { cwd, stdio: ["ignore", "inherit", "pipe"], env: { ...process.env, TMPDIR: temporary, ...more } });
  let said = "";
  child.stderr.on("data", (data) => (said += data));
  /** @type {Promise<{code: number | null, said: string, left: string[], browsers: number}>} */
  const ended = new Promise((resolve) => {
    child.on("close", (code) => {
      const [left, browsers] = [filesUnder(temporary), processesWith(temporary)];
      rmSync(temporary, { recursive: true, force: true });
      resolve({ code, said, left, browsers });
    });
  });
  return {
    child,
    ended,
    /** Waits until a file is there, or another condition holds; fails where the driver ends before. @param {string | (() => boolean)} what */
    async until(what) {
      const holds = typeof what === "string" ? () => existsSync(path.join(cwd, what)) : what;
      let over = false;
      void ended.then(() => (over = true));
      while (!holds()) {
        if (over) assert.fail(`${what} did not come: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** Whether a browser has begun to start. */
    browses: () => readdirSync(temporary).length > 0,
  };
}

/** @param {string} folder */
const filesUnder = (folder) => /** @type {string[]} */ (readdirSync(folder, { recursive: true })).map(String);

/** How many processes name a folder on their command line: Chromium's do, its profile lies there. @param {string} folder */
function processesWith(folder) {
  if (!existsSync("/proc/self/cmdline")) return 0;
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(folder);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  }).length;
}

/** The recipe in a PNG. @param {string} file @returns {Promise<any>} */
async function recipeIn(file) {
  return JSON.parse((await textOf(new Blob([readFileSync(file)]))) ?? "null");
}

/** @param {string} said */
function assertNoTrace(said) {
  assert.doesNotMatch(said, /\n\s+at |node:internal|Error:/, "a stack trace");
}

describe("the command line", { skip: notBuilt("cpu") }, () => {
  /** @type {string} */
  let folder;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "pastiche-"));
    writeFileSync(path.join(folder, "photo.png"), png("photo.png", 80, 60).buffer);
    writeFileSync(path.join(folder, "swirl.png"), png("swirl.png", 60, 60, { hue: 60 }).buffer);
    writeFileSync(path.join(folder, "letter.png"), text().buffer);
    writeFileSync(path.join(folder, "bad.json"), '{"optimiser": {"stepp": 1}}');
    writeFileSync(path.join(folder, "nothing.json"), '{"strength": 0, "content": {"weight": 0}}');
    writeFileSync(path.join(folder, "good.json"), '\ufeff{"preset": "talk", "size": 99, "tv": {"weight": 0.5}}');
    for (const name of ["photos", "results", "results2", "ended"]) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, "photos/a.png"), png("a.png", 80, 60).buffer);
    writeFileSync(path.join(folder, "photos/b.png"), text().buffer);
    writeFileSync(path.join(folder, "photos/c.jpg"), png("c.jpg", 30, 60).buffer);
    writeFileSync(path.join(folder, "photos/c.png"), png("c.png", 60, 30).buffer);
    writeFileSync(path.join(folder, "photos/notes.txt"), "no picture");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("paints, and writes the picture, the report and pictures on the way; flags come before the file, the file before the preset", async () => {
    const words = "photo.png swirl.png -o out.png --size 40 --iterations 6 --every 2 --engine cpu --preset reference --settings good.json --report out.json";
    const { code, said, left, browsers } = await start(words, folder).ended;
    assert.equal(code, 0, said);
    const painted = readPng(readFileSync(path.join(folder, "out.png")));
    assert.deepEqual([painted.width, painted.height], [40, 30]);
    const report = JSON.parse(readFileSync(path.join(folder, "out.json"), "utf8"));
    assert.equal(report.engine, "cpu");
    assert.equal(report.evaluations, 6);
    assert.equal(report.settings.tv.weight, 0.5);
    assert.equal(report.settings.size, 40);
    assert.equal(report.settings.optimiser.kind, "adam");
    assert.deepEqual(report.inputs.map((/** @type {any} */ input) => input.name).sort(), ["photo.png", "swirl.png"]);
    // The last is out.png itself.
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("out.")).sort(), ["out.000002.png", "out.000004.png", "out.json", "out.png"]);
    const recipes = await Promise.all(["out.000002.png", "out.000004.png", "out.png"].map((name) => recipeIn(path.join(folder, name))));
    assert.deepEqual(recipes.map(({ evaluation }) => evaluation), [2, 4, 6]);
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
  });

  test("Ctrl+C writes the picture so far, and leaves neither a process nor a folder", { skip: NO_SIGNALS }, async () => {
    const run = start("photo.png swirl.png -o so-far.png --size 32 --iterations 100000 --every 3 --engine cpu --report so-far.json", folder);
    await run.until("so-far.000006.png");
    run.child.kill("SIGINT");
    const { code, said, left, browsers } = await run.ended;
    assert.equal(code, 130, said);
    assert.match(said, /so-far\.png: 32 x 24, .*the picture so far, after \d+ of 100000 evaluations/);
    assertNoTrace(said);
    const painted = readPng(readFileSync(path.join(folder, "so-far.png")));
    assert.deepEqual([painted.width, painted.height], [32, 24]);
    const { evaluations } = JSON.parse(readFileSync(path.join(folder, "so-far.json"), "utf8"));
    assert.equal((await recipeIn(path.join(folder, "so-far.png"))).evaluation, evaluations);
    assert.ok(evaluations >= 6, String(evaluations));
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith(".")), [], "half files");
  });

  test("a second Ctrl+C ends at once, and leaves neither a process nor a folder", { skip: NO_SIGNALS }, async () => {
    const run = start("photo.png swirl.png -o twice.png --size 32 --iterations 100000 --every 3 --engine cpu", folder);
    await run.until("twice.000003.png");
    run.child.stderr.on("data", (data) => {
      if (String(data).includes("Interrupted")) run.child.kill("SIGINT");
    });
    run.child.kill("SIGINT");
    const { code, said, left, browsers } = await run.ended;
    assert.equal(code, 130, said);
    assertNoTrace(said);
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
  });

  test("Ctrl+C before there is a picture writes nothing", { skip: NO_SIGNALS }, async () => {
    const run = start("photo.png swirl.png -o early.png --size 32 --iterations 10 --engine cpu", folder);
    await run.until(run.browses);
    run.child.kill("SIGINT");
    const { code, said, left, browsers } = await run.ended;
    assert.equal(code, 130, said);
    assertSentence(said.trim());
    assert.match(said, /before there was a picture/);
    assert.ok(!existsSync(path.join(folder, "early.png")));
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
  });

  test("a browser that does not start: one sentence, and nothing left", { skip: existsSync("/bin/false") ? false : "no /bin/false" }, async () => {
    const { code, said, left } = await start("photo.png swirl.png -o never.png --engine cpu", folder, { PASTICHE_CHROMIUM: "/bin/false" }).ended;
    assert.equal(code, 1, said);
    assertSentence(said.trim());
    assert.match(said, /Chromium .* does not start/);
    assertNoTrace(said);
    assert.ok(!existsSync(path.join(folder, "never.png")));
    assert.deepEqual(left, []);
  });

  test("a disk that is full in the end: a sentence, and the picture elsewhere", { skip: existsSync("/dev/full") ? false : "no /dev/full" }, async () => {
    symlinkSync("/dev/full", path.join(folder, "full.png"));
    const { code, said, left } = await start("photo.png swirl.png -o full.png --size 32 --iterations 2 --engine cpu --report full.json", folder).ended;
    assert.equal(code, 1, said);
    const [, kept = ""] = /full\.png cannot be written: the disk is full\. The picture is kept as (\S+)\.$/m.exec(said) ?? [];
    assert.match(kept, /full\.png$/, said);
    assert.ok(left.some((name) => kept.endsWith(name)), "it is where it says");
    assertNoTrace(said);
    assert.equal(JSON.parse(readFileSync(path.join(folder, "full.json"), "utf8")).evaluations, 2, "the report is where it should be");
  });

  test("a batch goes on after a picture that fails, and says at the end which did", async () => {
    const { code, said, left, browsers } = await start("photos swirl.png -o results --size 32 --iterations 3 --engine cpu --report results", folder).ended;
    assert.equal(code, 3, said);
    assert.deepEqual(readdirSync(path.join(folder, "results")).sort(), ["a.json", "a.png", "c-2.json", "c-2.png", "c.json", "c.png"]);
    const sizes = ["a", "c", "c-2"].map((name) => readPng(readFileSync(path.join(folder, "results", `${name}.png`)))).map(({ width, height }) => [width, height]);
    assert.deepEqual(sizes, [[32, 24], [16, 32], [32, 16]]);
    const photos = ["a", "c", "c-2"].map((name) => JSON.parse(readFileSync(path.join(folder, "results", `${name}.json`), "utf8")).inputs[0].name);
    assert.deepEqual(photos, ["a.png", "c.jpg", "c.png"]);
    assert.match(said, /Not taken for pictures: notes\.txt\./);
    assert.match(said, /3 of 4 painted, 1 failed\.\n {2}photos\/b\.png: .*b\.png.*\.\n$/);
    assertNoTrace(said);
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
  });

  test("a batch that is ended keeps the picture under way, and says what is left", { skip: NO_SIGNALS }, async () => {
    const run = start("--content photos/a.png --content photos/c.png swirl.png -o ended --size 32 --iterations 100000 --every 2 --engine cpu", folder);
    await run.until("ended/a.000002.png");
    run.child.kill("SIGTERM");
    const { code, said, left, browsers } = await run.ended;
    assert.equal(code, 143, said);
    assert.match(said, /ended\/a\.png: .*the picture so far/);
    assert.match(said, /0 of 2 painted, 2 left\.\n$/);
    assert.ok(existsSync(path.join(folder, "ended/a.png")));
    assert.ok(!existsSync(path.join(folder, "ended/c.png")));
    assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
  });

  for (const [what, words, says] of /** @type {const} */ ([
    ["more weights than styles", "photo.png swirl.png -o out2.png --engine cpu --size 32 --blend 1,2,3", /3 weights.*1 style picture/],
    ["a file that is not a picture", "letter.png swirl.png -o out2.png --engine cpu", /letter\.png/],
    ["a style that is not a picture, for a whole batch", "photos letter.png -o results2 --engine cpu", /letter\.png/],
    ["a size of zero", "photo.png swirl.png -o out2.png --engine cpu --size 0", /size/i],
    ["an unknown setting", "photo.png swirl.png -o out2.png --engine cpu --settings bad.json", /stepp.*step/s],
    ["nothing to paint towards", "photo.png swirl.png -o out2.png --engine cpu --settings nothing.json", /strength/i],
    ["a preset that there is not", "photo.png swirl.png -o out2.png --engine cpu --preset vangogh", /vangogh/],
    ["a picture for a network", "photo.png swirl.png -o out2.png --engine cpu --network photo.png", /safetensors|network/i],
  ])) {
    test(`${what}: one sentence, and exit code 1`, async () => {
      const { code, said, left, browsers } = await start(words, folder).ended;
      assert.equal(code, 1, said);
      assertSentence(said.trim().split("\n").at(-1) ?? "");
      assert.match(said, says);
      assertNoTrace(said);
      assert.ok(!existsSync(path.join(folder, "out2.png")));
      assert.deepEqual(readdirSync(path.join(folder, "results2")), []);
      assert.deepEqual([left, browsers], [[], 0], "what is left of the browser");
    });
  }
});
