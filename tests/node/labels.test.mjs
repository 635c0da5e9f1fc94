// Labels of controls in place of paths of settings, in the engine's sentences.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { withLabels } from "../../web/settings/labels.js";

const settings = /** @type {any} */ ({
  groups: [{ id: "likeness", label: "Likeness to the photo" }, { id: "style", label: "Style" }],
  controls: [
    { path: "style.blend", group: "style", label: "Blend", choices: null },
    { path: "content.gradient", group: "likeness", label: "Gradient normalisation", choices: [{ value: "normalised", label: "By the L1 norm" }, { value: "plain", label: "None" }] },
    { path: "style.gradient", group: "style", label: "Gradient normalisation", choices: [] },
    { path: "optimiser.kind", group: "search", label: "Optimiser", choices: [{ value: "adam", label: "Adam" }] },
  ],
});

describe("a sentence of the engine", () => {
  for (const [sentence, said] of /** @type {const} */ ([
    ['"style.blend" has 2 weights, but there is 1 style picture.', "“Blend” has 2 weights, but there is 1 style picture."],
    ['every weight in "style.blend" is 0.', "every weight in “Blend” is 0."],
    [
      '"content.gradient" is "normalised". Set "optimiser.kind" to "adam", or "content.gradient" to "plain".',
      "“Likeness to the photo: Gradient normalisation” is “By the L1 norm”. Set “Optimiser” to “Adam”, or “Likeness to the photo: Gradient normalisation” to “None”.",
    ],
    ['There is no setting "stile.blend".', 'There is no setting "stile.blend".'],
    ['"optimiser.kind" is "sgd".', '“Optimiser” is "sgd".'],
    ["Out of memory.", "Out of memory."],
  ])) {
    test(`${sentence} names controls by their labels`, () => assert.equal(withLabels(sentence, settings), said));
  }

  test("stays as it is where no engine has described its settings", () => assert.equal(withLabels('"style.blend" is 0.', null), '"style.blend" is 0.'));
});
