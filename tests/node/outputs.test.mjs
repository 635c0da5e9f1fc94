// The files that `./dev paint` writes: what is refused before anything is painted, and what happens when writing fails in the end.

import assert from "node:assert/strict";
import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

import { filesOf, stemsOf } from "../lib/batch.mjs";
import { UsageError } from "../lib/failures.mjs";
import { checkOutputs, intermediateName, isIntermediate, placeOf, problemOf, tryToWrite, writeOutput } from "../lib/outputs.mjs";

/** @type {string} */
let folder;
const at = (/** @type {string[]} */ ...names) => path.join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "pastiche-outputs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where nobody may write, not even root: a file system of the kernel. */
const PROTECTED = existsSync("/sys/kernel") ? "/sys/kernel" : null;
const FULL = existsSync("/dev/full") ? "/dev/full" : null;

describe("what cannot be written is known before", () => {
  test("a file in a folder can, and nothing is left of finding that out", () => {
    assert.equal(problemOf(at("out.png")), null);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("a file that is there can, and keeps what it holds", () => {
    writeFileSync(at("out.png"), "before");
    assert.equal(problemOf(at("out.png")), null);
    assert.deepEqual(readdirSync(folder), ["out.png"]);
    assert.equal(readFileSync(at("out.png"), "utf8"), "before");
  });

  test("a folder that is not there, and a file in place of one", () => {
    writeFileSync(at("file"), "");
    assert.match(problemOf(at("nowhere", "out.png")) ?? "", /no folder .*nowhere\.$/);
    assert.match(problemOf(at("file", "out.png")) ?? "", /cannot be written: .*file/);
  });

  test("a folder in place of a file, also by a slash at the end", () => {
    mkdirSync(at("out.png"));
    assert.match(problemOf(at("out.png")) ?? "", /is a folder/);
    assert.match(problemOf(`${at("other.png")}/`) ?? "", /names a folder/);
  });

  test("too long a name, of the file or of its path", () => {
    const long = problemOf(at(`${"x".repeat(300)}.png`)) ?? "";
    assert.match(long, /name is too long\.$/);
    assert.ok(long.length < 200, "the name itself is not repeated in full");
    assert.equal(problemOf(at(`${"x".repeat(251)}.png`)), null, "255 bytes are allowed");
    assert.match(problemOf(at(`${"é".repeat(130)}.png`)) ?? "", /too long/, "bytes count, not letters");
  });

  test("links: dangling, in a circle, and a good one", () => {
    symlinkSync(at("nowhere.png"), at("dangling.png"));
    symlinkSync(at("b.png"), at("a.png"));
    symlinkSync(at("a.png"), at("b.png"));
    writeFileSync(at("there.png"), "");
    symlinkSync(at("there.png"), at("good.png"));
    assert.match(problemOf(at("dangling.png")) ?? "", /leads to no file/);
    assert.match(problemOf(at("a.png")) ?? "", /circle/);
    assert.equal(problemOf(at("good.png")), null);
  });

  test("a folder where nobody may write", { skip: PROTECTED === null && "no /sys/kernel" }, () => {
    assert.match(problemOf(`${PROTECTED}/out.png`) ?? "", /cannot be written: it, or its folder, is protected\.$/);
  });

  test("a file that is write-protected", { skip: process.getuid?.() === 0 && "root may write everything" }, () => {
    writeFileSync(at("out.png"), "");
    chmodSync(at("out.png"), 0o444);
    assert.match(problemOf(at("out.png")) ?? "", /protected/);
  });

  test("what is no file but takes what is written, /dev/stdout or /dev/null, is let through", { skip: process.platform === "win32" }, () => {
    assert.equal(problemOf("/dev/null"), null);
  });
});

describe("names of one file", () => {
  test("are the same however they are spelt, and through links", () => {
    mkdirSync(at("deep", "er"), { recursive: true });
    writeFileSync(at("photo.png"), "");
    symlinkSync(at("photo.png"), at("link.png"));
    symlinkSync(at("deep", "er"), at("shortcut"));
    linkSync(at("photo.png"), at("twin.png"));
    for (const name of [`${folder}/./photo.png`, `${folder}//photo.png`, at("link.png"), at("twin.png"), path.relative(process.cwd(), at("photo.png"))]) {
      assert.equal(placeOf(name), placeOf(at("photo.png")), name);
    }
    // `shortcut/..` is deep, not the folder that the link lies in.
    writeFileSync(at("deep", "x.png"), "");
    assert.equal(placeOf(`${folder}/shortcut/../x.png`), placeOf(at("deep", "x.png")));
    // And of files that are yet to be made.
    assert.equal(placeOf(`${folder}/shortcut/new.png`), placeOf(at("deep", "er", "new.png")));
    assert.notEqual(placeOf(at("new.png")), placeOf(at("photo.png")));
  });

  test("are refused where they would be overwritten", () => {
    writeFileSync(at("photo.png"), "photo");
    symlinkSync(at("photo.png"), at("link.png"));
    const inputs = [{ file: at("photo.png"), what: "the photo" }];
    const result = (/** @type {string} */ file) => ({ file, what: "the result" });
    const refused = (/** @type {Parameters<typeof checkOutputs>[0]} */ outputs, /** @type {RegExp} */ says) =>
      assert.throws(() => checkOutputs(outputs, inputs), (error) => error instanceof UsageError && says.test(error.message));
    refused([result(at("link.png"))], /is the photo, which would be overwritten/);
    refused([result(`${folder}/.//photo.png`)], /is the photo/);
    refused([result(at("out.png")), { file: `${folder}/./out.png`, what: "the report" }], /both the result and the report/);
    refused([result(at("out.png")), { file: at("photo.png"), what: "the report" }], /is the photo/);
    checkOutputs([result(at("out.png")), { file: at("out.json"), what: "the report" }], inputs);
    assert.deepEqual(readdirSync(folder).sort(), ["link.png", "photo.png"]);
    assert.equal(readFileSync(at("photo.png"), "utf8"), "photo");
  });

  test("of intermediate pictures are looked at as well", () => {
    assert.equal(intermediateName("a/out.png", 50), "a/out.000050.png");
    assert.equal(intermediateName("out.PNG", 1234567), "out.1234567.PNG");
    assert.ok(isIntermediate(at("out.png"), 50, `${folder}/./out.000100.png`));
    assert.ok(!isIntermediate(at("out.png"), 50, at("out.000075.png")));
    assert.ok(!isIntermediate(at("out.png"), 50, at("out.000000.png")));
    assert.ok(!isIntermediate(at("out.png"), 50, at("other.000050.png")));
    writeFileSync(at("out.000050.png"), "a photo");
    const output = { file: at("out.png"), what: "the result", every: 25 };
    assert.throws(() => checkOutputs([output], [{ file: at("out.000050.png"), what: "the photo" }]), /--every would overwrite .*out\.000050\.png, the photo/);
    assert.throws(() => checkOutputs([{ ...output, file: at(`${"x".repeat(248)}.png`) }], []), /too long/);
    rmSync(at("out.000050.png"));
    mkdirSync(at("out.000025.png"));
    assert.throws(() => checkOutputs([output], []), /out\.000025\.png is a folder/);
    assert.deepEqual(readdirSync(folder), ["out.000025.png"]);
  });
});

describe("writing", () => {
  test("leaves the file and nothing beside it, also over another and through a link", () => {
    assert.deepEqual(writeOutput(at("out.png"), "new"), { file: at("out.png"), problem: null });
    writeFileSync(at("old.png"), "old", { mode: 0o600 });
    symlinkSync(at("old.png"), at("link.png"));
    assert.deepEqual(writeOutput(at("link.png"), Buffer.from("new")), { file: at("link.png"), problem: null });
    assert.equal(readFileSync(at("old.png"), "utf8"), "new");
    assert.equal(statSync(at("old.png")).mode & 0o777, 0o600, "who may read it stays as it was");
    assert.deepEqual(readdirSync(folder).sort(), ["link.png", "old.png", "out.png"]);
  });

  test("that fails leaves what was there, no half file, and the picture elsewhere", () => {
    mkdirSync(at("gone"));
    rmSync(at("gone"), { recursive: true });
    const { file, problem } = writeOutput(at("gone", "out.png"), "picture");
    assert.match(problem ?? "", /out\.png cannot be written: /);
    assert.ok(file !== null && file.startsWith(os.tmpdir()) && file.endsWith("out.png"), String(file));
    assert.equal(readFileSync(file, "utf8"), "picture");
    rmSync(path.dirname(file), { recursive: true });
    assert.deepEqual(readdirSync(folder), []);
  });

  test("to a full disk says so", { skip: FULL === null && "no /dev/full" }, () => {
    symlinkSync(FULL ?? "", at("out.png"));
    const { file, problem } = writeOutput(at("out.png"), "picture");
    assert.match(problem ?? "", /out\.png cannot be written: the disk is full\.$/);
    assert.equal(readFileSync(file ?? "", "utf8"), "picture");
    rmSync(path.dirname(file ?? ""), { recursive: true });
    assert.match(tryToWrite(at("out.png"), "picture") ?? "", /full/);
    assert.deepEqual(readdirSync(folder), ["out.png"]);
  });
});

describe("a batch", () => {
  test("takes the pictures of a folder by name, in a person's order", () => {
    for (const name of ["10.jpg", "9.JPG", "a.png", "notes.txt", ".hidden.png", "b.heic"]) writeFileSync(at(name), "");
    mkdirSync(at("inner.png"));
    const { pictures, others } = filesOf(folder);
    assert.deepEqual(pictures.map((file) => path.basename(file)), ["9.JPG", "10.jpg", "a.png", "b.heic"]);
    assert.deepEqual(others.map((file) => path.basename(file)), ["notes.txt"]);
  });

  test("calls each result after its photo, and none like another", () => {
    assert.deepEqual(stemsOf(["x/a.jpg", "x/b.png", "y/a.png", "y/A.webp", "a-2.png"]), ["a", "b", "a-2", "A-3", "a-2-2"]);
    assert.deepEqual(stemsOf(["a.jpg"], (stem) => stem === "a" || stem === "a-2"), ["a-3"]);
    assert.deepEqual(stemsOf(["猫.jpg", "no ending", ".png"]), ["猫", "no ending", ".png"]);
  });
});
