// The page for molecules as a visitor meets it: first screen, what moves, words, slow work, print, links.
import { expect, test } from './fixtures.mjs';

const plate = (page) => page.locator('#plate heat-molecule');
const verdict = (page) => page.locator('#verdict');
const note = (page) => page.locator('#entry-note');
const ready = (page, what) =>
  expect(plate(page)).toHaveAttribute('data-ready', what, { timeout: 30_000 });

async function open(page, hash = '') {
  await page.goto(`./molecules/${hash}`);
  await ready(page, /./);
}

const box = (page, selector) => page.locator(selector).first().boundingBox();

for (const [width, height, what] of [
  [1280, 720, ['#verdict', '#plate', '#legend', '#model', '#method']],
  [1024, 768, ['#verdict', '#plate', '#legend', '#model', '#method']],
  [390, 844, ['#verdict', '#plate', '#legend']],
  // 1280 × 720 at a zoom of 150 %.
  [853, 480, ['#verdict', '#plate', '#legend']],
])
  test(`on the first screen at ${width} × ${height}: ${what.join(', ')}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await open(page);
    for (const selector of what) {
      const { y, height: own } = await box(page, selector);
      expect(y + own, selector).toBeLessThanOrEqual(height);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    // The field goes across the page, for molecules as long as imatinib.
    await page
      .locator('#smiles')
      .fill('Cc1ccc(cc1Nc1nccc(n1)-c1cccnc1)NC(=O)c1ccc(cc1)CN1CCN(C)CC1');
    if (width >= 1024)
      expect(
        await page.locator('#smiles').evaluate((field) => field.scrollWidth - field.clientWidth),
      ).toBeLessThanOrEqual(0);
    else expect((await box(page, '#smiles')).width).toBeGreaterThan(0.5 * width);
  });

for (const [width, height] of [
  [390, 844],
  [1280, 720],
])
  test(`nothing jumps while the page starts, ${width} × ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.addInitScript(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          window.shifts.push([
            entry.value,
            Math.round(entry.startTime),
            entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName),
          ]);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await open(page);
    await expect(page.locator('#subsets-list li').first()).toBeAttached({ timeout: 60_000 });
    await page.waitForTimeout(500);
    const shifts = await page.evaluate(() => window.shifts);
    const sum = shifts.reduce((total, [value]) => total + value, 0);
    expect(sum, JSON.stringify(shifts)).toBeLessThan(0.02);
  });

