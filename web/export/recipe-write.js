/** The recipe in a saved PNG: all that it takes to make the result again but the pictures, which it names. */

/** @import { Making, Picture, Signature } from '../types' */
import { KEYWORD, withTexts } from './png-text.js';
import { get } from '../app/store.js';
import { namesOf } from '../i18n/apply.js';
import { caption, sign as say } from '../i18n/en.js';
import { described } from '../engine/setup.js';

/**
 * A PNG with the recipe of its picture in it.
 *
 * @param {Blob} png
 * @param {number | null} [evaluation] evaluations made before it; null: it is the picture that is shown
 * @returns {Promise<Blob>}
 */
export async function withRecipe(png, evaluation = null) {
  const { making } = get();
  if (!making) return png;
  const signature = await recipeOf(making, evaluation);
  if (!signature) return png;
  const { name, version } = signature.program;
  return withTexts(png, {
    Software: `${name} ${version}`,
    Title: caption.title(namesOf(making.content).name, namesOf(making.style).name),
    Comment: say.comment,
    [KEYWORD]: JSON.stringify(signature),
  });
}

/** @param {Making} making @param {number | null} made evaluations; null: as many as the picture that is shown has @returns {Promise<Signature | null>} */
async function recipeOf(making, made) {
  const { at, engine, network, report, checkpoints } = get();
  if (!engine || !report) return null;
  const shown = at === null ? undefined : checkpoints[at]?.evaluation;
  const evaluation = made ?? shown ?? report.evaluations;
  const { describe } = await described;
  return {
    schema: 1,
    program: { name: 'Pastiche', version: describe.version },
    preset: making.preset,
    settings: report.settings,
    changes: report.changes.filter((change) => change.evaluation < Math.max(1, evaluation)),
    evaluation,
    engine: making.job.engine, adapter: making.job.adapter, threads: engine.threads, browser: navigator.userAgent,
    network: { id: making.network, name: report.network.name, sha256: report.network.sha256 || network?.info.sha256 || '' },
    content: named(making.content),
    styles: await Promise.all(making.manners.map(async ({ picture, mask }) => ({ ...named(picture), mask: mask && { ...named(mask), png: await address(mask.source) } }))),
    start: making.start && named(making.start),
  };
}

/** @param {Picture} picture */
const named = ({ name, sha256 }) => ({ name, sha256 });

/** @param {Blob} blob @returns {Promise<string>} */
function address(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(blob);
  });
}
