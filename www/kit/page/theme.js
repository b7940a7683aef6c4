// Light or dark: the system's choice until the reader makes one.

const KEY = 'heatlens.theme';
const root = document.documentElement;
const dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

function stored() {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null; // storage may be forbidden
  }
}

/** @returns {'light' | 'dark'} */
export function currentTheme() {
  const shown = root.dataset.theme ?? (dark?.matches ? 'dark' : 'light');
  return shown === 'dark' ? 'dark' : 'light';
}

export function startTheme(button, changed) {
  const choice = stored();
  if (choice) root.dataset.theme = choice;
  const label = () => {
    const other = currentTheme() === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to ${other} colours`);
    button.title = `Switch to ${other} colours`;
  };
  button.addEventListener('click', () => {
    const theme = currentTheme() === 'dark' ? 'light' : 'dark';
    root.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // the choice then lasts as long as the page
    }
    label();
    changed();
  });
  dark?.addEventListener('change', () => {
    label();
    changed();
  });
  label();
}
