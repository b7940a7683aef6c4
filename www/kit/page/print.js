// Paper is light: pictures that are drawn in dark colours are drawn again before they are printed, and after it.

const root = document.documentElement;

/** @param {() => void} draw what depends on the theme */
export function startPrint(draw) {
  /** @type {string | undefined | null} The theme to go back to; null while nothing is printed. */
  let before = null;
  const begin = () => {
    if (before !== null) return;
    before = root.dataset.theme;
    root.dataset.theme = 'light';
    draw();
  };
  const end = () => {
    if (before === null) return;
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    before = null;
    draw();
  };
  addEventListener('beforeprint', begin);
  addEventListener('afterprint', end);
  globalThis
    .matchMedia?.('print')
    .addEventListener('change', ({ matches }) => (matches ? begin() : end()));
}
