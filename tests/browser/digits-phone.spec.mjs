// The digits page under a finger, and on paper.
import { card, expect, ready, test, verdict, visit } from './digits-rig.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test.describe('phone', () => {
  test.use(phone);
  test('what a tap chose stays, with a number in every map; hints speak of tapping', async ({
    page,
  }) => {
    await visit(page);
    for (const each of ['lrp', 'saliency', 'occlusion']) await ready(page, each);
    await expect(page.locator('#readout')).toHaveText(/Tap a pixel/, { useInnerText: true });
    const plate = (method) => card(page, method).locator('.plate');
    await plate('lrp').tap({ position: { x: 80, y: 60 } });
    await plate('saliency').tap({ position: { x: 93, y: 93 } });
    await page.locator('#sentence').tap();
    await expect(page.locator('#readout')).toHaveText(/^Row 16, column 16/);
    await expect(page.locator('.cross:visible')).toHaveCount(await page.locator('.plate').count());
    for (const each of ['lrp', 'saliency', 'occlusion'])
      await expect(card(page, each).locator('.card-value')).toHaveText(/\d/);
  });

  test('controls are at least 40 px high', async ({ page }) => {
    await visit(page);
    await page.locator('#display summary').click();
    await page.locator('#composer summary').click();
    const low = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, summary, label.check, .pages a')]
        .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 40)
        .map((node) => `${node.tagName} ${node.id || node.className} ${node.textContent.trim()}`),
    );
    expect(low).toEqual([]);
  });

  test('tables are not cut off', async ({ page }) => {
    for (const view of ['layers', 'networks', 'limits', 'knobs']) {
      await page.goto('about:blank');
      await page.goto(`./digits/#v=1&m=mlp&x=${view}`);
      await expect(page.locator(`#view-${view}`)).toBeVisible();
      await expect(verdict(page)).not.toHaveText('–');
      await page.waitForTimeout(500);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('#stage table')]
          .filter((table) => table.checkVisibility())
          .filter((table) => {
            const { right } = table.getBoundingClientRect();
            // What is wider than the screen can be moved.
            for (let node = table.parentElement; node; node = node.parentElement)
              if (/auto|scroll/.test(getComputedStyle(node).overflowX)) return false;
            return right > innerWidth + 0.5;
          })
          .map((table) => table.caption?.textContent),
      );
      expect(cut, view).toEqual([]);
    }
  });
});

test('on paper: light colours as they are, percentages apart, drawing, answer and maps on one sheet', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await visit(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.waitForTimeout(300);
  const seen = await page.evaluate(() => {
    const rgb = (node, what) => getComputedStyle(node)[what].match(/\d+/g).slice(0, 3).map(Number);
    const numbers = [...document.querySelectorAll('.bar-number')].map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right } = range.getBoundingClientRect();
      return [left, right];
    });
    const canvas = document.querySelector('#pad-canvas');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    let darkest = 255;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 200) {
        inked += 1;
        darkest = Math.min(darkest, data[i]);
      }
    return {
      paper: rgb(document.documentElement, 'backgroundColor'),
      exact: getComputedStyle(document.querySelector('.bar-fill')).printColorAdjust,
      overlap: numbers.some(([left], i) => i > 0 && left < numbers[i - 1][1]),
      inked,
      darkest,
      bottom: document.querySelector('.card .frame').getBoundingClientRect().bottom,
    };
  });
  expect(seen.paper).toEqual([255, 255, 255]);
  expect(seen.exact).toBe('exact');
  expect(seen.overlap).toBe(false);
  expect(seen.inked).toBeGreaterThan(1000);
  expect(seen.darkest).toBeLessThan(100);
  expect(seen.bottom).toBeLessThan(1000);
});
