/** What a saved page with a molecule runs: with what reads and draws molecules inside. */
import * as molecules from '../../www/molecules/domain.js';
import { use } from '../../www/kit/engine/shared.js';
import { handKeysOn } from '../../www/kit/page/host-keys.js';
import { addMolecules, define } from '../../www/kit/elements.js';
import * as core from './core.js';

use(/** @type {any} */ (core));
addMolecules(async () => molecules);
define();
handKeysOn();
