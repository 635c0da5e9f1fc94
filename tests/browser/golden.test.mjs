// The mathematics inside a real browser, on both engines: activations, losses and image gradients against PyTorch's values.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ISOLATED } from "../lib/server.mjs";
import { VGG19, notBuilt, setUp, withoutVgg19 } from "./support.mjs";

const TINY = path.join(path.dirname(fileURLToPath(import.meta.url)), "../tiny");
const GOLDEN = path.join(path.dirname(fileURLToPath(import.meta.url)), "../vgg19/golden.safetensors");

/** Bounds of the relative error. Losses are compared one by one; `half`: what 16 bits lose on an adapter that has them, of a gradient the angle. */
const BOUNDS = { relu: 2e-3, losses: 1e-4, gradient: 5e-3, half: 1e-2 };
/**
 * The tiny network is f32 and shallow in channels: hardly any rounding but that of sixteen convolutions of Winograd's, each within 1e-5. In 16 bits
 * many of its few activations are as large as their neighbours, and pooling's gradient goes to another one.
 */
const TINY_BOUNDS = { relu: 5e-5, losses: 1e-4, gradient: 5e-3, half: 3e-2 };

/**
 * @param {import("playwright-core").Page} page
 * @param {string} url of the site
 * @param {"cpu" | "cpu-relaxed" | "gpu"} engine
 * @param {string} network
 * @param {string} golden
 * @param {typeof BOUNDS} bounds
 * @param {string[]} expected names that must have been compared
 */
async function agree(page, url, engine, network, golden, bounds, expected) {
  const serve = (/** @type {string} */ name, /** @type {string} */ file) =>
    page.route(`**/test-data/${name}`, async (route) => route.fulfill({ body: await readFile(file), contentType: "application/octet-stream" }));
  await serve("network", network);
  await serve("golden", golden);
  // A page of ours with nothing on it, so that only the bundle is at work.
  await page.route("**/empty.html", (route) => route.fulfill({ body: "<!doctype html><title>empty</title>", contentType: "text/html" }));
  await page.goto(new URL("empty.html", url).href);
  const errors = await page.evaluate(async (engine) => {
    const bytes = async (/** @type {string} */ name) => new Uint8Array(await (await fetch(`test-data/${name}`)).arrayBuffer());
    const bundle = await import(new URL(`engine/${engine}/browser.js`, location.href).href);
    await bundle.default();
    await bundle.start();
    return JSON.parse(await bundle.golden_errors(bundle.Network.read(await bytes("network")), await bytes("golden")));
  }, engine);
  console.log(engine, path.basename(golden), errors);
  for (const name of expected) assert.ok(name in errors, `${name} was compared`);
  for (const [name, error] of Object.entries(errors)) {
    const bound = name.includes("half_") ? bounds.half : name.endsWith("losses") ? bounds.losses : name.endsWith("gradient") ? bounds.gradient : bounds.relu;
    assert.ok(error < bound, `${name}: ${error} is not below ${bound}`);
  }
}

for (const engine of /** @type {const} */ (["cpu", "cpu-relaxed", "gpu"])) {
  describe(`the ${engine} engine in Chromium`, { skip: notBuilt(engine) }, () => {
    // Shared memory is for isolated pages.
    const here = setUp({ webgpu: engine === "gpu" ? "software" : "none", site: { headers: ISOLATED } });

    test("agrees with PyTorch on the tiny network", () =>
      here.visit((page) =>
        agree(page, here.site.url, engine, path.join(TINY, "tiny-network.safetensors"), path.join(TINY, "tiny-golden.safetensors"), TINY_BOUNDS, [
          "relu5_4", "average_relu5_4", "replicate_relu4_2", "losses", "gradient", "mean_gradient", "average_gradient", "replicate_gradient", "covariance_gradient", "strips_gradient", "covariance_strips_gradient", "nearest_gradient", "nearest_strips_gradient", "self_similarity_gradient", "preconditioned", "talk_gradient", "talk_features_gradient",
        ]),
      ));

    test("agrees with PyTorch on VGG-19's activations, losses and gradients", { skip: withoutVgg19 }, () =>
      here.visit((page) =>
        agree(page, here.site.url, engine, VGG19, GOLDEN, BOUNDS, [
          "relu1_1", "relu5_4", "statistics_relu5_4", "losses", "gradient", "strips_losses", "strips_gradient", "covariance_losses", "covariance_gradient", "talk_losses", "talk_gradient",
        ]),
      ));
  });
}
