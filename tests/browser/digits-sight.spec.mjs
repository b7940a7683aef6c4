// What a visitor of the digits page has in sight: on a projector, a laptop, a phone.
import { readFile } from 'node:fs/promises';
import { card, dropFile, expect, MODELS, ready, test, verdict, visit } from './digits-rig.mjs';
import { withWord } from './onnx-patch.mjs';

const box = (page, selector) => page.locator(selector).first().boundingBox();

for (const [width, height] of [
  [1280, 720],
  [1024, 768],
  [853, 480],
  [390, 844],
])
  test.describe(`${width}x${height}`, () => {
    test.use({ viewport: { width, height }, hasTouch: width < 500, isMobile: width < 500 });
    test('pad and first map are whole on the first screen, and nothing is wider than it', async ({
      page,
    }) => {
      await visit(page);
      const [pad, map] = [await box(page, '#pad'), await box(page, '.card .plate')];
      for (const part of [pad, map]) {
        expect(part.y).toBeGreaterThanOrEqual(0);
        expect(part.y + part.height).toBeLessThanOrEqual(height);
        expect(part.x + part.width).toBeLessThanOrEqual(width);
      }
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  });

test('the first map has a sign; its bar says in words what either end speaks for, one without a sign has a hue of its own', async ({
  page,
}) => {
  await visit(page);
  const first = page.locator('.card').first();
  await expect(first).toHaveAttribute('data-method', 'lrp');
  await expect(first.locator('.legend-ends')).toHaveText('against 3for 3');
  await page.locator('#against').selectOption('9');
  await expect(first.locator('.legend-ends')).toHaveText('for 9for 3');
  await ready(page, 'saliency');
  await expect(card(page, 'saliency').locator('.legend-ends')).toHaveText(
    'matters lessmatters more',
  );
  /** The colour at the bar's right end: red, green, blue. */
  const most = (of) =>
    of.locator('.legend-bar').evaluate((bar) =>
      Array.from(
        bar
          .getContext('2d')
          .getImageData(bar.width - 1, 1, 1, 1)
          .data.slice(0, 3),
      ),
    );
  const [red, , blue] = await most(first);
  expect(red).toBeGreaterThan(2 * blue);
  const [r, g, b] = await most(card(page, 'saliency'));
  expect(g).toBeGreaterThan(Math.max(r, b));
});

test('sums stand only where a method promises one; symbols are one click away', async ({
  page,
}) => {
  await visit(page, '#v=1&g=lrp.saliency.deeplift');
  for (const each of ['lrp', 'saliency', 'deeplift']) await ready(page, each);
  await expect(card(page, 'lrp').locator('.sum')).toHaveText(
    /^Adds up to \S+ of \S+; biases and stabiliser took \S+$/,
  );
  await expect(card(page, 'deeplift').locator('.sum')).toHaveText(/^Adds up to \S+ of \S+$/);
  await expect(card(page, 'saliency').locator('.sum')).toHaveText('');
  for (const each of await page.locator('.card').all())
    expect(await each.innerText()).not.toMatch(/Σ|\|R\||f\(x\)|ε/);
  await card(page, 'saliency').locator('.card-title').click();
  await expect(page.locator('#details .legend-rule')).toHaveText('full colour = max |R|');
  await expect(page.locator('#details .sum')).toHaveText(/^Σ \S+ beside f\(x\) \S+$/);
});

test('nothing moves while one draws', async ({ page }) => {
  await visit(page);
  await page.evaluate(() => {
    globalThis.tops = new Set();
    const look = () => {
      const top = document.querySelector('.card .frame').getBoundingClientRect().top;
      globalThis.tops.add(Math.round(top + scrollY));
      requestAnimationFrame(look);
    };
    look();
  });
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.waitForTimeout(300);
  for (const digit of [4, 7, 1, 8, 5]) {
    await page.getByRole('button', { name: `Sample ${digit}, second hand` }).click();
    await expect(verdict(page)).toHaveText(String(digit));
    await page.waitForTimeout(200);
  }
  expect(await page.evaluate(() => [...globalThis.tops])).toHaveLength(1);
});

test('the question is Why 3 and not 9; a class that is not the answer is marked', async ({
  page,
}) => {
  await visit(page);
  const question = () =>
    page.locator('#maps-title').evaluate((node) => {
      const [one, other] = [...node.querySelectorAll('select')].map(
        (select) => select.selectedOptions[0].text,
      );
      return `Why ${one} ${other}?`;
    });
  expect(await question()).toBe('Why 3, the answer and not …?');
  await expect(page.locator('#asked')).toHaveText('');
  await page.locator('#target').selectOption('4');
  // The rival by the bars, too.
  await page
    .locator('.bar')
    .nth(9)
    .click({ modifiers: ['Shift'] });
  expect(await question()).toBe('Why 4 and not 9?');
  await expect(page.locator('#asked')).toHaveText(/^Read as 3, \S+ %; 4 has \S+ %\.$/);
  await expect(page.locator('.bar.is-asked .bar-name')).toHaveText('4');
  await page.locator('#target').selectOption('3');
  await expect(page.locator('#asked')).toHaveText('');
  await expect(page.locator('.bar.is-asked')).toHaveCount(0);
});

test('where a class to compare with does not count, the view says so', async ({ page }) => {
  await visit(page, '#v=1&a=9&m=mlp');
  const note = page.locator('#rival-note');
  const open = (name) => page.getByRole('button', { name, exact: true }).click();
  for (const name of ['Sufficient input subsets', 'Sanity checks', 'Two networks']) {
    await open(name);
    await expect(note).toContainText('“And not 9”');
  }
  await open('For and against');
  await expect(note).toBeHidden();
  await open('Two networks');
  await expect(note).toBeVisible();
  await page.locator('#against').selectOption('');
  await expect(note).toBeHidden();
});

test('nine ways to look stand in three groups, and what the pointer is on looks unlike what is chosen', async ({
  page,
}) => {
  await visit(page);
  const groups = await page
    .locator('#stations [role="group"]')
    .evaluateAll((all) =>
      all.map((group) => [
        document.getElementById(group.getAttribute('aria-labelledby')).textContent,
        group.querySelectorAll('button').length,
      ]),
    );
  expect(groups).toEqual([
    ['Why', 4],
    ['Check it', 2],
    ['Look inside', 3],
  ]);
  const look = (node) => {
    const { color, borderBottomColor, backgroundColor } = getComputedStyle(node);
    return { color, borderBottomColor, backgroundColor };
  };
  const chosen = page.locator('#stations [aria-current="true"]');
  const other = page.getByRole('button', { name: 'Pixel flipping', exact: true });
  await page.mouse.move(0, 0);
  const [selected, idle] = [await chosen.evaluate(look), await other.evaluate(look)];
  await other.hover();
  const hovered = await other.evaluate(look);
  expect(hovered).not.toEqual(idle);
  expect(hovered.color).toBe(idle.color);
  expect(hovered.borderBottomColor).toBe(idle.borderBottomColor);
  expect(selected.color).not.toBe(hovered.color);
});

test('the sentence names a part of the drawing, truly', async ({ page }) => {
  await visit(page, '#v=1&g=occlusion');
  await ready(page, 'occlusion');
  const words = page.locator('#sentence');
  await expect(words).toHaveText(
    /^Occlusion: most for 3 is the (stroke|gap) (at|in|on) the [a-z ]+ \(\d+ %\); most against it is the (stroke|gap|paper) [a-z ]+ \(\S+ %\)\.$/,
  );
});

test('the large view: drawing, answer and one map fill the screen, live', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await visit(page);
  const small = await box(page, '.card .plate');
  await page.getByRole('button', { name: 'Large view' }).click();
  const large = page.getByRole('dialog', { name: /Large view/ });
  const [pad, map] = [
    await large.locator('#pad').boundingBox(),
    await large.locator('.card .plate').boundingBox(),
  ];
  for (const part of [pad, map]) {
    expect(part.width).toBeGreaterThan(2 * small.width);
    expect(part.y + part.height).toBeLessThanOrEqual(1080);
  }
  await expect(large.locator('.card')).toHaveCount(1);
  await expect(large.locator('#verdict')).toHaveText('3');
  // Drawing goes on there.
  await large.getByRole('button', { name: 'Clear' }).click();
  await page.mouse.move(pad.x + pad.width / 2, pad.y + 0.2 * pad.height);
  await page.mouse.down();
  for (let k = 2; k <= 8; k += 1)
    await page.mouse.move(pad.x + pad.width / 2, pad.y + (k / 10) * pad.height);
  await page.mouse.up();
  await expect(large.locator('#verdict')).toHaveText('1');
  await expect(large.locator('.legend-ends')).toHaveText('against 1for 1');
  await large.getByLabel('Map').selectOption('saliency');
  await expect(large.locator('.card')).toHaveAttribute('data-method', 'saliency');
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
  await expect(page.locator('#groups .card')).toHaveCount(3);
  expect((await box(page, '.card .plate')).width).toBe(small.width);
  await expect(page.locator('.bench #pad')).toBeVisible();
});

test('the tour brings what it speaks of into sight', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await visit(page);
  await page.getByRole('button', { name: 'Tour' }).click();
  const visible = async (locator) => {
    await expect(locator).toBeInViewport({ ratio: 1 });
    const [one, tour] = [await locator.boundingBox(), await box(page, '#tour')];
    expect(one.y).toBeGreaterThanOrEqual(tour.y + tour.height);
  };
  await page.keyboard.press('ArrowRight');
  await visible(page.locator('#view-contrast').getByLabel('Pixels erased'));
  await page.keyboard.press('ArrowRight');
  await visible(page.locator('#view-layers').getByRole('button', { name: 'Play' }));
});

