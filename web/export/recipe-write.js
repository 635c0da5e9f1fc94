/**
 * The recipe in a saved PNG: all that it takes to make the result again but the pictures, which it names. What of it a file carries, the
 * person has a say in (`carried` of the preferences).
 */

/** @import { Carried } from '../app/preferences.js' */
/** @import { ResultState } from '../run/shown-result.js' */
/** @import { RunInputs, Picture, Recipe, RecipePicture, RecipeStyle } from '../types' */
import { dataAddress } from '../input/draw-svg.js';
import { KEYWORD, withTexts } from './png-text.js';
import { preferences } from '../app/preferences.js';
import { get } from '../app/store.js';
import { resultState, shownResult } from '../run/shown-result.js';
import { namesOf } from '../i18n/apply.js';
import { caption, recipe as say } from '../i18n/en.js';
import { described } from '../engine/setup.js';

/**
 * A PNG with the recipe of its picture in it, unless that is not wanted: then with nothing.
 *
 * @param {Blob | Promise<Blob>} png of the picture that is on the page at the call
 * @param {number | null} [evaluation] evaluations made before it; null: it is the picture that is shown
 * @returns {Promise<Blob>}
 */
export async function withRecipe(png, evaluation = null) {
  const carried = preferences.get('carried');
  // One from along the run is the run's own, whatever is still shown.
  const result = evaluation === null ? shownResult() : resultState();
  const { inputs } = result;
  if (!inputs || !carried.recipe) return png;
  const recipe = await recipeOf(inputs, result, evaluation, carried);
  if (!recipe) return png;
  const { name, version } = recipe.program;
  return withTexts(await png, {
    Software: `${name} ${version}`,
    ...(carried.names ? { Title: caption.title(namesOf(inputs.content).name, namesOf(inputs.style).name) } : {}),
    Comment: say.comment,
    [KEYWORD]: JSON.stringify(recipe),
  });
}

/**
 * @param {RunInputs} making
 * @param {ResultState} result
 * @param {number | null} made evaluations; null: as many as the picture that is shown has
 * @param {Carried} carried
 * @returns {Promise<Recipe | null>}
 */
async function recipeOf(making, { at, checkpoints, report }, made, { names, masks, device }) {
  const { engine, network } = get();
  if (!engine || !report) return null;
  const shown = at === null ? undefined : checkpoints[at]?.evaluation;
  const evaluation = made ?? shown ?? report.evaluations;
  const { describe } = await described;
  const { adapter, engine: kind } = making.job;
  // A network's file is named by whoever made it.
  const networkName = names || making.network !== 'file' ? report.network.name : '';
  return {
    schema: 1,
    program: { name: 'Pastiche', version: describe.version },
    preset: making.preset,
    settings: report.settings,
    changes: report.changes.filter((change) => change.evaluation < Math.max(1, evaluation)),
    evaluation,
    ...(device ? { engine: kind, adapter, threads: engine.threads, browser: navigator.userAgent } : {}),
    network: { id: making.network, name: networkName, sha256: report.network.sha256 || network?.info.sha256 || '' },
    content: recipePicture(making.content, names),
    styles: await Promise.all(making.styles.map(async ({ picture, mask }) => ({ ...recipePicture(picture, names), mask: mask && await recipeMask(mask, names, masks) }))),
    start: making.start && recipePicture(making.start, names),
  };
}

/** Examples are no secret: by their id they are found again. @param {Picture} picture @param {boolean} names @returns {RecipePicture} */
const recipePicture = ({ name, fileSha256, crop, example }, names) => ({
  name: names || example !== null ? name : '', sha256: fileSha256,
  ...(crop ? { crop } : {}), ...(example === null ? {} : { example }),
});

/** @param {Picture} mask @param {boolean} names @param {boolean} pixels @returns {Promise<NonNullable<RecipeStyle['mask']>>} */
const recipeMask = async ({ name, fileSha256, source }, names, pixels) => ({
  name: names ? name : '', sha256: pixels ? fileSha256 : '', png: pixels ? await dataAddress(source.type === 'image/png' ? source : new Blob([source], { type: 'image/png' })) : null,
});
