// Elements in slides, on phones, on paper, in frames, in the dark: what the page around does to them.
import { digit, expect, heard, mapped, said, tag, test } from './embed-rig.mjs';

const TEXT =
  '<heat-lens id="text" model="/models/text-linear.onnx" method="lrp" controls>The shuttle is in orbit.</heat-lens>';
const CELL = (14 + 0.5) / 28;

/** Where the centre of cell (14, 14) is on the screen. */
async function centre(lens) {
  const box = await lens.locator('heat-map canvas.map').boundingBox();
  return [box.x + CELL * box.width, box.y + CELL * box.height];
}

test.describe('slides', () => {
  for (const scale of [0.5, 1.8])
    test(`scaled by ${scale}: a click on the centre of cell (14, 14) hits it`, async ({
      page,
      hosts: { a, b },
    }) => {
      const deck = `<div style="transform: scale(${scale}); transform-origin: 0 0; width: 700px">${digit()}</div>`;
      await page.goto(a.page('/', deck, { head: tag(b) }));
      const lens = page.locator('heat-lens');
      await mapped(lens);
      await lens.evaluate((own) =>
        own.addEventListener('point', ({ detail }) => (window.pointed = detail)),
      );
      await page.mouse.click(...(await centre(lens)));
      expect(await page.evaluate(() => window.pointed)).toMatchObject({ row: 14, column: 14 });
      await expect(lens.locator('heat-map output')).toContainText('row 15, column 15');
    });

  test('built where it is not displayed: it starts when shown, at its size, and twenty turns need one worker', async ({
    page,
    hosts: { a, b },
  }) => {
    const deck = `<section id="s1">First</section><section id="s8" style="display: none">${digit()}</section>`;
    await page.goto(a.page('/', deck, { head: tag(b) }));
    await page.waitForFunction(() => customElements.get('heat-lens'));
    await page.waitForTimeout(500);
    expect(await said(page)).toEqual([]);
    const show = (on) =>
      page.evaluate((on) => {
        document.getElementById('s1').style.display = on ? 'none' : '';
        document.getElementById('s8').style.display = on ? '' : 'none';
      }, on);
    await show(true);
    const lens = page.locator('heat-lens');
    await mapped(lens);
    const size = () =>
      lens.locator('heat-map canvas.map').evaluate((canvas) => [canvas.clientWidth, canvas.width]);
    expect(await size()).toEqual([252, 252]);
    for (let turn = 0; turn < 20; turn += 1) await show(turn % 2 === 1);
    expect(await size()).toEqual([252, 252]);
    expect(page.workers()).toHaveLength(1);
    expect(await said(page, 'explain')).toHaveLength(1);
  });

  test('explained where it is not displayed, it is as large at first sight', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.goto(
      a.page('/', `<section hidden style="--heat-size: 560px">${digit('eager')}</section>`, {
        head: tag(b),
      }),
    );
    await heard(page, 'explain');
    const size = await page.evaluate(async () => {
      document.querySelector('section').hidden = false;
      // The next frame is the first in which it is seen; sizes are told before it is drawn, and elements draw then.
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
      const canvas = document
        .querySelector('heat-lens')
        .shadowRoot.querySelector('heat-map')
        .shadowRoot.querySelector('canvas.map');
      return [canvas.clientWidth, canvas.clientHeight, canvas.width];
    });
    expect(size).toEqual([560, 560, 560]);
  });
});

