/** What the address asks for, by its query and its hash: known names and values only, the rest is as if it were not there. */

/** @import { NetworkId } from '../types' */
import { networkId, parse } from './schema.js';

/**
 * @typedef {object} Address
 * @property {'auto' | 'gpu' | 'cpu'} engine
 * @property {Exclude<NetworkId, 'file'> | null} network
 * @property {number | null} threads of the processor engine
 * @property {string | null} lang a language's tag
 * @property {string | null} preset
 * @property {{ size?: number, evaluations?: number }} settings over the preset's; the engine judges them
 * @property {string[] | null} paint ids of examples that are painted at once; null: none
 * @property {number | null} finish the size at which VGG-19 goes on from there
 * @property {('talk' | 'learn')[]} open
 * @property {boolean} notes whether this is the speaker's window
 * @property {number | null} plan minutes that the talk may take
 * @property {string | null} step of the talk, by its id
 */

/** @param {string} search @param {string} hash @returns {Address} */
export function parseAddress(search, hash) {
  const query = new URLSearchParams(search);
  const whole = (/** @type {string} */ name, /** @type {number} */ least, /** @type {number} */ most) => {
    const text = query.get(name) ?? '';
    const value = Number(text);
    return /^\d{1,9}$/.test(text) && value >= least && value <= most ? value : null;
  };
  const word = (/** @type {string | null} */ text) => (text !== null && /^[a-z0-9-]{1,60}$/i.test(text) ? text : null);
  const engine = query.get('engine');
  const network = parse(networkId, query.get('network')).value;
  const [size, evaluations] = [whole('size', 1, 1e6), whole('iterations', 1, 1e9)];
  return {
    engine: engine === 'gpu' || engine === 'cpu' ? engine : 'auto',
    network: network === 'file' ? null : network,
    threads: whole('threads', 1, 1024),
    lang: word(query.get('lang')),
    preset: word(query.get('preset')),
    settings: { ...(size === null ? {} : { size }), ...(evaluations === null ? {} : { evaluations }) },
    paint: query.get('paint')?.split(',').flatMap((id) => word(id) ?? []) ?? null,
    finish: whole('finish', 16, 4096),
    open: /** @type {const} */ (['talk', 'learn']).filter((kind) => query.has(kind)),
    notes: query.get('talk') === 'notes',
    plan: whole('plan', 1, 60),
    step: word(hash.replace(/^#/, '')),
  };
}

/** Of the page, as it is now. @returns {Address} */
export const address = () => parseAddress(location.search, location.hash);
