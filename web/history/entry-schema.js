/**
 * Parses a record of the history: known fields, each of its kind, within limits. What may be missing in records of earlier versions of the page gets
 * its value.
 */

/** @import { GenericSchema } from 'valibot' */
/** @import { HistoryEntry, Report } from '../types' */
import { array, boolean, exactOptional, fallback, instance, literal, maxLength, minLength, minValue, nullable, object, objectWithRest, optional, picklist, pipe, safeParse, transform, unknown } from 'valibot';
import { count, crop, finite, json, settings, side, text } from '../app/schema.js';

/** Of any text, in characters. */
const words = text(10_000);
/** Evaluations, of which each may have losses and a change, and styles: more than there are in any run. */
const MOST_EVALUATIONS = 1e6;
const MOST_STYLES = 100;

const blob = instance(Blob);
const amount = pipe(finite, minValue(0));

const picture = object({ name: words, source: blob, example: nullable(words), alt: words, crop: exactOptional(nullable(crop)) });

const image = object({ name: words, sha256: exactOptional(words), width: side, height: side });

const changes = pipe(array(object({ evaluation: count, settings })), maxLength(MOST_EVALUATIONS));

const job = object({
  settings,
  content: image,
  styles: pipe(array(object({ ...image.entries, mask: exactOptional(nullable(image)) })), minLength(1), maxLength(MOST_STYLES)),
  start: optional(nullable(image), null),
  changes: optional(changes, []),
  downloaded_bytes: optional(amount, 0),
  engine: picklist(['gpu', 'cpu']),
  adapter: words,
});

const loss = object({ iteration: count, evaluation: count, content: finite, style: finite, tv: finite, total: finite });
/** Those of a run that diverged have no number: the picture is worth more than its chart. */
const losses = pipe(array(unknown()), maxLength(MOST_EVALUATIONS), transform((all) => all.flatMap((each) => {
  const parsed = safeParse(loss, each);
  return parsed.success ? [parsed.output] : [];
})));

/** Saved beside the picture, whatever else a version of the engine says in it. */
const report = objectWithRest({
  schema: literal(1), engine: words, adapter: words, threads: count,
  network: objectWithRest({ name: words, sha256: words }, json),
  width: side, height: side, iterations: count, evaluations: count, settings, changes,
}, json);

const entry = object({
  id: pipe(words, minLength(1)),
  schema: literal(1),
  time: finite,
  open: boolean(),
  preset: words,
  network: picklist(['sketch', 'vgg19', 'file']),
  networkName: words,
  job,
  content: picture, style: picture, start: optional(nullable(picture), null),
  manners: exactOptional(pipe(array(object({ picture, mask: nullable(picture) })), minLength(1), maxLength(MOST_STYLES))),
  evaluation: count, iteration: count, seconds: amount,
  width: side, height: side,
  losses,
  report: /** @type {GenericSchema<unknown, Report | null>} */ (/** @type {unknown} */ (fallback(nullable(report), null))),
  thumb: blob, painting: blob, snapshot: nullable(blob),
  bytes: amount,
});

/** @param {unknown} record @returns {HistoryEntry | null} null for one that is damaged */
export function parseEntry(record) {
  const parsed = safeParse(entry, record);
  return parsed.success ? parsed.output : null;
}
