/** What a saved page with a molecule runs: with what reads and draws molecules inside. */
import { molecule } from '../../www/molecules/domain.js';
import * as molecules from '../../www/molecules/domain.js';
import { use } from '../../www/kit/engine/shared.js';
import { handKeysOn } from '../../www/kit/page/host-keys.js';
import { addDomain, define, useMolecules } from '../../www/kit/elements.js';
import * as core from './core.js';

use(/** @type {any} */ (core));
useMolecules(async () => molecules);
addDomain('molecule', () => false, molecule);
define();
handKeysOn();