test('what is said of the input moves nothing, and a complaint waits for a pause', async ({
  page,
}) => {
  for (const size of [
    { width: 1280, height: 720 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await open(page);
    const { y } = await box(page, '#plate');
    await page.locator('#smiles').fill('');
    // A text that is no molecule until its last letter, typed at a usual pace.
    const complaints = await page.evaluate(() => {
      window.complaints = 0;
      new MutationObserver(() => {
        if (document.querySelector('#entry-note.is-error')) window.complaints += 1;
      }).observe(document.getElementById('entry-note'), { attributes: true, childList: true });
      return window.complaints;
    });
    expect(complaints).toBe(0);
    await page.locator('#smiles').pressSequentially('c1ccccc1C(=O)O', { delay: 250 });
    await expect(page.locator('#main')).not.toHaveAttribute('data-unread');
    expect(await page.evaluate(() => window.complaints)).toBe(0);
    for (const text of ['C==C', '', 'paracetamol', 'C(C)(C)(C)(C)(C)C', 'СС', 'CC ethane']) {
      await page.locator('#smiles').fill(text);
      const isError = text !== 'CC ethane';
      await expect(note(page)).toHaveClass(isError ? /is-error/ : /^((?!is-error).)*$/);
      await expect(note(page)).not.toHaveText('');
      expect((await box(page, '#plate')).y, text).toBe(y);
      await expect
        .poll(() => verdict(page).evaluate((node) => node.closest('[data-unread]') !== null))
        .toBe(isError);
    }
  }
});

test('a method has one name: in the menu, over its picture, in the table, where only one column is its', async ({
  page,
}) => {
  await open(page);
  const menu = await page
    .locator('#method option')
    .evaluateAll((all) => Object.fromEntries(all.map(({ value, text }) => [value, text])));
  for (const method of ['occlusion', 'gradient', 'lrp'])
    await expect(page.locator(`.panel[data-method="${method}"] h3`)).toHaveText(menu[method]);
  expect(menu.fragments).toBe('Removal, by fragments');
  for (const method of ['fragments', 'occlusion', 'gradient', 'lrp', 'deeplift']) {
    await page.locator('#method').selectOption(method);
    await ready(page, `ames/${method}/atoms`);
    const heads = await page.locator('#table thead th.number').allTextContents();
    expect(new Set(heads).size, heads.join()).toBe(heads.length);
    expect(heads).toContain(menu[method]);
    for (const head of heads) expect(Object.values(menu)).toContain(head);
  }
});

test('bonds: what the choice changes is said, and the method of the atoms comes back', async ({
  page,
}) => {
  await open(page);
  const method = page.locator('#method');
  await page.locator('#of').selectOption('bonds');
  await ready(page, /\/bonds$/);
  const instead = await method.locator('option:checked').textContent();
  await expect(page.locator('#changed')).toHaveText(
    `Removal, by fragments explains no bonds: the method is ${instead} until atoms are explained again.`,
  );
  await page.locator('#of').selectOption('atoms');
  await ready(page, 'ames/fragments/atoms');
  await expect(page.locator('#changed')).toHaveText('The method is Removal, by fragments again.');
  // A method that explains both stays; one that was chosen for bonds is kept.
  await method.selectOption('lrp');
  await expect(page.locator('#changed')).toHaveText('');
  await page.locator('#of').selectOption('bonds');
  await ready(page, 'ames/lrp/bonds');
  await expect(page.locator('#changed')).toHaveText('');
  await page.locator('#of').selectOption('atoms');
  await ready(page, 'ames/lrp/atoms');
});

test('slow work says how far it is and can be stopped, and begun again', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page);
  await page.locator('#smiles').fill(`${'CC(C)CN'.repeat(20)}C`);
  await page.locator('#method').selectOption('kernel-shap');
  const work = page.locator('#explain-work .work');
  await expect(work).toContainText(/^[1-9]\d? %Stop$/, { timeout: 60_000 });
  await work.locator('button').click();
  await expect(work).toContainText(/^Stopped at \d+ %\.Start again$/);
  await expect(plate(page)).not.toHaveAttribute('data-old');
  await page.waitForTimeout(1500);
  await expect(plate(page)).not.toHaveAttribute('data-ready');
  await work.locator('button').click();
  await expect(work).toContainText(/^\d+ %Stop$/);
  // The parts, and the groups that suffice, have their own.
  await page.locator('#method').selectOption('gradient');
  await ready(page, 'ames/gradient/atoms');
  await expect(work).toBeHidden();
  for (const [name, words, smiles] of [
    ['additivity', 'The work was stopped.', `${'CC(N)CO'.repeat(29)}`],
    ['subsets', 'The search was stopped.', `${'OC(C)CC'.repeat(29)}`],
  ]) {
    const own = page.locator(`#${name}-work .work`);
    await page.locator('#smiles').fill(smiles);
    await own.locator('button').click({ timeout: 60_000 });
    await expect(own).toContainText('Start again');
    const place = name === 'subsets' ? '#subsets-note' : '#fragments-note';
    await expect(page.locator(place)).toHaveText(words);
    await expect(page.locator(place)).not.toHaveAttribute('data-old');
  }
});

test('known toxicophores: one line round each, on for mutagenicity alone; letters have a light edge', async ({
  page,
}) => {
  await open(page);
  const outlines = plate(page).locator('.outline');
  await expect(page.locator('#outlined')).toBeChecked();
  await expect(outlines).toHaveCount(2);
  const letters = await plate(page)
    .locator('.lines-over text')
    .evaluateAll((all) =>
      all.map((node) => {
        const { paintOrder, stroke, strokeWidth } = getComputedStyle(node);
        return { paintOrder, stroke, strokeWidth };
      }),
    );
  expect(letters.length).toBeGreaterThan(3);
  for (const { paintOrder, stroke, strokeWidth } of letters) {
    expect(paintOrder).toMatch(/^stroke/);
    expect(stroke).toBe('rgb(255, 255, 255)');
    expect(parseFloat(strokeWidth)).toBeGreaterThan(1);
  }
  await page.locator('#model').selectOption('esol');
  await ready(page, 'esol/fragments/atoms');
  await expect(outlines).toHaveCount(0);
  await expect(page.locator('#outlined')).toBeHidden();
  await expect(page.locator('#toxicophores')).toHaveText('');
  await page.locator('#model').selectOption('ames');
  await expect(outlines).toHaveCount(2);
});

