// heatlens/elements: custom elements that draw relevance, and <heat-lens>, which computes it, too.

import { HeatBars } from './elements/bars.js';
import { HeatLegend } from './elements/legend.js';
import { HeatMap } from './elements/map.js';
import { HeatText } from './elements/text.js';
import { MethodPicker } from './elements/method-picker.js';
import { defineAll } from './elements/registry.js';
import { addDomain } from './lens/domain.js';
import { image } from './lens/image.js';
import { HeatLens } from './lens/lens.js';
import { text } from './lens/text.js';

export { HeatBars, HeatLegend, HeatLens, HeatMap, HeatText, MethodPicker, addDomain };

const ALL = [HeatLegend, HeatMap, HeatText, HeatBars, MethodPicker, HeatLens];

addDomain('text', text.suits, text);
addDomain('image', image.suits, image);

/** Registers all elements: `<heat-map>`, or with another prefix. @param {string} [prefix] */
export const define = (prefix) => defineAll(ALL, prefix);
