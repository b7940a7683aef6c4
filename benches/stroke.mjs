// Time from a movement of the pen to the last of the maps that follow it, on the digits page.
import { median } from './compare.mjs';

/** What is shown side by side: the first view, and all that is done in a few passes. */
const SHOWN = {
  'three maps': 'saliency.lrp.occlusion',
  'eleven quick maps': [
    ...['saliency', 'guided-backprop', 'deconvnet', 'grad-cam', 'gradient', 'guided-grad-cam'],
    ...['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp', 'occlusion'],
  ].join('.'),
};
const QUIET = 400; // ms without a new map: all are there

/** In the page: when the pen moved last, and when a map was last drawn. */
function watchPen() {
  window.pen = { moved: 0, drawn: 0 };
  addEventListener('pointermove', () => (window.pen.moved = performance.now()), true);
  const drawn = new MutationObserver(() => (window.pen.drawn = performance.now()));
  const known = new Set();
  // A map's canvas says what it shows as soon as it shows it; it stands in a shadow tree of its own.
  new MutationObserver(() => {
    for (const map of document.querySelectorAll('.card heat-map')) {
      if (known.has(map)) continue;
      known.add(map);
      const how = { subtree: true, attributes: true, attributeFilter: ['aria-label'] };
      drawn.observe(map.shadowRoot, how);
    }
  }).observe(document, { subtree: true, childList: true });
}

async function strokes(browser, address, methods, moves) {
  const page = await browser.newPage();
  await page.addInitScript(watchPen);
  await page.goto(`${address}dist/site/digits/#v=1&g=${methods}`);
  const cards = page.locator('.card[data-state="ready"]:not([data-waiting])');
  const count = methods.split('.').length;
  await page.waitForFunction(
    (wanted) =>
      document.querySelectorAll('.card[data-state="ready"]:not([data-waiting])').length === wanted,
    count,
  );
  const box = await page.locator('#pad').boundingBox();
  const at = (k) => [box.x + 40 + ((k * 37) % 200), box.y + 40 + ((k * 61) % 200)];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  const times = [];
  for (let k = 1; k <= moves; k += 1) {
    await page.mouse.move(...at(k));
    await page.waitForFunction(
      (quiet) =>
        window.pen.drawn > window.pen.moved && performance.now() - window.pen.drawn > quiet,
      QUIET,
    );
    times.push(await page.evaluate(() => window.pen.drawn - window.pen.moved));
  }
  await page.mouse.up();
  if ((await cards.count()) !== count) throw new Error('a map is missing');
  await page.close();
  return times;
}

/** Milliseconds a movement; of each, the time until the last map is drawn. */
export async function strokeToMaps(browser, address, moves) {
  const out = [];
  for (const [shown, methods] of Object.entries(SHOWN)) {
    const times = await strokes(browser, address, methods, moves);
    out.push({ shown, median: median(times), minimum: Math.min(...times) });
  }
  return out;
}
