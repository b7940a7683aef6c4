// Words and legends with numbers that are not finite, by the page's own modules.
import { expect, test } from './fixtures.mjs';

test('a word whose number is not finite is hatched, and the legend counts it', async ({ page }) => {
  await page.goto('./text/');
  const found = await page.evaluate(async () => {
    const load = (path) => import(new URL(path, location.href).href);
    const { HeatText } = await load('../kit/elements/text.js');
    const { HeatLegend } = await load('../kit/elements/legend.js');
    const { create } = await load('../kit/elements/registry.js');
    const { palette } = await load('../kit/color/colors.js');
    const view = document.body.appendChild(create(HeatText, { legend: 'none' }));
    const host = view.shadowRoot;
    const text = 'one two three four';
    const spans = [0, 3, 4, 7, 8, 13, 14, 18];
    view.show({ text, spans, tokenFeatures: [0, 1, 2, 3], struck: new Set() });
    const values = [NaN, 2, -1, -Infinity];
    const look = { vmax: 2, rule: 'full colour = max |R|', palette: palette('red-blue') };
    view.colour(values, look);
    const legend = create(HeatLegend);
    host.append(legend.node);
    legend.show({ ...look, values, isSigned: true });
    const told = legend.shadowRoot.querySelector('.legend-nonfinite');
    const words = [...host.querySelectorAll('.word')].map((word) => {
      const { backgroundImage, backgroundColor } = getComputedStyle(word);
      return {
        title: word.title,
        hatch: backgroundImage.split('repeating').length - 1,
        backgroundColor,
      };
    });
    const seen = { words, said: told.textContent, text: legend.text, hidden: told.hidden };
    legend.show({ ...look, values: [1], isSigned: true });
    view.plain();
    return {
      ...seen,
      then: told.hidden,
      after: getComputedStyle(host.querySelector('.word')).backgroundImage,
    };
  });
  expect(found.words.map(({ title }) => title)).toEqual(['not a number', '+2.00', '−1.00', '−∞']);
  expect(found.words.map(({ hatch }) => hatch)).toEqual([2, 0, 0, 2]);
  expect(found.words[0].backgroundColor).toBe('rgb(64, 64, 64)');
  expect(found.said).toBe('2 values are not finite (hatched)');
  expect(found.text).toBe(
    '−2.00 to +2.00, full colour = max |R|, 2 values are not finite (hatched)',
  );
  expect([found.hidden, found.then, found.after]).toEqual([false, true, 'none']);
});
