// What takes longest, before the page itself: engine and network. It needs neither the document nor its styles.

import { hasSimd } from '../kit/engine/simd.js';
import { Models } from './models.js';

const PATIENCE = 400; // ms since the navigation began

/** The page's networks; null where the browser cannot run them. */
export const models = hasSimd() ? new Models('cnn') : null;

// The page is drawn once it has its first map, but on a slow connection as it comes.
setTimeout(
  () => {
    for (const script of document.querySelectorAll('script[blocking]'))
      script.removeAttribute('blocking');
  },
  Math.max(0, PATIENCE - performance.now()),
);
