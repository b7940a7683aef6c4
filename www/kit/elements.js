// heatlens/elements: custom elements that draw relevance, and <heat-lens>, which computes it, too.

import { HeatBars } from './elements/bars.js';
import { HeatRow, HeatSequence, HeatSeries } from './elements/drawn.js';
import { HeatLegend } from './elements/legend.js';
import { HeatMap } from './elements/map.js';
import { HeatMatrix } from './elements/matrix.js';
import { HeatMolecule, useMolecules } from './elements/molecule.js';
import { HeatText } from './elements/text.js';
import { MethodPicker } from './elements/method-picker.js';
import { numbersOf } from './engine/array.js';
import { defineAll } from './elements/registry.js';
import { addDomain } from './lens/domain.js';
import { image, readsImages } from './lens/image.js';
import { HeatLens } from './lens/lens.js';
import { text } from './lens/text.js';

export { HeatBars, HeatLegend, HeatLens, HeatMap, HeatMatrix, HeatMolecule };
export { HeatRow, HeatSequence, HeatSeries, HeatText, MethodPicker };
export { addDomain };

const ALL = [
  HeatLegend,
  HeatMap,
  HeatMatrix,
  HeatText,
  HeatSequence,
  HeatSeries,
  HeatRow,
  HeatMolecule,
  HeatBars,
  MethodPicker,
  HeatLens,
];

/** Adds a kind whose reading is fetched with the first network of that kind. */
const addArrays = (kind, element, suits) =>
  addDomain(kind, suits, async () => {
    const reader = (await import('./arrays.js')).readers[kind];
    return { ...reader, element, read: (lens, info) => reader.read(lens, info, numbersOf) };
  });
const never = () => false;

addArrays('series', HeatSeries, never);
addArrays('sequence', HeatSequence, never);
addArrays('row', HeatRow, ({ inputs }) => inputs.length === 1 && inputs[0].shape.length === 1);
addDomain('text', ({ vocabulary }) => vocabulary !== null, text);
addDomain('image', readsImages, image);

/**
 * Adds molecules, which the elements draw and `<heat-lens>` reads: networks of a graph's atoms and bonds.
 * @param {() => Promise<any>} load what reads and draws them
 */
export function addMolecules(load) {
  useMolecules(load);
  addDomain(
    'molecule',
    ({ inputs }) => inputs.map(({ name }) => name).join() === 'features,adjacency,present',
    async () => (await load()).molecule,
  );
}

/** Registers all elements: `<heat-map>`, or with another prefix. @param {string} [prefix] */
export const define = (prefix) => defineAll(ALL, prefix);
