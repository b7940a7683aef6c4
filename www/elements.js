// The elements in the site's own pages: with the site's engine, and with molecules.

import * as heatlens from './pkg/index.js';
import { use } from './kit/engine/shared.js';
import { addDomain, define, useMolecules } from './kit/elements.js';

const molecules = () => import('./molecules/domain.js');

use(heatlens);
useMolecules(molecules);
addDomain(
  'molecule',
  ({ inputs }) => inputs.map(({ name }) => name).join() === 'features,adjacency,present',
  async () => (await molecules()).molecule,
);
define();
