// The command line of `./dev paint`: what it refuses, with which words and exit code, and that nothing on the disk has changed then. None of it
// starts a browser.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { readArguments } from "../lib/arguments.mjs";

const DRIVER = fileURLToPath(new URL("../paint.mjs", import.meta.url));

/** @type {string} */
let folder;
/** Every file with what it holds. @returns {Record<string, string>} */
function disk() {
  /** @type {Record<string, string>} */
  const files = {};
  for (const name of /** @type {string[]} */ (readdirSync(folder, { recursive: true })).sort()) {
    const file = path.join(folder, name);
    files[name] = existsSync(file) ? (statSync(file).isFile() ? readFileSync(file, "latin1") : "(folder)") : "(dangling)";
  }
  return files;
}

before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "pastiche-command-"));
  const put = (/** @type {string} */ name, /** @type {string | Buffer} */ data = name) => writeFileSync(path.join(folder, name), data);
  mkdirSync(path.join(folder, "photos"));
  mkdirSync(path.join(folder, "results"));
  mkdirSync(path.join(folder, "empty"));
  mkdirSync(path.join(folder, "folder.png"));
  for (const name of ["photo.png", "style.png", "mask.png", "net.safetensors", "photos/a.jpg", "photos/b.png", "photos/b.jpg", "photos/notes.txt", "results/b.png"]) put(name);
  put("good.json", '{"preset": "talk", "size": 99}');
  put("utf8.json", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"size": 64}')]));
  put("utf16.json", Buffer.from('\ufeff{"size": 65}', "utf16le"));
  put("broken.json", "{");
  put("list.json", "[]");
  symlinkSync("nowhere.png", path.join(folder, "dangling.png"));
  symlinkSync("photo.png", path.join(folder, "link.png"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const LONG = `${"x".repeat(300)}.png`;

describe("refused", () => {
  for (const [what, words, says] of /** @type {[string, string, RegExp][]} */ ([
    ["no pictures", "-o out.png", /two pictures/i],
    ["a photo that is not there", "nowhere.jpg style.png -o out.png", /no picture at nowhere\.jpg/],
    ["no place for the result", "photo.png style.png", /-o/],
    ["a result that is no PNG", "photo.png style.png -o out.jpg", /\.png, not out\.jpg/],
    ["an engine that there is not", "photo.png style.png -o out.png --engine tpu", /tpu/],
    ["a flag that there is not", "photo.png style.png -o out.png --brush 3", /brush/],
    ["letters for a size", "photo.png style.png -o out.png --size big", /big/],
    ["a network that is not there", "photo.png style.png -o out.png --network other.safetensors", /other\.safetensors/],
    ["more masks than styles", "photo.png style.png -o out.png --mask mask.png --mask none", /2 masks for one style/],
    ["settings that are not JSON", "photo.png style.png -o out.png --settings broken.json", /broken\.json is not JSON/],
    ["settings that are a list", "photo.png style.png -o out.png --settings list.json", /holds no settings/],
    ["no pictures between intermediate ones", "photo.png style.png -o out.png --every 0", /--every.*"0"/],
    ["half an iteration between intermediate ones", "photo.png style.png -o out.png --every 1.5", /--every.*"1\.5"/],

    ["a folder that is not there", "photo.png style.png -o no/out.png", /no folder .*no\./],
    ["a folder in place of a file", "photo.png style.png -o folder.png", /folder\.png is a folder/],
    ["a folder in place of a file, without an ending", "photo.png style.png -o results", /results is a folder/],
    ["a file in place of a folder", "photo.png style.png -o good.json/out.png", /good\.json.* file/],
    ["a place where nobody may write", "photo.png style.png -o /proc/out.png", /\/proc\/out\.png cannot be written/],
    ["too long a name", `photo.png style.png -o ${LONG}`, /too long/],
    ["a name whose intermediate pictures have too long a one", `photo.png style.png -o ${LONG.slice(-252)} --every 5`, /too long/],
    ["a dangling link", "photo.png style.png -o dangling.png", /dangling\.png is a link that leads to no file/],
    ["the photo as the result", "photo.png style.png -o photo.png", /photo\.png is the photo/],
    ["the photo as the result, by a link", "photo.png style.png -o link.png", /link\.png is the photo/],
    ["the photo as the result, by another path", "photo.png style.png -o photos/../photo.png", /is the photo/],
    ["the photo, given by a link, as the result", "link.png style.png -o photo.png", /is the photo/],
    ["the style as the result", "photo.png style.png -o style.png", /is a style/],
    ["the mask as the result", "photo.png style.png --mask mask.png -o mask.png", /is a mask/],
    ["the report over the result", "photo.png style.png -o out.png --report ./out.png", /both the result and the report/],
    ["the report over the photo", "photo.png style.png -o out.png --report photo.png", /is the photo/],
    ["the report over the settings", "photo.png style.png -o out.png --settings good.json --report good.json", /is the settings file/],
    ["the report over the network", "photo.png style.png -o out.png --network net.safetensors --report net.safetensors", /is the network's file/],
    ["a report that cannot be written", "photo.png style.png -o out.png --report no/out.json", /no folder/],
    ["a report into a folder", "photo.png style.png -o out.png --report results", /results is a folder/],

    ["a folder of photos into a file", "photos style.png -o photo.png", /photo\.png is a file/],
    ["a folder of photos into no folder", "photos style.png -o nowhere", /no folder nowhere/],
    ["a folder without photos", "empty style.png -o results", /no pictures in empty/],
    ["two photos into a file", "--content photo.png --content link.png style.png -o out.png", /no folder out\.png/],
    ["reports of a batch into a file", "photos style.png -o results --report good.json", /--report.*good\.json is a file/],
  ])) {
    test(what, () => {
      const before = disk();
      const { status, stderr, stdout } = spawnSync(process.execPath, [DRIVER, ...words.split(" ")], { cwd: folder, encoding: "utf8", env: { ...process.env, PASTICHE_CHROMIUM: "/nowhere/chromium" } });
      assert.equal(status, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, says);
      const sentence = (stderr.split("\nUsage:")[0] ?? "").trim();
      assert.match(sentence, /^\S.{15,}[.]$/, "a sentence");
      assert.doesNotMatch(stderr, /^\s+at |node:|Error:/m, "a stack trace");
      assert.deepEqual(disk(), before);
    });
  }
});

describe("understood", () => {
  /** @param {string} line */
  function read(line) {
    const home = process.cwd();
    process.chdir(folder);
    try {
      return readArguments(line.split(" "));
    } finally {
      process.chdir(home);
    }
  }

  test("settings with a byte order mark", () => {
    assert.deepEqual(read("photo.png style.png -o out.png --settings utf8.json").settings, { size: 64 });
    assert.deepEqual(read("photo.png style.png -o out.png --settings utf16.json").settings, { size: 65 });
  });

  test("one photo, with the iterations between intermediate pictures in the preset's own evaluations", () => {
    const { tasks, batch, every, evaluationsPerIteration } = read("photo.png style.png -o out.png --report out.json --every 5 --preset talk");
    assert.deepEqual(tasks, [{ content: "photo.png", out: "out.png", report: "out.json" }]);
    assert.deepEqual([batch, every, evaluationsPerIteration], [false, 5, 20]);
  });

  test("a folder of photos: results named after them, none over a photo or another result", () => {
    const { tasks, left, batch } = read("photos style.png -o results --report results");
    assert.ok(batch);
    assert.deepEqual(left, ["photos/notes.txt"]);
    assert.deepEqual(tasks.map(({ content, out, report }) => [content, out, report]), [
      ["photos/a.jpg", "results/a.png", "results/a.json"],
      ["photos/b.jpg", "results/b.png", "results/b.json"],
      ["photos/b.png", "results/b-2.png", "results/b-2.json"],
    ]);
    // Into the folder that they come from.
    assert.deepEqual(read("photos style.png -o photos").tasks.map(({ out }) => out), ["photos/a.png", "photos/b-2.png", "photos/b-3.png"]);
  });

  test("several photos, and a style that lies among them", () => {
    const { tasks, styles } = read("--content photos --content photo.png photos/a.jpg style.png -o results");
    assert.deepEqual(tasks.map(({ content }) => content), ["photos/b.jpg", "photos/b.png", "photo.png"]);
    assert.deepEqual(styles, ["photos/a.jpg", "style.png"]);
  });

  test("intermediate pictures of one photo are no results of another", () => {
    writeFileSync(path.join(folder, "photos/a.000010.webp"), "");
    try {
      assert.deepEqual(read("photos style.png -o results --every 5").tasks.map(({ out }) => out).slice(0, 2), ["results/a.000010.png", "results/a-2.png"]);
    } finally {
      rmSync(path.join(folder, "photos/a.000010.webp"));
    }
  });
});
