// What elements take as input: when it comes, and what becomes of it when it is wrong or changes.
import {
  colours,
  digit,
  expect,
  heard,
  mapped,
  npy,
  png,
  said,
  tag,
  test,
  three,
} from './embed-rig.mjs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const SENTENCE = 'The shuttle is in orbit.';
const TEXT = 'www/models/text-linear.onnx';
const words = (text, attributes = '') =>
  `<heat-lens model="/models/text-linear.onnx" method="lrp" target="0" ${attributes}>${text}</heat-lens>`;

test.describe('input that comes late', () => {
  test('a sentence in two pieces is explained once, as a whole, and once more when it changes', async ({
    page,
    hosts: { a, b },
  }) => {
    const [before, after] = words(SENTENCE).split('tle is');
    a.routes.set('/', async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.write(
        `<!doctype html><title>Test</title><link rel="icon" href="data:,">${tag(b).replace('module"', 'module" async')}${' '.repeat(2000)}${before}`,
      );
      // The element is there, and with it the engine, before the rest comes.
      while (!b.asked.includes('/heatlens/elements.js')) await wait(20);
      await wait(600);
      response.write(`tle is${after}<p>`);
      await wait(300);
      response.end('The end.');
    });
    await page.goto(a.origin);
    const lens = page.locator('heat-lens');
    const { input } = await mapped(lens, { file: TEXT, options: { target: 0 } });
    expect(input).toBe(SENTENCE);
    await page.waitForTimeout(500);
    expect(await said(page, 'explain')).toHaveLength(1);
    await lens.evaluate((own) => (own.firstChild.data = 'Doctors saw the patient.'));
    await heard(page, 'explain', 2);
    await page.waitForTimeout(300);
    expect(await said(page, 'explain')).toHaveLength(2);
    expect((await lens.evaluate((own) => own.toJSON())).input).toBe('Doctors saw the patient.');
  });

  test('a slow picture is awaited', async ({ page, hosts: { a, b } }) => {
    a.routes.set('/three.png', async (_, response) => {
      await wait(1500);
      response.writeHead(200, { 'content-type': 'image/png' }).end(three());
    });
    await page.goto(a.page('/', digit(), { head: tag(b) }), { waitUntil: 'domcontentloaded' });
    await mapped(page.locator('heat-lens'));
    expect((await said(page)).map(({ type }) => type)).toEqual(['ready', 'explain']);
  });

  test('a picture put in later is explained, and another one after it', async ({
    page,
    hosts: { a, b },
  }) => {
    a.routes.set('/one.png', {
      body: png(112, (x) => (Math.abs(x - 56) < 8 ? 0 : 255)),
      type: 'image/png',
    });
    await page.goto(a.page('/', digit().replace(/<img[^>]*>/, ''), { head: tag(b) }));
    await heard(page, 'ready');
    const lens = page.locator('heat-lens');
    await lens.evaluate((own) =>
      own.append(Object.assign(new Image(112, 112), { src: '/three.png' })),
    );
    await mapped(lens);
    const before = await lens.evaluate((own) => own.explanation.sum);
    await lens.evaluate((own) => (own.querySelector('img').src = '/one.png'));
    await expect.poll(() => lens.evaluate((own) => own.explanation.sum)).not.toBe(before);
    await mapped(lens);
    expect(await said(page, 'error')).toEqual([]);
  });
});

test('an element in a figure reads the picture inside, and no still picture', async ({
  page,
  hosts: { a, b },
}) => {
  const still = '<figure><img src="/still.png" alt="a still picture"></figure>';
  a.routes.set('/still.png', { body: png(112, () => 255), type: 'image/png' });
  const own = `<figure>${digit().replace('<img', `${still}<img`)}<figcaption>A 3</figcaption></figure>`;
  await page.goto(a.page('/', own, { head: tag(b) }));
  const { input } = await mapped(page.locator('heat-lens'));
  expect(input.some((value) => value > 0.5)).toBe(true);
});