test('legends: words at both ends, symbols one click away, no sum beside a method that promises none', async ({
  page,
}) => {
  await open(page);
  await page.locator('#method').selectOption('gradient');
  await ready(page, 'ames/gradient/atoms');
  await expect(page.locator('#compare .panel[data-ready]')).toHaveCount(3);
  // With what stands in shadow roots, which `innerText` leaves out.
  const legends = page.locator('#explanation heat-legend, #compare heat-legend');
  await expect(legends.filter({ visible: true })).toHaveCount(4);
  const visible = [
    await page.locator('#explanation').innerText(),
    await page.locator('#compare').innerText(),
    ...(await legends.locator('.legend-ends, .legend-rule').allInnerTexts()),
  ].join(' ');
  expect(visible).not.toMatch(/[Στ∑]|f\(x\)|\|R\|/);
  expect(visible).toContain('against mutagenic');
  await page.locator('#explanation .told summary').click();
  const told = await page.locator('#sum').innerText();
  expect(told).toContain('f(x)');
  expect(told).toMatch(
    /Σ R = .*, of which the method promises nothing\. full colour = max \|R\| = \d/,
  );
  await page.locator('#method').selectOption('deeplift');
  await ready(page, 'ames/deeplift/atoms');
  await expect(page.locator('#sum')).toContainText(/Σ R = −?[\d.]+, promised −?[\d.]+/);
});

test('unlike what it was trained on: elements, neighbours, charge, size, and atoms taken out', async ({
  page,
}) => {
  await open(page);
  const unlike = page.locator('#worth [data-kind="unlike"]');
  await expect(unlike).toHaveCount(0);
  for (const [smiles, words] of [
    [
      'N[Pt](N)(Cl)Cl',
      /^Training never saw Pt: to the network it is “another element”\.In training no such atom has such neighbours: .*Pt2/,
    ],
    ['O=Cl(=O)(=O)O', /In training no such atom has such neighbours: O1, Cl2, O3 and 2 more\./],
    ['C[N+](C)(C)CC[N+](C)(C)CC[N+](C)(C)C', /No molecule of the training has the charge \+3/],
    ['C'.repeat(120), /larger than 99 of 100 molecules of the training, which have up to 51 atoms/],
  ]) {
    await page.locator('#smiles').fill(smiles);
    await expect(page.locator('#worth')).toContainText('right for');
    await expect.poll(async () => (await unlike.allTextContents()).join('')).toMatch(words);
  }
  await page.locator('#smiles').fill('CCO');
  await expect(unlike).toHaveCount(0);
  await page.locator('#table tr[data-atom="0"] button').click();
  await expect(unlike).toHaveText([
    'With atoms taken out it is no molecule, and training had none of its kind.',
  ]);
});

test('printed from a dark page: verdict, colours and picture on one sheet, in light colours', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page);
  const corner = () =>
    plate(page)
      .locator('canvas.field')
      .evaluate((canvas) => {
        const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
        copy.drawImage(canvas, -2, -2);
        return [...copy.getImageData(0, 0, 1, 1).data];
      });
  const dark = await corner();
  // A sheet of A4 at 96 pixels an inch, less its margins.
  await page.setViewportSize({ width: 718, height: 1047 });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect.poll(corner).not.toEqual(dark);
  expect(Math.min(...(await corner()))).toBeGreaterThan(240);
  const bar = page.locator('#legend canvas');
  const looks = await bar.evaluate((canvas) => ({
    paper: getComputedStyle(document.documentElement).backgroundColor,
    exact: getComputedStyle(canvas).printColorAdjust,
  }));
  expect(looks.paper).toBe('rgb(251, 250, 247)');
  expect(looks.exact).toBe('exact');
  for (const selector of ['#smiles', '#verdict', '#plate', '#legend'])
    expect((await box(page, selector)).y + (await box(page, selector)).height).toBeLessThan(1047);
  await expect(page.locator('#examples')).toBeHidden();
  await expect(page.locator('#save')).toBeHidden();
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
  await expect.poll(corner).toEqual(dark);
});

