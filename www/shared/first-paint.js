// Before the page is drawn: light or dark as the reader chose, and when to draw.
{
  // On a quick connection the page is drawn once, with its first maps; on a slow one as it comes.
  const WAIT = 400; // ms since the navigation began
  setTimeout(
    () => {
      for (const script of document.querySelectorAll('script[blocking]'))
        script.removeAttribute('blocking');
    },
    Math.max(0, WAIT - performance.now()),
  );
  try {
    const theme = localStorage.getItem('heatlens.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // storage may be forbidden
  }
}
