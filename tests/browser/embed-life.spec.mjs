// Elements that come and go, many of them, and twice the same file.
import { readFile } from 'node:fs/promises';
import { colours, digit, expect, heard, mapped, said, tag, test } from './embed-rig.mjs';

const MB = 2 ** 20;

/** What a page holds after a collection: bytes of its heap, nodes, listeners. */
async function held(page) {
  const session = (page.session ??= await page.context().newCDPSession(page));
  await session.send('Performance.enable');
  for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const all = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  return { heap: all.JSHeapUsedSize, nodes: all.Nodes, listeners: all.JSEventListeners };
}

/** Memory of the largest renderer of the browser, as the system counts it. */
async function resident(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    });
  return Math.max(...(await Promise.all(sizes)));
}

test('two hundred that were added and removed leave nothing behind; with the last the worker ends', async ({
  page,
  hosts: { a, b },
}) => {
  await page.goto(a.page('/', '', { head: tag(b) }));
  await page.waitForFunction(() => customElements.get('heat-lens'));
  const rounds = (count) =>
    page.evaluate(async (count) => {
      for (let round = 0; round < count; round += 1) {
        const lens = document.createElement('heat-lens');
        Object.assign(lens, {
          model: '/models/digits-cnn.onnx',
          method: 'lrp',
          target: round % 10,
        });
        lens.input = Float32Array.from({ length: 784 }, (_, i) => ((i * (round + 1)) % 29) / 29);
        const shown = new Promise((resolve) => lens.addEventListener('explain', resolve));
        document.body.append(lens);
        await shown;
        lens.remove();
        // One that goes before it is seen, too.
        const unseen = document.createElement('heat-lens');
        unseen.style.marginTop = '5000px';
        document.body.append(unseen);
        await new Promise((next) => setTimeout(next));
        unseen.remove();
      }
      window.__said.length = 0;
    }, count);
  await rounds(5);
  const before = await held(page);
  expect(page.workers()).toHaveLength(1);
  await rounds(195);
  const after = await held(page);
  expect(page.workers()).toHaveLength(1);
  expect(after.listeners - before.listeners).toBeLessThanOrEqual(5);
  expect(after.nodes - before.nodes).toBeLessThanOrEqual(100);
  expect(after.heap - before.heap).toBeLessThan(MB);
  await expect.poll(() => page.workers().length, { timeout: 5000 }).toBe(0);
  // And one that comes after that has a map again.
  await page.evaluate(
    (html) => document.body.append(document.createRange().createContextualFragment(html)),
    digit(),
  );
  await mapped(page.locator('heat-lens'));
});

test('one that is taken out and put back keeps its map and asks nothing again', async ({
  page,
  hosts: { a, b },
}) => {
  await page.goto(a.page('/', `<div>${digit()}</div>`, { head: tag(b) }));
  const lens = page.locator('heat-lens');
  await mapped(lens);
  await page.evaluate(async () => {
    const own = document.querySelector('heat-lens');
    const place = own.parentNode;
    for (let turn = 0; turn < 20; turn += 1) {
      own.remove();
      await new Promise((next) => setTimeout(next, 10));
      place.append(own);
      await new Promise((next) => setTimeout(next, 10));
    }
  });
  expect(await said(page, 'explain')).toHaveLength(1);
  expect(await colours(lens)).toBeGreaterThan(5);
  expect(page.workers()).toHaveLength(1);
  expect(a.asked.filter((path) => path.endsWith('.onnx'))).toHaveLength(1);
});

test('sixty, down and up: one worker, 64 MB of canvas at most, the first map is there', async ({
  page,
  hosts: { a, b },
}) => {
  const many = Array.from({ length: 60 }, (_, k) =>
    digit().replace('target="3"', `target="${k % 10}" id="n${k}"`),
  );
  await page.goto(a.page('/', many.join('<p>…</p>'), { head: tag(b) }));
  await mapped(page.locator('#n0'), { options: { target: 0 } });
  for (let turn = 0; turn < 60; turn += 1) {
    await page.evaluate((k) => document.getElementById(`n${k}`).scrollIntoView(), turn);
    await page.waitForFunction((k) => document.getElementById(`n${k}`).explanation, turn);
  }
  await page.evaluate(() => scrollTo(0, 0));
  expect(page.workers()).toHaveLength(1);
  const bytes = await page.evaluate(() => {
    const inside = (root) =>
      [...root.querySelectorAll('*')].flatMap((node) => [
        ...(node instanceof HTMLCanvasElement ? [4 * node.width * node.height] : []),
        ...(node.shadowRoot ? inside(node.shadowRoot) : []),
      ]);
    return inside(document).reduce((sum, each) => sum + each, 0);
  });
  expect(bytes).toBeGreaterThan(60 * 4 * 784);
  expect(bytes).toBeLessThan(64 * MB);
  expect(await colours(page.locator('#n0'))).toBeGreaterThan(5);
  expect(await said(page, 'explain')).toHaveLength(60);
});