test.describe('keys', () => {
  /** A page whose own shortcuts count what they hear. */
  const hotkeys = `<script>
    window.keys = []; for (const type of ['keydown', 'keypress', 'keyup']) addEventListener(type, (event) => keys.push(type + event.key));
  </script>`;
  const heardKeys = (page) => page.evaluate(() => window.keys.splice(0));

  test('what is typed into a field of an element is nobody else’s', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.goto(a.page('/', hotkeys + TEXT + digit('id="digit" controls'), { head: tag(b) }));
    await heard(page, 'explain', 2);
    for (const field of ['#text textarea', '#digit select']) {
      await page.locator(field).focus();
      await page.keyboard.type('s/ ');
      expect(await heardKeys(page)).toEqual([]);
    }
    expect(await page.locator('#text textarea').inputValue()).toContain('s/ ');
    const bar = page.locator('#digit heat-bars button').nth(5);
    await bar.focus();
    await page.keyboard.press(' ');
    expect(await heardKeys(page)).toEqual([]);
    await expect
      .poll(() => page.locator('#digit').evaluate((own) => own.explanation.target))
      .toBe(5);
    // Elsewhere in an element keys are the page's.
    await page.keyboard.press('ArrowRight');
    expect(await heardKeys(page)).toEqual(['keydownArrowRight', 'keyupArrowRight']);
  });

  test('arrows are the page’s, after a click on a map too; who came by Tab reads with them', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.goto(
      a.page('/', `${hotkeys}<button id="before">Before</button>${digit()}`, { head: tag(b) }),
    );
    const lens = page.locator('heat-lens');
    await mapped(lens);
    const value = lens.locator('heat-map output');
    await page.mouse.click(...(await centre(lens)));
    const before = await value.textContent();
    await page.keyboard.press('ArrowRight');
    expect(await heardKeys(page)).toEqual(['keydownArrowRight', 'keyupArrowRight']);
    expect(await value.textContent()).toBe(before);
    // Enter makes it read; Escape gives the arrows back.
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    expect((await heardKeys(page)).filter((key) => key.startsWith('keydown'))).toEqual([]);
    await expect(value).toHaveText(/row 15, column 16/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowRight');
    expect(await heardKeys(page)).toContain('keydownArrowRight');
    await page.locator('#before').focus();
    await page.keyboard.press('Tab');
    await heardKeys(page);
    await page.keyboard.press('ArrowDown');
    expect(await heardKeys(page)).not.toContain('keydownArrowDown');
    await expect(value).toHaveText(/row 16, column 15/);
  });
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  /** A finger that begins at a place and moves up; how far the page has scrolled then. */
  async function swipe(page, [x, y], distance) {
    const session = await page.context().newCDPSession(page);
    const touch = (type, at) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x, y: at }],
      });
    await touch('touchStart', y);
    for (let step = 1; step <= 15; step += 1) {
      await touch('touchMove', y - (distance * step) / 15);
      await page.waitForTimeout(16);
    }
    await touch('touchEnd', y);
    await page.waitForTimeout(300);
    return page.evaluate(() => scrollY);
  }

  test('a swipe that begins on a map scrolls, and so does the wheel', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.goto(
      a.page('/', `${digit('controls')}<div style="height: 3000px"></div>`, { head: tag(b) }),
    );
    const lens = page.locator('heat-lens');
    await mapped(lens);
    await lens.locator('heat-map').scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    const after = await swipe(page, await centre(lens), 300);
    expect(after - before).toBeGreaterThanOrEqual(200);
    await page.evaluate(() => scrollTo(0, 0));
    await page.mouse.move(...(await centre(lens)));
    await page.mouse.wheel(0, 300);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThanOrEqual(200);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  test('on a pad it only draws, downward too', async ({ page, hosts: { a, b } }) => {
    const pad = '<heat-lens model="/models/digits-cnn.onnx" method="lrp" pad></heat-lens>';
    await page.goto(
      a.page('/', `<div style="height: 300px"></div>${pad}<div style="height: 3000px"></div>`, {
        head: tag(b),
      }),
    );
    const place = await page.locator('heat-pad .pad').boundingBox();
    const middle = [place.x + place.width / 2, place.y + place.height / 2];
    expect(await swipe(page, [middle[0], middle[1] + 80], 120)).toBe(0);
    await heard(page, 'explain');
    await page.evaluate(() => scrollTo(0, 200));
    expect(await swipe(page, [middle[0], middle[1] - 260], -80)).toBe(200);
  });
});

test.describe('paper', () => {
  /** Elements that show neither a map nor what stands inside, or that still say that they wait. */
  const bare = (page) =>
    page.evaluate(() => {
      const isSeen = (node) => node.checkVisibility() && node.getBoundingClientRect().height > 0;
      return [...document.querySelectorAll('heat-lens')].filter((lens) => {
        const { shadowRoot } = lens;
        const shown = [...shadowRoot.querySelectorAll('[part~="map"]')].some(isSeen);
        const still = [...lens.children].some(isSeen);
        const waits = [...shadowRoot.querySelectorAll('.status')].some(
          (node) => node.textContent && isSeen(node),
        );
        return (!shown && !still) || waits;
      }).length;
    });
  const many = Array.from(
    { length: 30 },
    (_, k) =>
      `${digit().replace('target="3"', `target="${k % 10}"`)}<p style="height: 400px">…</p>`,
  ).join('');

  test('printed without scrolling, each is a map or a picture', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.goto(a.page('/', many, { head: tag(b) }));
    await heard(page, 'explain');
    expect((await said(page, 'explain')).length).toBeLessThan(10);
    const before = await page.pdf();
    expect(before.length).toBeGreaterThan(30_000);
    await page.emulateMedia({ media: 'print' });
    expect(await bare(page)).toBe(0);
    // The print asked for all of them; the next one has them.
    await heard(page, 'explain', 30);
    expect(await bare(page)).toBe(0);
  });

  test('a page that is made for printing explains all, unseen', async ({
    page,
    hosts: { a, b },
  }) => {
    a.page('/', many, { head: tag(b) });
    await page.goto(`${a.origin}/?print-pdf`);
    await heard(page, 'explain', 30);
    expect(await bare(page)).toBe(0);
  });
});

