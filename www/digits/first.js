// What takes longest, before the page itself: engine and network. It needs neither the document nor its styles.

import { hasSimd } from '../shared/simd.js';
import { Models } from './models.js';

/** The page's networks; null where the browser cannot run them. */
export const models = hasSimd() ? new Models('cnn') : null;
