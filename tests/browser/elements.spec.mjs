// Elements that draw what others computed, each on a blank page under the site's policy.
import { axe, expect, screenshot, test } from './fixtures.mjs';
import { numbers, open, serveArrays, sizeOf, TAGS } from './elements-rig.mjs';

for (const [how, options] of Object.entries({
  light: {},
  dark: { dark: true },
  print: { dark: true, media: 'print' },
}))
  test(`all elements, ${how}`, async ({ page }) => {
    await open(page, options);
    const texts = await page.evaluate(
      async (tags) => {
        const texts = {};
        for (const [tag, { props, values, shape }] of Object.entries(tags)) {
          const element = window.add(tag, {
            label: tag,
            ends: 'against|for',
            ...props,
            explanation: { relevance: values, shape },
          });
          await window.drawn(element);
          texts[tag] = { legend: element.legendNode.text, shade: element.shade };
        }
        window.add('heat-legend', { vmax: 2 });
        window.add('heat-bars', { values: [0.7, 0.3], labels: ['cat', 'dog'], target: 0 });
        window.add('method-picker', { methods: [{ name: 'lrp', title: 'LRP' }], value: 'lrp' });
        return texts;
      },
      Object.fromEntries(
        Object.entries(TAGS).map(([tag, { shape, props }]) => [
          tag,
          { props, shape, values: numbers(sizeOf(shape)) },
        ]),
      ),
    );
    for (const [tag, { legend, shade }] of Object.entries(texts)) {
      expect(legend, tag).toMatch(/^−\d.* to \+\d.*full colour: largest value/);
      // On paper always light.
      expect(shade, tag).toBe(how === 'dark' ? 'dark' : 'light');
    }
    expect(await page.evaluate(() => window.errors)).toEqual([]);
    await screenshot(page, `elements-${how}`, { fullPage: true });
    if (how !== 'print') await axe(page);
  });

test('numbers from .npy files are drawn as those of an explanation', async ({ page }) => {
  const values = numbers(12, -2);
  await serveArrays(page, { map: [values, [3, 4]], x: [numbers(12), [12]] });
  await open(page);
  const [read, given] = await page.evaluate(async (values) => {
    const picture = (canvas) => canvas.toDataURL();
    const read = await window.drawn(window.add('heat-map', { '@src': '/map.npy' }));
    const given = await window.drawn(
      window.add('heat-map', { explanation: { relevance: values, shape: [3, 4] } }),
    );
    const row = await window.drawn(
      window.add('heat-row', { '@src': '/x.npy', '@input': '/x.npy' }),
    );
    window.cells = [...row.root.querySelectorAll('tbody tr')].map((tr) => tr.textContent);
    return [picture(read.canvas), picture(given.canvas)];
  }, values);
  expect(read).toBe(given);
  const cells = await page.evaluate(() => window.cells);
  expect(cells).toHaveLength(12);
  // numbers(12)[3] = −1 + 10/4, the largest, is the value and its relevance.
  expect(cells[0]).toBe('feature 41.50+1.50');
});

test('heights of letters and lengths of bars are those of the numbers', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const relevance = [4, -2, 1, 0];
    const sequence = await window.drawn(
      window.add('heat-sequence', { letters: 'ACGT', explanation: { relevance } }),
    );
    const letters = [...sequence.root.querySelectorAll('path')].map((path) =>
      path
        .getAttribute('transform')
        .match(/-?[\d.]+/g)
        .map(Number),
    );
    const row = await window.drawn(
      window.add('heat-row', { order: 'given', explanation: { relevance } }),
    );
    const bars = [...row.root.querySelectorAll('.bar rect')].map((bar) =>
      ['x', 'width'].map((name) => Number(bar.getAttribute(name))),
    );
    const line = sequence.root.querySelector('text').getAttribute('y');
    return { letters, bars, line: Number(line) };
  });
  // The full arm is 44 px; a letter's box is 10 × 10 before scaling. Nothing is drawn for 0.
  expect(found.letters.map(([, , , height]) => height * 10)).toEqual([44, 22, 11]);
  const [up, down, small] = found.letters.map(([, top]) => top);
  expect([up, small]).toEqual([0, 33]);
  expect(down).toBeGreaterThan(found.line);
  // Half the box is full colour: for to the right of the middle, against to the left.
  expect(found.bars).toEqual([
    [50, 50],
    [25, 25],
    [50, 12.5],
    [50, 0],
  ]);
});

