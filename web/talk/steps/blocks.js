/** What the five blocks of the network see in content, style and painting; any channel enlarged. */

/** @import { InspectedFeatures } from '../../types' */
import { make } from '../../app/dom.js';
import { canvas, peakOf, plane } from '../draw.js';
import { Missing, firsts } from '../source.js';
import { refreshNow as askAgain } from '../stage.js';
import { row, tile } from '../parts.js';
import { words } from '../en.js';

/** @type {import('../parts.js').Step} */
export const blocks = { id: 'blocks', formulas: [], figure, plan: 5 };

/** @type {InspectedFeatures[]} */
const SEEN = ['content', 'style', 'result'];
/** Channels that are offered beside the large one. */
const OFFERED = 12;

/** @returns {import('../parts.js').Figure} */
function figure() {
  const say = words.blocks;
  const node = make('div', { class: 'blocks' });
  /** The layer and channel that are enlarged; none: all blocks. @type {{ layer: string, at: number } | null} */
  let chosen = null;
  /** What `node` shows, so that it is built only when that changes. */
  let built = '';
  /** @type {Map<string, HTMLCanvasElement>} */
  let canvases = new Map();
  /** The first layers of the blocks, and how many channels there are of each. @type {string[]} */
  let blocks = [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  const choose = (/** @type {typeof chosen} */ what) => { chosen = what; askAgain(); };

  function build() {
    const key = JSON.stringify([blocks, chosen?.layer ?? null]);
    if (key === built) return;
    built = key;
    canvases = new Map();
    const focused = node.contains(document.activeElement);
    rebuild();
    if (focused) /** @type {HTMLElement | null} */ (node.closest('[tabindex]'))?.focus();
  }

  function rebuild() {
    const add = (/** @type {string} */ name, /** @type {string} */ label) => {
      const made = canvas(label, chosen && !name.startsWith('offered') ? 'numbers' : 'inset numbers');
      canvases.set(name, made);
      return made;
    };
    if (!chosen) {
      node.replaceChildren(make('div', { class: 'grid' }, [
        make('span'), ...blocks.map((layer, n) => make('span', { class: 'top' }, [say.block(n + 1)])),
        ...SEEN.flatMap((of, line) => [make('span', { class: 'side' }, [say.labels[line] ?? '']), ...blocks.map((layer) => {
          const button = make('button', { type: 'button', class: 'map', 'aria-label': say.enlarge(layer, say.labels[line] ?? '') }, [add(`${of} ${layer}`, '')]);
          button.firstElementChild?.setAttribute('aria-hidden', 'true');
          button.addEventListener('click', () => choose({ layer, at: 0 }));
          return button;
        })]),
      ]), make('p', { class: 'depth' }, [make('span', {}, [say.low]), make('span', {}, [say.high])]));
      return;
    }
    const { layer } = chosen;
    const close = make('button', { type: 'button', class: 'plain' }, [say.all]);
    close.addEventListener('click', () => choose(null));
    node.replaceChildren(
      row(SEEN.map((of, n) => tile(add(of, `${say.labels[n]}, ${layer}`), say.labels[n] ?? '')), 'enlarged'),
      make('div', { class: 'strip' }, [close, ...Array.from({ length: OFFERED }, (_, n) => {
        const button = make('button', { type: 'button', class: 'map', 'aria-label': say.channel(layer, n) }, [add(`offered ${n}`, '')]);
        button.firstElementChild?.setAttribute('aria-hidden', 'true');
        button.addEventListener('click', () => choose({ layer, at: n }));
        return button;
      }), make('span', { class: 'which', role: 'status' })]),
    );
  }

  /** @param {import('../source.js').Source} source @param {Record<string, number[]>} names canvas: indices into the answers @param {string} layer @param {number[]} channels */
  async function draw(source, layer, channels, names) {
    const seen = await Promise.all(SEEN.map((of) => source.maps(of, layer, channels)));
    for (const [name, [picture = 0, at = 0]] of Object.entries(names)) {
      const map = seen[picture];
      const on = canvases.get(name);
      if (!map || !on) continue;
      const values = (/** @type {typeof map} */ of) => of.values.subarray(at * of.width * of.height, (at + 1) * of.width * of.height);
      // One measure for the same channel in all three pictures.
      plane(on, values(map), map.width, map.height, Math.max(...seen.map((of) => peakOf(values(of)))));
    }
  }

  return {
    node,
    async refresh(source) {
      blocks = firsts(source);
      if (blocks.length === 0) throw new Missing();
      build();
      if (!chosen) {
        for (const layer of blocks) {
          const order = await source.strongest(layer);
          await draw(source, layer, [order[0] ?? 0], Object.fromEntries(SEEN.map((of, n) => [`${of} ${layer}`, [n, 0]])));
        }
        return;
      }
      const { layer, at } = chosen;
      const order = await source.strongest(layer);
      counts.set(layer, order.length);
      const channels = [order[at] ?? 0, ...order.subarray(0, OFFERED)];
      await draw(source, layer, channels, {
        ...Object.fromEntries(SEEN.map((of, n) => [of, [n, 0]])),
        ...Object.fromEntries(Array.from({ length: Math.min(OFFERED, order.length) }, (_, n) => [`offered ${n}`, [0, n + 1]])),
      });
      const which = node.querySelector('.which');
      const text = say.which(layer, order[at] ?? 0, order.length);
      if (which && which.textContent !== text) which.textContent = text;
      [...node.querySelectorAll('.strip .map')].forEach((button, n) => button.setAttribute('aria-pressed', String(n === at)));
    },
    dial(by) {
      const [first = ''] = blocks;
      if (!chosen) return choose({ layer: by > 0 ? first : blocks.at(-1) ?? first, at: 0 });
      const length = counts.get(chosen.layer) ?? 1;
      choose({ layer: chosen.layer, at: (chosen.at + by + length) % length });
    },
    press() {
      const next = chosen ? blocks[blocks.indexOf(chosen.layer) + 1] : blocks[0];
      choose(next ? { layer: next, at: 0 } : null);
    },
    back() {
      if (!chosen) return false;
      choose(null);
      return true;
    },
    leave: () => { chosen = null; },
  };
}
