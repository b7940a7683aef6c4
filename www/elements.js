// The elements in the site's own pages: with the site's engine, and with molecules.

import * as heatlens from './pkg/index.js';
import { use } from './kit/engine/shared.js';
import { addMolecules, define } from './kit/elements.js';

use(heatlens);
addMolecules(() => import('./molecules/domain.js'));
define();
