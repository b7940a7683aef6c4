/** The elements over the package's modules, which lie beside this one. */
import * as heatlens from './index.js';
import { use } from '../www/kit/engine/shared.js';
import { addDomain, define, useMolecules } from '../www/kit/elements.js';

export * from '../www/kit/elements.js';

/** Whether a model's inputs are those of a molecule's graph. @param {import('./index.d.ts').ModelInfo} info */
const readsMolecules = ({ inputs }) =>
  inputs.map(({ name }) => name).join() === 'features,adjacency,present';
const molecules = () => import('./molecules.js');

use(heatlens);
useMolecules(molecules);
addDomain('molecule', readsMolecules, async () => (await molecules()).molecule);
define();