test.describe('what is wrong', () => {
  test.use({ allowed: [/Failed to load resource/] });
  const CASES = {
    'no model': ['', 'E_MODEL', /no model/],
    'a model that is not there': ['model="/models/none.onnx"', 'E_FETCH', /404/],
    'a model that is a page': ['model="/page.onnx"', 'E_MALFORMED', /HTML page/],
    'a model that is nonsense': ['model="/three.png"', 'E_MALFORMED', /./],
    'a method that does not exist': [
      'model="/models/digits-cnn.onnx" method="nonsense"',
      'E_REQUEST',
      /nonsense/,
    ],
    'a class that does not exist': [
      'model="/models/digits-cnn.onnx" target="47"',
      'E_REQUEST',
      /47/,
    ],
    'a class of another name': ['model="/models/digits-cnn.onnx" target="cat"', 'E_REQUEST', /cat/],
    'options that are no JSON': [
      `model="/models/digits-cnn.onnx" options="{"`,
      'E_ELEMENT',
      /JSON/,
    ],
    'numbers that are not there': [
      'model="/models/digits-cnn.onnx" input="/none.npy"',
      'E_FETCH',
      /404/,
    ],
    'numbers of another count': [
      'model="/models/digits-cnn.onnx" input="/few.npy"',
      'E_INPUT',
      /784/,
    ],
    'an embedded file that is not there': ['model="#nowhere"', 'E_FETCH', /nowhere/],
  };
  for (const [what, [attributes, code, message]] of Object.entries(CASES))
    test(`${what}: an error with its code, and words in its place`, async ({
      page,
      hosts: { a, b },
    }) => {
      a.routes.set('/page.onnx', { body: '<!doctype html><h1>Hi</h1>', type: 'text/html' });
      a.routes.set('/few.npy', { body: npy([1, 2, 3], [3]), type: 'application/octet-stream' });
      const own = `<heat-lens ${attributes}><img src="/three.png" alt="a 3"></heat-lens>`;
      await page.goto(a.page('/', own, { head: tag(b) }));
      const errors = await heard(page, 'error');
      expect(errors).toMatchObject([{ code }]);
      expect(errors[0].message).toMatch(message);
      await expect(page.locator('heat-lens .status')).toHaveText(message);
      await expect(page.locator('img')).toBeVisible();
    });

  test('no network: an error, and the next try is a map', async ({ page, hosts: { a, b } }) => {
    const { body, type } = a.routes.get('/three.png');
    a.routes.set('/cut.onnx', (request) => request.destroy());
    a.routes.set('/three.png', { body, type });
    await page.goto(
      a.page('/', digit().replace('/models/digits-cnn.onnx', '/cut.onnx'), { head: tag(b) }),
    );
    expect(await heard(page, 'error')).toMatchObject([{ code: 'E_FETCH' }]);
    a.routes.delete('/cut.onnx');
    const lens = page.locator('heat-lens');
    await lens.evaluate((own) => own.setAttribute('model', '/models/digits-cnn.onnx'));
    await mapped(lens);
    await expect(lens.locator('.status')).toHaveText('');
  });

  test('a picture that is none, and then one that is', async ({ page, hosts: { a, b } }) => {
    a.routes.set('/broken.png', { body: 'no picture', type: 'image/png' });
    await page.goto(a.page('/', digit().replace('/three.png', '/broken.png'), { head: tag(b) }));
    expect(await heard(page, 'error')).toMatchObject([{ code: 'E_FETCH' }]);
    const lens = page.locator('heat-lens');
    await lens.evaluate((own) => (own.querySelector('img').src = '/three.png'));
    await mapped(lens);
  });
});

test('a picture of twenty megabytes is explained like a small one', async ({
  page,
  hosts: { a, b },
}) => {
  let state = 1;
  const noise = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
  const body = png(4600, noise);
  expect(body.length).toBeGreaterThan(20e6);
  a.routes.set('/large.png', { body, type: 'image/png' });
  await page.goto(a.page('/', digit().replace('/three.png', '/large.png'), { head: tag(b) }));
  await mapped(page.locator('heat-lens'));
});

test('attributes that change fifty times a second: something is shown meanwhile, and the last counts', async ({
  page,
  hosts: { a, b },
}) => {
  await page.goto(a.page('/', digit(), { head: tag(b) }));
  const lens = page.locator('heat-lens');
  await mapped(lens);
  const meanwhile = await lens.evaluate(async (own) => {
    const before = window.__said.length;
    for (let turn = 0; turn < 150; turn += 1) {
      own.setAttribute('target', String(turn % 10));
      await new Promise((next) => setTimeout(next, 20));
    }
    const shown = window.__said.length - before;
    own.setAttribute('target', '7');
    return shown;
  });
  expect(meanwhile).toBeGreaterThan(10);
  await expect.poll(() => lens.evaluate((own) => own.explanation.target)).toBe(7);
  await page.waitForTimeout(300);
  await mapped(lens, { options: { target: 7 } });
  expect(await said(page, 'error')).toEqual([]);
});

test('slow methods that change fifty times a second do not starve either', async ({
  page,
  hosts: { a, b },
}) => {
  const own = digit(`options='{"smooth-grad":{"samples":60}}'`).replace(
    'method="lrp"',
    'method="smooth-grad"',
  );
  await page.goto(a.page('/', own, { head: tag(b) }));
  const lens = page.locator('heat-lens');
  await heard(page, 'explain');
  const meanwhile = await lens.evaluate(async (own) => {
    const before = window.__said.length;
    const end = performance.now() + 4000;
    for (let turn = 0; performance.now() < end; turn += 1) {
      own.setAttribute('target', String(turn % 10));
      await new Promise((next) => setTimeout(next, 20));
    }
    own.setAttribute('target', '7');
    return window.__said.length - before;
  });
  expect(meanwhile).toBeGreaterThan(1);
  await expect.poll(() => lens.evaluate((own) => own.explanation.target)).toBe(7);
});

test('an element that is moved while it computes explains once; one that is removed stops', async ({
  page,
  hosts: { a, b },
}) => {
  const own = digit(`options='{"smooth-grad":{"samples":2000}}'`).replace(
    'method="lrp"',
    'method="smooth-grad"',
  );
  await page.goto(a.page('/', `<div id="one">${own}</div><div id="two"></div>`, { head: tag(b) }));
  const lens = page.locator('heat-lens');
  await lens.evaluate(
    (own) =>
      new Promise((resolve) =>
        own.addEventListener('progress', ({ detail }) => detail.stage === 'explain' && resolve()),
      ),
  );
  await page.evaluate(() =>
    document.getElementById('two').append(document.querySelector('heat-lens')),
  );
  await heard(page, 'explain', 1, 40_000);
  await page.waitForTimeout(500);
  expect(await said(page, 'explain')).toHaveLength(1);
  expect(await colours(lens)).toBeGreaterThan(5);
});
