// `./dev paint`, as far as its driver goes: the same page, from a command line.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { png, readPng, text } from "../lib/pictures.mjs";
import { assertSentence, notBuilt } from "./support.mjs";

const DRIVER = fileURLToPath(new URL("../paint.mjs", import.meta.url));

/**
 * @param {string[]} words
 * @param {string} cwd
 * @returns {Promise<{code: number | null, said: string}>}
 */
function run(words, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [DRIVER, ...words], { cwd, stdio: ["ignore", "inherit", "pipe"] });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    child.on("close", (code) => resolve({ code, said }));
  });
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
    writeFileSync(path.join(folder, "broken.json"), "{");
    writeFileSync(path.join(folder, "good.json"), '{"preset": "talk", "size": 99, "tv": {"weight": 0.5}}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("paints, and writes the picture and the report; flags come before the file, the file before the preset", async () => {
    const words = "photo.png swirl.png -o out.png --size 40 --iterations 6 --engine cpu --preset reference --settings good.json --report out.json";
    const { code, said } = await run(words.split(" "), folder);
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
  });

  for (const [what, words, says] of /** @type {const} */ ([
    ["no pictures", "-o out2.png", /two pictures/i],
    ["a picture that is not there", "photo.png nowhere.png -o out2.png", /nowhere\.png/],
    ["no place for the painting", "photo.png swirl.png", /-o/],
    ["a folder that is not there", "photo.png swirl.png -o no/where.png", /folder/],
    ["an engine that there is not", "photo.png swirl.png -o out2.png --engine tpu", /tpu/],
    ["a flag that there is not", "photo.png swirl.png -o out2.png --brush 3", /brush/],
    ["letters for a size", "photo.png swirl.png -o out2.png --size big", /big/],
    ["a network that is not there", "photo.png swirl.png -o out2.png --network other.safetensors", /other\.safetensors/],
    ["settings that are not JSON", "photo.png swirl.png -o out2.png --settings broken.json", /JSON/],
    ["a file that is not a picture", "letter.png swirl.png -o out2.png --engine cpu", /letter\.png/],
    ["a size of zero", "photo.png swirl.png -o out2.png --engine cpu --size 0", /size/i],
    ["an unknown setting", "photo.png swirl.png -o out2.png --engine cpu --settings bad.json", /stepp.*step/s],
    ["a preset that there is not", "photo.png swirl.png -o out2.png --engine cpu --preset vangogh", /vangogh/],
    ["a picture for a network", "photo.png swirl.png -o out2.png --engine cpu --network photo.png", /safetensors|network/i],
  ])) {
    test(`${what}: one sentence, and exit code 1`, async () => {
      const { code, said } = await run(words.split(" "), folder);
      assert.equal(code, 1, said);
      assertSentence((said.split("\nUsage:")[0] ?? "").trim());
      assert.match(said, says);
      assert.doesNotMatch(said, /\n\s+at /, "a stack trace");
    });
  }
});