test('letters of one-hot numbers are summed, or stacked with each its own', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    // Channels first: A C G T by rows, three positions by columns.
    const relevance = [1, 0, 0, 0, 0, 2, 0, -1, 0, 3, 0, 0];
    const words = [];
    for (const per of ['position', 'letter']) {
      const element = await window.drawn(
        window.add('heat-sequence', {
          per,
          letters: 'ACG',
          explanation: { relevance, shape: [4, 3] },
        }),
      );
      words.push([0, 1, 2].map((at) => element.wordsAt(at)));
    }
    return words;
  });
  expect(found).toEqual([
    ['A at 1: +4.00', 'C at 2: −1.00', 'G at 3: +2.00'],
    ['A at 1: T +3.00, A +1.00', 'C at 2: G −1.00', 'G at 3: C +2.00'],
  ]);
});

test('numbers are read with the arrow keys, which nothing else hears', async ({ page }) => {
  await open(page);
  await page.evaluate(
    async (tags) => {
      window.heard = [];
      addEventListener('keydown', ({ key }) => window.heard.push(key));
      window.points = [];
      addEventListener('point', ({ target, detail }) =>
        window.points.push([target.localName, detail.index, detail.value]),
      );
      for (const [tag, { props, values, shape }] of Object.entries(tags))
        await window.drawn(
          window.add(tag, { ...props, explanation: { relevance: values, shape } }),
        );
    },
    Object.fromEntries(
      Object.entries(TAGS).map(([tag, { shape, props }]) => [
        tag,
        { props, shape, values: numbers(sizeOf(shape)) },
      ]),
    ),
  );
  for (const [tag, { first, shape }] of Object.entries(TAGS)) {
    if (first === '') continue;
    await page.locator(tag).getByRole('group').focus();
    await page.keyboard.press('ArrowRight');
    const value = page.locator(tag).locator('output');
    await expect(value, tag).toHaveText(new RegExp(`^${first}: [+−]?\\d`));
    for (let k = 0; k < 20; k += 1) await page.keyboard.press('ArrowRight');
    for (let k = 0; k < 20; k += 1) await page.keyboard.press('ArrowDown');
    const points = await page.evaluate(
      (tag) => window.points.filter(([name]) => name === tag),
      tag,
    );
    // It stops at the last one and tells no number that is not there.
    const count = tag === 'heat-map' ? 12 : sizeOf(shape);
    expect(
      points.every(
        ([, index, number]) => index >= 0 && index < count && typeof number === 'number',
      ),
      tag,
    ).toBe(true);
    await page.keyboard.press('Escape');
    await expect(value, tag).toBeHidden();
  }
  expect(await page.evaluate(() => window.heard.filter((key) => key.startsWith('Arrow')))).toEqual(
    [],
  );
});

for (const direction of ['ltr', 'rtl'])
  test(`the pointer reads what it is over, scaled and in a page that runs ${direction}`, async ({
    page,
  }) => {
    await open(page, { direction });
    await page.evaluate(async () => {
      const scaled = {
        'heat-map': { explanation: { relevance: [1, 2, 3, 4, 5, 6], shape: [2, 3] } },
        'heat-sequence': { letters: 'ACGT', explanation: { relevance: [1, 2, 3, 4] } },
        'heat-series': { input: [1, 2, 3, 4], explanation: { relevance: [1, 2, 3, 4] } },
      };
      for (const [tag, props] of Object.entries(scaled)) {
        const element = window.add(tag, props);
        Object.assign(element.style, { scale: '0.6', transformOrigin: '0 0' });
        await window.drawn(element);
      }
    });
    const read = async (tag, x, y) => {
      const face = page.locator(tag).locator('[part~="map"], [part~="drawing"]');
      await face.scrollIntoViewIfNeeded();
      const box = await face.boundingBox();
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      return page.evaluate((tag) => document.querySelector(tag).cursor, tag);
    };
    expect(await read('heat-map', 0.99, 0.01)).toBe(2);
    expect(await read('heat-map', 0.4, 0.9)).toBe(4);
    expect(await read('heat-series', 0.99, 0.3)).toBe(3);
    expect(await read('heat-series', 0.4, 0.3)).toBe(1);
    // The place of a letter is where its own letter is drawn.
    const at = await page.evaluate(() => {
      const element = document.querySelector('heat-sequence');
      const [box, face] = [element.root.querySelectorAll('path')[2], element.face].map((node) =>
        node.getBoundingClientRect(),
      );
      return [(box.left + box.width / 2 - face.left) / face.width, 0.4];
    });
    expect(await read('heat-sequence', ...at)).toBe(2);
  });