test.describe('frames and hidden tabs', () => {
  test('in a frame it starts when the frame is seen', async ({ page, hosts: { a, b } }) => {
    const inner = b.page('/inner', digit(), { head: tag(b) });
    await page.goto(
      a.page(
        '/',
        `<div style="height: 3000px"></div><iframe src="${inner}" width="700" height="500"></iframe>`,
      ),
    );
    const frame = page.frames()[1];
    await frame.waitForFunction(() => customElements.get('heat-lens'));
    await page.waitForTimeout(700);
    expect(await said(frame)).toEqual([]);
    await page.evaluate(() => scrollTo(0, 3000));
    await mapped(page.frameLocator('iframe').locator('heat-lens'));
  });

  test('where no frame is drawn, what is asked for comes all the same', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.addInitScript(() => {
      window.requestAnimationFrame = () => 0;
      window.IntersectionObserver = class {
        observe() {}
        disconnect() {}
      };
    });
    await page.goto(a.page('/', digit(), { head: tag(b) }));
    await page.waitForFunction(() => customElements.get('heat-lens'));
    const sum = await page.locator('heat-lens').evaluate(async (own) => (await own.explain()).sum);
    expect(Number.isFinite(sum)).toBe(true);
    await mapped(page.locator('heat-lens'));
  });
});

for (const deviceScaleFactor of [1, 1.25, 2])
  test.describe(`a screen of ${deviceScaleFactor} pixels per pixel`, () => {
    test.use({ deviceScaleFactor });
    test('a cell is a whole number of them, after a change too', async ({
      page,
      hosts: { a, b },
    }) => {
      await page.goto(a.page('/', digit(), { head: tag(b) }));
      const lens = page.locator('heat-lens');
      await mapped(lens);
      const canvas = lens.locator('heat-map canvas.map');
      const size = () => canvas.evaluate(({ width, clientWidth }) => [width, clientWidth]);
      const expected = (ratio) => 28 * Math.round((252 * ratio) / 28);
      expect(await size()).toEqual([expected(deviceScaleFactor), 252]);
      expect(await canvas.evaluate((node) => getComputedStyle(node).imageRendering)).toBe(
        'pixelated',
      );
      const other = deviceScaleFactor === 2 ? 1 : 2;
      const session = await page.context().newCDPSession(page);
      // As a zoom does: fewer pixels of the page's own, and larger ones.
      const scale = deviceScaleFactor / other;
      const [width, height] = [1280, 720].map((side) => Math.round(side * scale));
      await session.send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: other,
        mobile: false,
      });
      await expect.poll(size).toEqual([expected(other), 252]);
    });
  });

test('on a dark page there is no white box', async ({ page, hosts: { a, b } }) => {
  const style =
    '<style>:root { color-scheme: dark } body { background: #101418; color: #e8e8e8; margin: 0 }</style>';
  await page.goto(a.page('/', TEXT + digit('id="digit" controls'), { head: style + tag(b) }));
  await heard(page, 'explain', 2);
  const boxes = await page.evaluate(() => {
    const inside = (root) =>
      [...root.querySelectorAll('*')].flatMap((node) => [
        node,
        ...(node.shadowRoot ? inside(node.shadowRoot) : []),
      ]);
    const isLight = (color) => {
      const [r, g, b, alpha = '1'] = color.match(/[\d.]+/g);
      return Number(alpha) > 0.1 && Math.min(Number(r), Number(g), Number(b)) > 200;
    };
    return [...document.querySelectorAll('heat-lens')]
      .flatMap((lens) => [lens, ...inside(lens.shadowRoot)])
      .filter(
        (node) =>
          node.localName !== 'option' &&
          isLight(getComputedStyle(node).backgroundColor) &&
          node.clientWidth * node.clientHeight > 3000,
      )
      .map((node) => `${node.localName}.${node.className}`);
  });
  expect(boxes).toEqual([]);
  expect(
    await page.locator('#digit').evaluate((own) => own.shadowRoot.querySelector('heat-map').shade),
  ).toBe('dark');
});

test('where text runs from right to left, a map is not mirrored', async ({
  page,
  hosts: { a, b },
}) => {
  a.page('/', digit(), { head: tag(b) });
  const page1 = a.routes.get('/');
  a.routes.set('/rtl', { ...page1, body: page1.body.replace('<html', '<html dir="rtl"') });
  const pixels = [];
  for (const path of ['/', '/rtl']) {
    await page.goto(a.origin + path);
    await mapped(page.locator('heat-lens'));
    pixels.push(await page.locator('heat-map canvas.map').evaluate((canvas) => canvas.toDataURL()));
  }
  expect(pixels[1]).toBe(pixels[0]);
  const lens = page.locator('heat-lens');
  const box = await lens.locator('heat-map canvas.map').boundingBox();
  await page.mouse.move(box.x + 20.5 * (box.width / 28), box.y + 3.5 * (box.height / 28));
  await expect(lens.locator('heat-map output')).toContainText('row 4, column 21');
});
