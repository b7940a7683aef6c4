// Time from navigation to the first map, each time in a browser context that has nothing cached.
import { STARTUPS } from './build.mjs';
import { median } from './compare.mjs';

/** In the digits page: notes when the first card shows a map. */
function watchCards() {
  const shown = '.card[data-state="ready"]:not([data-waiting])';
  const look = () => {
    if (!window.finished && document.querySelector(shown)) {
      window.finished = { time: performance.now(), map: [] };
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, attributes: true });
}

/** In every page: says on the console that it has finished. */
function tellFinished() {
  let finished;
  Object.defineProperty(window, 'finished', {
    get: () => finished,
    set(value) {
      finished = value;
      console.info('finished');
    },
  });
}

async function once(browser, url, script) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(tellFinished);
  if (script) await page.addInitScript(script);
  // Not asked again and again: for that, a script of 330 KB would run in the page, and a frame be drawn each time.
  const told = page.waitForEvent('console', (message) => message.text() === 'finished');
  await page.goto(url, { waitUntil: 'commit' });
  await told;
  const finished = await page.evaluate(() => window.finished);
  await context.close();
  return finished;
}

/**
 * Milliseconds to the first map of mnist-cnn in each system, and on the digits page; `empty` and
 * `digits-empty` only download the model. All systems must show the same map.
 */
export async function startups(browser, address, rounds) {
  const pages = STARTUPS.map((name) => ({
    name,
    url: `${address}benches/results/build/startup/${name}.html`,
  }));
  pages.push({ name: 'digits', url: `${address}dist/site/digits/`, script: watchCards });
  const times = new Map(pages.map(({ name }) => [name, []]));
  let first;
  for (let round = 0; round < rounds; round++) {
    for (const { name, url, script } of pages) {
      const { time, map } = await once(browser, url, script);
      times.get(name).push(time);
      if (!map.length) continue;
      first ??= map;
      const apart = Math.max(...map.map((value, i) => Math.abs(value - first[i])));
      if (!(apart <= 1e-5 * Math.max(...first))) throw new Error(`${name} shows another map`);
    }
  }
  return [...times].map(([name, samples]) => ({
    name,
    median: median(samples),
    minimum: Math.min(...samples),
  }));
}