test('every method’s paper is a link, at the foot and in its details', async ({ page }) => {
  await visit(page, '#v=1&g=all');
  const rows = await page
    .locator('#papers li')
    .evaluateAll((all) => all.map((li) => [li.textContent, li.querySelector('a')?.href ?? '']));
  expect(rows.length).toBeGreaterThan(15);
  for (const [text, href] of rows)
    expect(href, text).toMatch(/^https:\/\/(doi\.org\/10\.|arxiv\.org\/abs\/)\S+$/);
  await card(page, 'deeplift').locator('.card-title').click();
  await expect(page.locator('#details').getByRole('link')).toHaveAttribute(
    'href',
    'https://arxiv.org/abs/1704.02685',
  );
});

test('slow work tells its share and can be stopped: cards, subsets, quiz', async ({ page }) => {
  await page.goto('./digits/#v=1&g=shapley');
  const stopped = async (where) => {
    const line = where.locator('.waiting').filter({ visible: true }).first();
    await expect(line).toHaveText(/… \S+ %Stop$/);
    await line.getByRole('button', { name: 'Stop' }).click();
    await expect(where.locator('.waiting').filter({ visible: true })).toHaveCount(0);
    await expect(where).toContainText('Stopped');
  };
  await stopped(card(page, 'shapley'));
  await page.getByRole('button', { name: 'Sufficient input subsets', exact: true }).click();
  await stopped(page.locator('#view-subsets'));
  await page.getByRole('button', { name: 'Show me one' }).click();
  await stopped(page.locator('#view-subsets .part').filter({ hasText: 'Quiz' }));
  // And nothing is left in work: a new drawing is searched again.
  await page.getByRole('button', { name: 'Sample 1, second hand' }).click();
  await expect(page.locator('#view-subsets .beside .waiting')).toBeVisible();
});

