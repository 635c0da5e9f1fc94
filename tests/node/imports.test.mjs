// The modules of the page and what they import: no circles, and what everything stands on imports nothing above it.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = fileURLToPath(new URL("../../web/", import.meta.url));

/** @param {string} source @returns {string[]} the relative addresses that a module imports statically */
function staticImports(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(/^(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*'(\.[^']+)'/gm)].map((match) => match[1] ?? "");
}

/** Every module, by its path in web/, with the modules that it imports. @type {Map<string, string[]>} */
const modules = new Map();
for (const name of readdirSync(WEB, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".js")) continue;
  const file = name.split(path.sep).join("/");
  const imports = staticImports(readFileSync(path.join(WEB, file), "utf8"));
  modules.set(file, imports.map((address) => path.posix.join(path.posix.dirname(file), address)));
}

/** @param {Map<string, string[]>} graph @returns {string[][]} each circle once, by the modules along it */
function circles(graph) {
  /** @type {string[][]} */
  const found = [];
  /** @type {Set<string>} */
  const done = new Set();
  const visit = (/** @type {string} */ at, /** @type {string[]} */ trail) => {
    if (trail.includes(at)) {
      found.push([...trail.slice(trail.indexOf(at)), at]);
      return;
    }
    if (done.has(at)) return;
    for (const next of graph.get(at) ?? []) visit(next, [...trail, at]);
    done.add(at);
  };
  for (const at of graph.keys()) visit(at, []);
  return found;
}

/** @param {string} from @returns {Set<string>} the modules that come with it */
function reached(from) {
  const all = new Set([from]);
  for (const at of all) for (const next of modules.get(at) ?? []) all.add(next);
  return all;
}

describe("imports of the page's modules", () => {
  test("a circle is found where there is one", () => {
    assert.deepEqual(circles(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), [["b", "c", "b"]]);
    assert.deepEqual(circles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), []);
    assert.deepEqual(staticImports("import './a.js';\nimport {\n  b,\n} from '../b.js';\nexport * as c from './c.js';\n/** @import { D } from './d.js' */\nimport('./e.js');"), ["./a.js", "../b.js", "./c.js"]);
  });

  test("every import leads to a module", () => {
    assert.ok(modules.size > 80);
    const missing = [...modules].flatMap(([file, imports]) => imports.filter((each) => !existsSync(path.join(WEB, each))).map((each) => `${file}: ${each}`));
    assert.deepEqual(missing, []);
  });

  test("there is no circle", () => {
    assert.deepEqual(circles(modules), []);
  });

  test("what everything stands on imports nothing above it", () => {
    for (const file of ["app/dom.js", "app/store.js", "app/settings.js", "i18n/en.js", "i18n/overlay.js"]) {
      const folder = path.posix.dirname(file);
      assert.deepEqual(modules.get(file)?.filter((each) => path.posix.dirname(each) !== folder), [], file);
    }
  });

  test("nothing imports the page's first module, and the talk is imported by nothing but itself", () => {
    for (const [file, imports] of modules) {
      assert.ok(!imports.includes("app/main.js"), file);
      if (!file.startsWith("talk/")) assert.deepEqual(imports.filter((each) => each.startsWith("talk/")), [], file);
    }
  });

  test("workers import nothing that needs a document", () => {
    for (const worker of ["engine/host-worker.js", "engine/thread-worker.js", "export/video-worker.js", "i18n/de.js"]) {
      assert.ok(modules.has(worker), worker);
      const unfit = [...reached(worker)].filter((file) => /\b(?:document|window)\./.test(readFileSync(path.join(WEB, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "")));
      assert.deepEqual(unfit, [], worker);
    }
  });
});
