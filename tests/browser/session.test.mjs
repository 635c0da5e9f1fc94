// A session of the engine without the page around it: a long run takes no more memory than a short one, the report says how much of a
// graphics device's it was, and steps go on while a picture is on its way.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { notBuilt, setUp } from "./support.mjs";

/** @typedef {import("playwright-core").Page} Page */

const NETWORK = new URL("../tiny/tiny-network.safetensors", import.meta.url);
/** Steps until every buffer that a run needs has been asked for. */
const SETTLED = 200;
/** In all. A step of L-BFGS is several evaluations, which are slow on an adapter in software. */
const STEPS = { cpu: { adam: 2000, lbfgs: 2000 }, gpu: { adam: 2000, lbfgs: 500 } };
/** The losses of every step are kept for the report: 56 bytes each, in a list that doubles. */
const KEPT = 400_000;

/**
 * An empty page with the engine's bundle and, under `begin`, a new session of the tiny network.
 *
 * @param {Page} page
 * @param {string} url
 * @param {"cpu" | "gpu"} engine
 */
async function bare(page, url, engine) {
  await page.route("**/test-data/network", async (route) => route.fulfill({ body: await readFile(NETWORK), contentType: "application/octet-stream" }));
  await page.route("**/empty.html", (route) => route.fulfill({ body: "<!doctype html><title>empty</title>", contentType: "text/html" }));
  await page.goto(new URL("empty.html", url).href);
  await page.evaluate(async (engine) => {
    const bundle = await import(new URL(`engine/${engine}/browser.js`, location.href).href);
    await bundle.default();
    await bundle.start();
    const network = bundle.Network.read(new Uint8Array(await (await fetch("test-data/network")).arrayBuffer()));
    const side = 32;
    const pixels = (/** @type {number} */ by) => Uint8Array.from({ length: 4 * side * side }, (_, i) => (i % 4 === 3 ? 255 : (i * i * by) % 251));
    const about = { name: "noise", sha256: "", width: side, height: side };
    const begin = (/** @type {object} */ wanted) => {
      const settings = JSON.parse(bundle.resolve_settings("reference", JSON.stringify({ size: side, ...wanted })));
      const job = JSON.stringify({ settings, content: about, styles: [about], start: null });
      return bundle.Session.create(network, job, pixels(1), [pixels(7)], undefined);
    };
    Object.assign(globalThis, { bundle, begin });
  }, engine);
}

for (const engine of /** @type {const} */ (["cpu", "gpu"])) {
  describe(`a session on the ${engine} engine`, { skip: notBuilt(engine) }, () => {
    const here = setUp({ webgpu: engine === "gpu" ? "software" : "none" });

    for (const [kind, steps] of Object.entries(STEPS[engine])) {
      test(`takes no more memory after ${steps} steps of ${kind} than after ${SETTLED}`, () =>
        here.visit(async (page) => {
          await bare(page, here.site.url, engine);
          const [early, late] = await page.evaluate(
            async ([kind, settled, steps]) => {
              const { bundle, begin } = /** @type {any} */ (globalThis);
              const session = await begin({ evaluations: steps, optimiser: { kind }, average: 0 });
              const seen = [];
              for (let step = 1; step <= steps; step += 1) {
                const { done } = JSON.parse(await session.step());
                // Another picture now and then, as the page shows it.
                if (step % 50 === 0) (await session.preview()).into_rgba();
                if (step === settled || step === steps || done) seen.push({ step, own: bundle.memory_in_use(), device: JSON.parse(session.report()).device_bytes });
                if (done) break;
              }
              return seen;
            },
            /** @type {const} */ ([kind, SETTLED, steps]),
          );
          console.log(engine, kind, early, late);
          assert.ok(early && late && late.step > 2 * SETTLED, "the run was long enough to compare");
          assert.ok(late.own - early.own < KEPT, `${late.own - early.own} bytes more`);
          // A search that goes on for longer than any before it needs a few buffers more; a picture a step would be most of it again.
          assert.ok(late.device < 1.05 * early.device || late.device === 0, `${late.device} bytes of the device, ${early.device} before`);
          assert.ok(engine === "gpu" ? late.device > 100_000 : late.device === 0, `${late.device} bytes of the device`);
        }));
    }

    for (const kind of ["adam", "lbfgs"]) {
      test(`goes on with ${kind} while a picture is on its way, and that is the one that was asked for`, () =>
        here.visit(async (page) => {
          await bare(page, here.site.url, engine);
          const { waited, onItsWay, given, later } = await page.evaluate(async (kind) => {
            const { begin } = /** @type {any} */ (globalThis);
            const after = async (/** @type {number} */ steps) => {
              const session = await begin({ evaluations: 30, optimiser: { kind } });
              for (let step = 0; step < steps; step += 1) await session.step();
              return session;
            };
            const copied = (/** @type {any} */ painting) => ({ iteration: painting.iteration, rgba: [...painting.into_rgba()] });
            const waited = copied(await (await after(5)).preview());
            const session = await after(5);
            const asked = session.preview();
            for (let step = 0; step < 5; step += 1) await session.step();
            const later = copied(await session.preview());
            // Nor does it need the session any more; and what is given up with losses on their way does not disturb what comes after.
            let last;
            for (let again = 0; again < 6; again += 1) {
              const given = await after(5);
              last = given.preview();
              given.free();
            }
            return { waited, onItsWay: copied(await asked), given: copied(await last), later };
          }, kind);
          assert.deepEqual(onItsWay, waited);
          assert.deepEqual(given, waited);
          assert.notDeepEqual(later, waited, "five steps change the picture");
        }));
    }
  });
}
