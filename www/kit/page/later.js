/** Does what nobody waits for when the page has time: after it has drawn what was asked for first. */
export function later(work) {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work, 50);
}