test('numbers that are not finite are drawn, counted and named', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(
    async (tags) => {
      const out = {};
      for (const [tag, { props, values, shape }] of Object.entries(tags)) {
        values[1] = NaN;
        const element = await window.drawn(
          window.add(tag, { ...props, explanation: { relevance: values, shape } }),
        );
        out[tag] = element.legendNode.text;
      }
      return out;
    },
    Object.fromEntries(
      Object.entries(TAGS).map(([tag, { shape, props }]) => [
        tag,
        { props, shape, values: numbers(sizeOf(shape)) },
      ]),
    ),
  );
  for (const [tag, legend] of Object.entries(found))
    expect(legend, tag).toMatch(/1 value is not finite/);
  expect(await page.evaluate(() => window.errors)).toEqual([]);
});

test('what does not fit is said in its place, once, and drawn when it does', async ({ page }) => {
  await open(page);
  const wrong = {
    'heat-map': [{ relevance: [1, 2, 3], shape: [2, 2] }, { relevance: [] }],
    'heat-matrix': [{ names: ['a'], relevance: [1, 2, 3, 4] }],
    'heat-sequence': [
      { letters: 'ACG', relevance: [1, 2] },
      { relevance: [1, 2] },
      { letters: 'AC', relevance: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2] },
    ],
    'heat-series': [
      { input: [1], relevance: [1, 2] },
      { relevance: [1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2] },
    ],
    'heat-row': [{ input: [1], relevance: [1, 2] }],
    'heat-text': [{ text: 'one two three', relevance: [1, 2] }],
  };
  for (const [tag, cases] of Object.entries(wrong))
    for (const { relevance, shape, ...props } of cases) {
      const found = await page.evaluate(
        async ([tag, props, explanation]) => {
          window.errors.length = 0;
          const element = await window.drawn(window.add(tag, { ...props, explanation }));
          await new Promise((done) => setTimeout(done, 60));
          const box = element.getBoundingClientRect();
          return {
            errors: window.errors,
            words: element.problem.textContent,
            isShown: element.problem.checkVisibility(),
            height: box.height,
          };
        },
        [tag, props, { relevance, shape }],
      );
      expect(found.errors, tag).toHaveLength(1);
      expect(found.errors[0]).toMatchObject({ tag });
      expect(found.isShown, tag).toBe(true);
      expect(found.words).toContain(found.errors[0].message);
      expect(found.height).toBeGreaterThan(10);
    }
  const again = await page.evaluate(async () => {
    const element = document.querySelector('heat-map');
    element.explanation = { relevance: [1, 2, 3, 4], shape: [2, 2] };
    await new Promise((done) => setTimeout(done, 60));
    return [element.problem.hidden, element.canvas.checkVisibility(), element.legendNode.text];
  });
  expect(again).toEqual([true, true, '0 to 4.00, full colour: largest value']);
});

test.describe('files that are missing or no arrays', () => {
  test.use({ allowed: [/404/] });
  test('are said in the place of the map, and stay said', async ({ page }) => {
    await page.route('**/page.npy', (route) =>
      route.fulfill({ body: '<!doctype html><h1>Hi</h1>' }),
    );
    await open(page);
    for (const [address, code, words] of [
      ['/test/nowhere.npy', 'E_FETCH', /the server answered 404/],
      ['/page.npy', 'E_NPY', /not a \.npy file/],
      ['#nowhere', 'E_FETCH', /no element #nowhere/],
    ]) {
      const found = await page.evaluate(async (address) => {
        window.errors.length = 0;
        const element = await window.drawn(window.add('heat-map', { '@src': address }));
        element.turn();
        await new Promise((done) => setTimeout(done, 60));
        return [window.errors, element.problem.checkVisibility() && element.problem.textContent];
      }, address);
      expect(found[0]).toMatchObject([{ code }]);
      expect(found[1]).toMatch(words);
    }
  });
});
