// Numbers as they are typed, and the scales of sliders.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parseNumber, plainDecimal } from "../../web/settings/number-parse.js";
import { NOTCHES, scaleOf } from "../../web/settings/number-scale.js";

describe("a typed number", () => {
  for (const [typed, value] of /** @type {const} */ ([
    ["0,45", 0.45], ["0.45", 0.45], [",5", 0.5], [".5", 0.5], ["5.", 5], ["5,", 5], ["0,450", 0.45], ["1,25", 1.25], ["12,5", 12.5],
    ["1234,567", 1234.567], ["1.024", 1.024], [" 7 ", 7], ["-3", -3], ["+3", 3], ["−3,5", -3.5], ["1e6", 1e6], ["2,5e-3", 0.0025], ["007", 7],
  ])) {
    test(`"${typed}" is ${value}`, () => assert.equal(parseNumber(typed), value));
  }

  // 1,024 is a thousand and twenty-four in one language, and a little more than one in another.
  for (const typed of ["", " ", "1,024", "-12,500", "1,000,000", "1.000,5", "1.2.3", "0x10", "Infinity", "NaN", "many", "5 px", "1e", ",", "--1", "١٢"]) {
    test(`"${typed}" is refused`, () => assert.ok(Number.isNaN(parseNumber(typed))));
  }
});

test("a number for ARIA has no exponent and no groups", () => {
  assert.deepEqual([1e-8, 0.45, 1_000_000, -2, 0].map(plainDecimal), ["0.00000001", "0.45", "1000000", "-2", "0"]);
});

describe("a slider's scale", () => {
  const linear = { min: 0, max: 1, usual_min: null, usual_max: null, scale: /** @type {const} */ ("linear") };
  const log = { min: 0, max: 1e6, usual_min: 0.01, usual_max: 100, scale: /** @type {const} */ ("log") };

  test("a linear one spans its range evenly", () => {
    const { value, notch } = scaleOf(linear);
    assert.deepEqual([value(0), value(NOTCHES / 2), value(NOTCHES)], [0, 0.5, 1]);
    assert.deepEqual([notch(0), notch(0.5), notch(1)], [0, NOTCHES / 2, NOTCHES]);
  });

  test("a logarithmic one gives each factor the same way, and has zero at its end where zero is allowed", () => {
    const { value, notch } = scaleOf(log);
    assert.deepEqual([value(0), value(NOTCHES / 2), value(NOTCHES)], [0, 1, 100]);
    assert.deepEqual([notch(0), notch(0.01), notch(1), notch(100)], [0, 0, NOTCHES / 2, NOTCHES]);
    assert.equal(scaleOf({ ...log, min: 0.01 }).value(0), 0.01);
  });

  test("values outside of what it spans stand at its ends", () => {
    assert.equal(scaleOf(log).notch(1e6), NOTCHES);
    assert.equal(scaleOf({ ...linear, min: -5 }).notch(-5), 0);
  });

  test("every position comes back to itself", () => {
    for (const knob of [linear, log, { ...linear, min: 1, max: 4 }]) {
      const { value, notch } = scaleOf(knob);
      for (let n = 0; n <= NOTCHES; n += 1) assert.equal(notch(value(n)), n);
    }
  });
});
