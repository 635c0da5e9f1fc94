/** Parses a record of the history: known fields, each of its kind. What may be missing in records of earlier versions of the page gets its value. */

/** @import { GenericSchema } from 'valibot' */
/** @import { HistoryEntry, Report } from '../types' */
import { array, boolean, exactOptional, fallback, instance, literal, minLength, minValue, nullable, object, objectWithRest, optional, picklist, pipe, safeParse, string, transform, unknown } from 'valibot';
import { count, crop, finite, json, settings, side } from '../app/schema.js';

const blob = instance(Blob);
const amount = pipe(finite, minValue(0));

const picture = object({ name: string(), source: blob, example: nullable(string()), alt: string(), crop: exactOptional(nullable(crop)) });

const image = object({ name: string(), sha256: exactOptional(string()), width: side, height: side });

const changes = array(object({ evaluation: count, settings }));

const job = object({
  settings,
  content: image,
  styles: pipe(array(object({ ...image.entries, mask: exactOptional(nullable(image)) })), minLength(1)),
  start: optional(nullable(image), null),
  changes: optional(changes, []),
  downloaded_bytes: optional(amount, 0),
  engine: picklist(['gpu', 'cpu']),
  adapter: string(),
});

const loss = object({ iteration: count, evaluation: count, content: finite, style: finite, tv: finite, total: finite });
/** Those of a run that diverged have no number: the picture is worth more than its chart. */
const losses = pipe(array(unknown()), transform((all) => all.flatMap((each) => {
  const parsed = safeParse(loss, each);
  return parsed.success ? [parsed.output] : [];
})));

/** Saved beside the picture, whatever else a version of the engine says in it. */
const report = objectWithRest({
  schema: literal(1), engine: string(), adapter: string(), threads: count,
  network: objectWithRest({ name: string(), sha256: string() }, json),
  width: side, height: side, iterations: count, evaluations: count, settings, changes,
}, json);

const entry = object({
  id: pipe(string(), minLength(1)),
  schema: literal(1),
  time: finite,
  open: boolean(),
  preset: string(),
  network: picklist(['sketch', 'vgg19', 'file']),
  networkName: string(),
  job,
  content: picture, style: picture, start: optional(nullable(picture), null),
  manners: exactOptional(pipe(array(object({ picture, mask: nullable(picture) })), minLength(1))),
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