test.describe('with another network than the usual one, which was preloaded', () => {
  test.use({ allowed: [/preloaded using link preload/] });
  test('a reload and a link keep molecule, settings and the atoms that were taken out', async ({
    page,
    context,
  }) => {
    await open(page);
    await page.locator('#smiles').fill('c1ccccc1[N+](=O)[O-] nitrobenzene');
    await page.locator('#model').selectOption('esol');
    await page.locator('#method').selectOption('lrp');
    await page.locator('#palette').selectOption('orange-blue');
    await ready(page, 'esol/lrp/atoms');
    for (const atom of [7, 2]) await page.locator(`#table tr[data-atom="${atom}"] button`).click();
    await expect(page.locator('#table tr.struck')).toHaveCount(2);
    await ready(page, 'esol/lrp/atoms');
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('k=2.7');
    const said = await verdict(page).textContent();
    const same = async (where) => {
      await ready(where, 'esol/lrp/atoms');
      await expect(where.locator('#smiles')).toHaveValue('c1ccccc1[N+](=O)[O-] nitrobenzene');
      await expect(where.locator('#palette')).toHaveValue('orange-blue');
      await expect(where.locator('#table tr.struck')).toHaveCount(2);
      await expect(verdict(where)).toHaveText(said);
    };
    await page.reload();
    await same(page);
    const other = await context.newPage();
    await other.goto(page.url());
    await same(other);
    // Another link in the open page.
    await other.evaluate(() => (location.hash = '#v=1&b=bonds&e=deeplift&w=CCN'));
    await ready(other, 'ames/deeplift/bonds');
    await expect(other.locator('#smiles')).toHaveValue('CCN');
    await expect(other.locator('#table tr.struck')).toHaveCount(0);
  });
});

for (const [name, hash, says] of [
  ['a method that there is not', '#v=1&e=no-such-method&w=CCO', /^$/],
  ['a method that explains no bonds', '#v=1&b=bonds&e=fragments&w=CCO', /^$/],
  ['atoms that there are not', '#v=1&k=0.1.2.3.99&w=CCO', /^$/],
  ['another page’s words', '#v=1&m=cnn&n=p99&x=layers&w=CCO', /^$/],
  ['markup', '#v=1&w=%3Cimg%20src%3Dx%20onerror%3Dwindow.__pwned%3D1%3E', /Character 1/],
])
  test.describe('a link that nobody should have written', () => {
    test.use({ allowed: [/preloaded using link preload/] });
    test(name, async ({ page }) => {
      await page.goto(`./molecules/${hash}`);
      await expect(note(page)).toHaveText(says, { timeout: 30_000 });
      if (String(says) !== '/^$/') await page.locator('#smiles').fill('CCO');
      await expect(page.locator('#smiles')).toHaveValue('CCO');
      await ready(page, /^ames/);
      await expect(verdict(page)).toContainText('mutagenic');
      expect(await page.locator('#table tr:not(.struck) td').count()).toBeGreaterThan(0);
    });
  });

test('posts show a preview, and papers are a click away', async ({ page, request }) => {
  await open(page);
  const content = (name) => page.locator(`meta[property="${name}"]`).getAttribute('content');
  for (const name of ['og:title', 'og:description', 'og:image', 'og:image:alt'])
    expect(await content(name), name).toMatch(/\w/);
  const picture = await request.get(new URL(await content('og:image'), page.url()).href);
  expect(picture.headers()['content-type']).toBe('image/png');
  const papers = await page
    .locator('.foot a[href^="https://doi.org/10."]')
    .evaluateAll((all) => all.map(({ textContent }) => textContent.trim()));
  for (const name of ['Hansen', 'Delaney', 'Rupp', 'Kazius', 'Schütt', 'Hochuli', 'Kühne'])
    expect(papers.join(), name).toContain(name);
  await expect(page.locator('#worth [data-kind="measured"] a')).toHaveAttribute(
    'href',
    'https://doi.org/10.1021/ci900161g',
  );
});

test('pairs that are cut and a probe atom say how far they are, and can be stopped', async ({
  page,
}) => {
  await page.goto('./molecules/');
  await page.locator('#space').scrollIntoViewIfNeeded();
  await expect(page.locator('#space-energy')).toContainText('kcal', { timeout: 60_000 });
  for (const [select, value] of [
    ['lines', 'cut'],
    ['probe', 'O'],
  ]) {
    const work = page.locator(`#space-${select}-work .work`);
    await page.locator(`#space-${select}`).selectOption(value);
    await expect(work).toContainText(/^\d+ %Stop$/);
    await work.locator('button').evaluate((button) => button.click());
    await expect(page.locator(`#space-${select}`)).toHaveValue('');
    await expect(work).toBeHidden();
    await page.waitForTimeout(1500);
    await expect(work).toBeHidden();
  }
  await expect(page.locator('#space-map')).toBeHidden();
  await expect(page.locator('#space-lines-note')).toHaveText('');
  // Chosen again it is done, and then nothing is under way.
  await page.locator('#space-probe').selectOption('O');
  await expect(page.locator('#space-map')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('#space-probe-work .work')).toBeHidden();
});