test('a link made with a network of one’s own says that it lacks it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit(page);
  const bytes = await readFile(new URL('digits-mlp.onnx', MODELS));
  await dropFile(page, 'mine.onnx', bytes);
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.locator('.notice')).toContainText('made with another network');
  await expect(other.locator('.notice')).toContainText('“Convolutional”');
  await expect(other.locator('#verdict')).toHaveText('3');
  await other.close();
});

test('a network of one’s own has its row in Two networks', async ({ page }) => {
  await page.goto('./digits/#v=1&x=networks');
  await expect(page.locator('.network-row')).toHaveCount(2);
  const bytes = await readFile(new URL('digits-mlp.onnx', MODELS));
  await dropFile(page, 'mine.onnx', bytes);
  await expect(page.locator('.network-row')).toHaveCount(3);
  const own = page.locator('.network-row').nth(2);
  await expect(own.locator('.result')).toHaveText(/^mine\.onnx: 3 with \S+ %$/);
  await expect(page.locator('[data-panel="map-own"]')).toHaveAttribute('data-state', 'ready');
  await expect(page.locator('.own')).toContainText('that reads 28 × 28 grey values');
});

test('what is no network is called by its name; a picture is read as a digit', async ({ page }) => {
  await visit(page);
  const files = {
    'weights.onnx': [Buffer.from('504b0304140000000800', 'hex'), 'a ZIP archive'],
    'net.h5': [Buffer.from('894844460d0a1a0a00000000', 'hex'), 'an HDF5 file'],
    'paper.onnx': [Buffer.from('%PDF-1.7 and more'), 'a PDF document'],
    'x.npy': [Buffer.from('\x93NUMPY\x01\x00v\x00{"descr"', 'latin1'), 'an array of NumPy'],
  };
  for (const [name, [bytes, words]] of Object.entries(files)) {
    await dropFile(page, name, bytes);
    await expect(page.locator('.notice').first()).toContainText(words);
    await expect(page.locator('.notice').first()).toContainText(name);
  }
  await page.locator('#seen').evaluate((canvas) => {
    globalThis.png = new Promise((done) =>
      canvas.toBlob(async (blob) => done([...new Uint8Array(await blob.arrayBuffer())])),
    );
  });
  await page.getByRole('button', { name: 'Sample 7, second hand' }).click();
  await expect(verdict(page)).toHaveText('7');
  await dropFile(page, 'net.onnx', Buffer.from(await page.evaluate(() => globalThis.png)));
  await expect(page.locator('#image-note')).toContainText('net.onnx');
  await expect(verdict(page)).toHaveText('3');
});

test('an unsupported network: the notice names what is missing, the report has the rest', async ({
  page,
}) => {
  await visit(page);
  const bytes = await readFile(new URL('digits-mlp.onnx', MODELS));
  await dropFile(page, 'odd.onnx', withWord(bytes, 'Relu', 'Rely'));
  const notice = page.locator('.notice').first();
  await expect(notice).toContainText(/The page does not have Rely \(\d+ nodes?\)\./);
  expect((await notice.innerText()).length).toBeLessThan(200);
  await notice.getByRole('button', { name: 'Show the support report' }).click();
  await expect(page.locator('#own-report')).toContainText('Rely');
});
