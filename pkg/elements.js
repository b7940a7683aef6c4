/** The elements over the package's modules, which lie beside this one. */
import * as heatlens from './index.js';
import { use } from '../www/kit/engine/shared.js';
import { addMolecules, define } from '../www/kit/elements.js';

export * from '../www/kit/elements.js';

use(heatlens);
addMolecules(() => import('./molecules.js'));
define();
