import { MAIN_THREAD } from './catalogue.js';

/** @typedef {import('./engine-handle.js').Order} Order */

const ORDERS = ['load', 'methods', 'build', 'tokenize', 'picture', 'predict', 'read', 'panic'];

/** @param {{ op: string } | null} order */
export function explains(order) {
  return order?.op === 'explain' || order?.op === 'explain-text';
}

/**
 * Whether an order may be done in the page's own thread: a few passes through a network at most.
 * @param {Order | null} order
 */
export function runsOnMainThread(order) {
  if (order === null) return false;
  if (order.op === 'explain' || order.op === 'explain-text') {
    return MAIN_THREAD.has(order.request.method);
  }
  return ORDERS.includes(order.op);
}
