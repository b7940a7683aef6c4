// When an element may start: its content is there, and it is seen.

/** Whether the parser is past a node: something follows it, or one of those that it stands in. @param {Node} node */
function isPast(node) {
  for (let at = /** @type {Node | null} */ (node); at; at = at.parentNode)
    if (at.nextSibling) return true;
  return false;
}

/**
 * Waits until all that stands inside an element was read: on slow lines it is connected before.
 * @param {HTMLElement} element @param {AbortSignal} signal ends the waiting
 */
export function parsed(element, signal) {
  if (document.readyState !== 'loading' || isPast(element)) return Promise.resolve();
  return new Promise((/** @type {(value?: any) => void} */ resolve) => {
    const observer = new MutationObserver(() => isPast(element) && done());
    const done = () => {
      observer.disconnect();
      document.removeEventListener('DOMContentLoaded', done);
      resolve();
    };
    document.addEventListener('DOMContentLoaded', done);
    signal.addEventListener('abort', done);
    observer.observe(element.parentNode ?? document, { childList: true });
  });
}

/** A page that is made for paper has no visitor to scroll it. */
const forPrint = () => matchMedia('print').matches || /[?&]print-pdf\b/.test(location.search);

/**
 * Waits until an element comes near the view, or is about to be printed.
 * @param {HTMLElement} element @param {AbortSignal} signal ends the waiting
 */
export function seen(element, signal) {
  if (signal.aborted || !globalThis.IntersectionObserver || forPrint()) return Promise.resolve();
  return new Promise((/** @type {(value?: any) => void} */ resolve) => {
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && done(),
      { rootMargin: '200px' },
    );
    const done = () => {
      observer.disconnect();
      removeEventListener('beforeprint', done);
      resolve();
    };
    addEventListener('beforeprint', done);
    signal.addEventListener('abort', done);
    observer.observe(element);
  });
}

/** Calls when text or pictures inside an element change. @param {HTMLElement} element @param {() => void} changed */
export function watchContent(element, changed) {
  new MutationObserver(changed).observe(element, {
    childList: true,
    characterData: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['src', 'srcset'],
  });
  // A picture that comes later, or another one.
  element.addEventListener('load', changed, true);
}