test('a thousand on one page: those in sight compute, and 300 MB suffice', async ({
  page,
  browser,
  hosts: { a, b },
}) => {
  const many = Array.from({ length: 1000 }, (_, k) =>
    digit()
      .replace('<heat', `<heat`)
      .replace('target="3"', `target="${k % 10}"`),
  );
  await page.goto(a.page('/', many.join(''), { head: tag(b) }));
  await heard(page, 'explain');
  await page.waitForTimeout(1500);
  const first = (await said(page, 'explain')).length;
  expect(first).toBeLessThan(20);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(() => [...document.querySelectorAll('heat-lens')].at(-1).explanation);
  await page.waitForTimeout(500);
  expect((await said(page, 'explain')).length).toBeLessThan(first + 20);
  expect(page.workers()).toHaveLength(1);
  expect(await resident(browser)).toBeLessThan(300 * MB);
});

test.describe('twice on a page', () => {
  test.use({ allowed: [/heatlens\/elements is on this page already/] });
  test('the first wins, the second warns, and another prefix works beside it', async ({
    page,
    hosts: { a, b },
  }) => {
    const warnings = [];
    page.on('console', (message) => warnings.push(message.text()));
    const second = tag(b).replace('/heatlens/', '/copy/');
    const other = digit().replaceAll('heat-lens', 'hl2-lens');
    await page.goto(a.page('/', digit() + other, { head: tag(b) + second }));
    await mapped(page.locator('heat-lens'));
    expect(warnings.filter((text) => text.includes('already'))).toHaveLength(1);
    await page.evaluate(
      async (address) => (await import(address)).define('hl2'),
      `${b.origin}/copy/elements.js`,
    );
    await heard(page, 'explain', 2);
    const [one, two] = await page.evaluate(() =>
      ['heat-lens', 'hl2-lens'].map((name) => [
        ...document.querySelector(name).explanation.relevance,
      ]),
    );
    expect(two).toEqual(one);
    expect(
      await page.evaluate(
        () => document.querySelector('hl2-lens').shadowRoot.querySelector('hl2-map') !== null,
      ),
    ).toBe(true);
  });

  test('the same file by two tags is read once', async ({ page, hosts: { a, b } }) => {
    await page.goto(a.page('/', digit(), { head: tag(b) + tag(b) }));
    await mapped(page.locator('heat-lens'));
    await page.evaluate(
      async (address) => (await import(address)).define(),
      `${b.origin}/heatlens/elements.js`,
    );
  });
});

test.describe('before and after', () => {
  test.use({ allowed: [/Failed to load resource/] });
  test('properties set before the class was there count; false is off; who comes late learns the state', async ({
    page,
    hosts: { a, b },
  }) => {
    await page.goto(a.page('/', ''));
    await page.evaluate((address) => {
      const lens = document.createElement('heat-lens');
      const input = Float32Array.from({ length: 784 }, (_, i) =>
        i % 28 > 12 && i % 28 < 16 ? 1 : 0,
      );
      Object.assign(lens, {
        model: '/models/digits-cnn.onnx',
        method: 'gradient-x-input',
        target: 3,
        input,
        controls: false,
      });
      document.body.append(lens);
      window.input = input;
      return import(address);
    }, `${b.origin}/heatlens/elements.js`);
    const lens = page.locator('heat-lens');
    await mapped(lens, { options: { method: 'gradient-x-input' } });
    const late = await lens.evaluate(async (own) => ({
      method: own.explanation.method,
      same: own.input === window.input,
      controls: own.controls,
      attributes: own.getAttributeNames(),
      children: own.childNodes.length,
      state: own.state,
      again: (await own.explain()) === own.explanation,
      classes: own.info.labels.length,
    }));
    expect(late).toEqual({
      method: 'gradient-x-input',
      same: true,
      controls: false,
      attributes: [],
      children: 0,
      state: 'shown',
      again: true,
      classes: 10,
    });
    for (const [value, shown] of [
      ['', true],
      ['false', false],
      ['true', true],
      [null, false],
    ]) {
      await lens.evaluate(
        (own, value) =>
          value === null ? own.removeAttribute('controls') : own.setAttribute('controls', value),
        value,
      );
      expect(await lens.evaluate((own) => own.controls)).toBe(shown);
      await expect(lens.locator('method-picker')).toBeVisible({ visible: shown });
    }
    await lens.evaluate((own) => (own.model = '/models/none.onnx'));
    await expect.poll(() => lens.evaluate((own) => own.state)).toBe('failed');
    expect(await lens.evaluate((own) => own.error.code)).toBe('E_FETCH');
  });
});
