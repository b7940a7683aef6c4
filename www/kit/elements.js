// heatlens/elements: custom elements that draw relevance, and <heat-lens>, which computes it, too.

import { HeatBars } from './elements/bars.js';
import { HeatLegend } from './elements/legend.js';
import { HeatMap } from './elements/map.js';
import { HeatMolecule, useMolecules } from './elements/molecule.js';
import { HeatText } from './elements/text.js';
import { MethodPicker } from './elements/method-picker.js';
import { defineAll } from './elements/registry.js';
import { addDomain } from './lens/domain.js';
import { image, readsImages } from './lens/image.js';
import { HeatLens } from './lens/lens.js';
import { text } from './lens/text.js';

export { HeatBars, HeatLegend, HeatLens, HeatMap, HeatMolecule, HeatText, MethodPicker };
export { addDomain, useMolecules };

const ALL = [HeatLegend, HeatMap, HeatText, HeatMolecule, HeatBars, MethodPicker, HeatLens];

addDomain('text', ({ vocabulary }) => vocabulary !== null, text);
addDomain('image', readsImages, image);

/** Registers all elements: `<heat-map>`, or with another prefix. @param {string} [prefix] */
export const define = (prefix) => defineAll(ALL, prefix);
