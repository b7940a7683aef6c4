// In a frame of a slide: keys that turn slides reach the deck, although a click has put the focus into the frame.

/** What a reveal.js deck calls them. @type {Record<string, string>} */
const TURNS = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'prev',
  PageDown: 'next',
};

const FIELDS = 'input, select, textarea, [tabindex], [contenteditable]';

/** Hands on what nothing here has use for. */
export function handKeysOn() {
  if (window.parent === window) return;
  addEventListener('keydown', (event) => {
    const at = event.composedPath()[0];
    const isField = at instanceof Element && at.matches(FIELDS);
    if (event.defaultPrevented || isField || !Object.hasOwn(TURNS, event.key)) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    window.parent.postMessage(JSON.stringify({ method: TURNS[event.key] }), '*');
  });
}
