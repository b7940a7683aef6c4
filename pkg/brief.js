/** @typedef {import('./host.js').Order} Order */

/** Methods that ask the network often, in pieces. */
export const SAMPLED = new Set([
  'smooth-grad',
  'smooth-grad-squared',
  'vargrad',
  'integrated-gradients',
  'occlusion',
  'shapley',
  'kernel-shap',
  'lime',
]);

const BRIEF = ['load', 'methods', 'build', 'tokenize', 'predict', 'read', 'panic'];

/** @param {{ op: string } | null} order */
export function explains(order) {
  return order?.op === 'explain' || order?.op === 'explain-text';
}

/**
 * Whether an order may be done in the page's own thread: a few passes through a network at most.
 * @param {Order | null} order
 */
export function brief(order) {
  if (order === null) return false;
  if (order.op === 'explain' || order.op === 'explain-text') {
    return order.request.method !== 'sis' && !SAMPLED.has(order.request.method);
  }
  return BRIEF.includes(order.op);
}
