// Numbers as they are typed, and the scales of sliders.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { clock, locale, loss, megabytes, memory, number, percent, plainNumber, powerOfTen, roughly, stepTime } from "../../web/i18n/numbers.js";
import { parseNumber, plainDecimal } from "../../web/settings/number-parse.js";
import { NOTCHES, scaleOf } from "../../web/settings/number-scale.js";

/** @param {string} tag */
const speak = (tag) => { locale.tag = tag; };

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

describe("in a language with a decimal comma", () => {
  test("1,024 is a little more than one, and 1.024 might be two numbers", () => {
    assert.equal(parseNumber("1,024", ","), 1.024);
    assert.ok(Number.isNaN(parseNumber("1.024", ",")));
    assert.equal(parseNumber("1.5", ","), 1.5);
    assert.equal(parseNumber("0.125", ","), 0.125);
  });

  test("what a box shows is what it takes", () => {
    for (const tag of ["de", "en"]) {
      speak(tag);
      for (const value of [0, 1, 4096, 1_000_000, 4_294_967_295, 0.45, 1.024, 12.5, 999.9, 1234, 0.001, 1e-8, 2.5e-10, -3.25]) {
        assert.equal(parseNumber(plainNumber(value)), value, `${tag}: ${plainNumber(value)}`);
      }
    }
  });
});

describe("numbers as the page writes them", () => {
  /** @type {[string, () => string, string, string][]} */
  const cases = [
    ["a clock", () => clock(3725.4), "1:02:05", "1:02:05"],
    ["a short one", () => clock(61), "1:01", "1:01"],
    ["a time", () => roughly(9000), "2.5 h", "2,5 h"],
    ["seconds", () => roughly(0.2), "1 s", "1 s"],
    ["a setting", () => plainNumber(0.45), "0.45", "0,45"],
    ["a whole setting", () => plainNumber(1_000_000), "1000000", "1000000"],
    ["a tiny one", () => plainNumber(1.5e-8), "1.5e-8", "1,5e-8"],
    ["a share", () => percent(0.254), "25%", "25\u00a0%"],
    ["megabytes", () => memory(234e6), "230 MB", "230 MB"],
    ["gigabytes", () => memory(2.34e9), "2.3 GB", "2,3 GB"],
    ["a download", () => megabytes(1.46e6), "1.5 MB", "1,5 MB"],
    ["a large download", () => megabytes(1461e6), "1,461 MB", "1.461 MB"],
    ["a step", () => stepTime(2.34), "2.3 ms", "2,3 ms"],
    ["a long step", () => stepTime(23.4), "23 ms", "23 ms"],
    ["a loss", () => loss(0.0123), "0.012", "0,012"],
    ["a large loss", () => loss(4.56e9), "4.6e9", "4,6e9"],
    ["a tiny loss", () => loss(1e-5), "1.0e-5", "1,0e-5"],
    ["a power of ten", () => powerOfTen(0.01), "0.01", "0,01"],
    ["a large power of ten", () => powerOfTen(1e7), "1e7", "1e7"],
    ["a count", () => number(12_345), "12,345", "12.345"],
  ];
  for (const [what, write, english, german] of cases) {
    test(what, () => {
      speak("en");
      assert.equal(write(), english);
      speak("de");
      assert.equal(write(), german);
      speak("en");
    });
  }
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
    for (const control of [linear, log, { ...linear, min: 1, max: 4 }]) {
      const { value, notch } = scaleOf(control);
      for (let n = 0; n <= NOTCHES; n += 1) assert.equal(notch(value(n)), n);
    }
  });
});
