import { Address } from '../kit/page/address.js';
import { codec } from './state.js';

/**
 * Keeps the page's state in the address after '#', and hands back what an address holds.
 * @param {{state: import('./state.js').State, notices: import('../kit/page/notice.js').Notices,
 *   found: (part: Partial<import('./state.js').State>) => void}} page
 */
export const addressOf = ({ state, notices, found }) =>
  new Address({
    codec,
    state: () => state,
    notices,
    found,
    holds: 'the drawing and the settings',
    except: () => (state.model === 'own' ? 'It does not hold your network.' : ''),
    wayOut: 'Undo a part of the drawing, or save the numbers as JSON.',
  });
