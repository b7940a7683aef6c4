/** What a saved page runs. */
import { use } from '../../www/kit/engine/shared.js';
import { handKeysOn } from '../../www/kit/page/host-keys.js';
import { define } from '../../www/kit/elements.js';
import * as core from './core.js';

use(/** @type {any} */ (core));
define();
handKeysOn();
