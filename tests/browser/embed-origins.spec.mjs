// Elements whose script, model and picture come from elsewhere than the page, and pages that forbid much.
import { readFile } from 'node:fs/promises';
import { digit, expect, heard, mapped, npy, said, tag, test } from './embed-rig.mjs';

/** An array of a safetensors file. @param {Buffer} file @param {string} name */
function tensor(file, name) {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { shape, data_offsets: range } = JSON.parse(file.toString('utf8', 8, start))[name];
  const [from, to] = range.map((at) => start + at);
  return {
    shape,
    values: new Float32Array(file.buffer.slice(file.byteOffset + from, file.byteOffset + to)),
  };
}

const engine = (lens) => lens.evaluate((own) => own.engine);

test.describe('a tag from another origin', () => {
  test('shows a map, computed in a worker', async ({ page, hosts: { a, b } }) => {
    await page.addInitScript(() => {
      const refuse = () => Promise.reject(new Error('an element registered a service worker'));
      if (navigator.serviceWorker) navigator.serviceWorker.register = refuse;
    });
    await page.goto(a.page('/', digit(), { head: tag(b) }));
    const lens = page.locator('heat-lens');
    await mapped(lens);
    expect(await engine(lens)).toBe('worker');
    expect(page.workers()).toHaveLength(1);
    expect((await said(page)).map(({ type }) => type)).toEqual(['ready', 'explain']);
    // Frameworks find the element as they left it.
    expect(await lens.evaluate((own) => own.outerHTML)).toBe(digit().replace(' >', '>'));
    expect(a.asked.filter((path) => path.includes('heatlens'))).toEqual([]);
  });

  test('has the numbers of the golden case', async ({ page, hosts: { a, b } }) => {
    const { target } = JSON.parse(await readFile('tests/golden/case02_lenet.json', 'utf8'));
    const file = await readFile('tests/golden/case02_lenet.safetensors');
    const input = tensor(file, 'input');
    a.routes.set('/input.npy', {
      body: npy(input.values, input.shape),
      type: 'application/octet-stream',
    });
    const own = `<heat-lens model="/golden/case02_lenet.onnx" input="/input.npy" method="lrp" target="${target}"
      options='{"lrp":{"composite":"epsilon-plus"}}'></heat-lens>`;
    await page.goto(a.page('/', own, { head: tag(b) }));
    await heard(page, 'explain');
    const { explanations } = await page.locator('heat-lens').evaluate((own) => own.toJSON());
    const { values } = tensor(file, 'attr/composite_epsilon_plus');
    const largest = Math.max(...values.map(Math.abs));
    expect(explanations[0].relevance).toHaveLength(values.length);
    explanations[0].relevance.forEach((value, i) =>
      expect(Math.abs(value - values[i])).toBeLessThan(1e-5 * largest),
    );
  });
});

test.describe('a host that does not allow it', () => {
  test.use({ allowed: [/CORS policy|ERR_FAILED/] });
  test('leaves what stands inside visible', async ({ page, hosts: { a, b } }) => {
    b.headers = {};
    await page.goto(a.page('/', digit(), { head: tag(b) }));
    await expect.poll(() => b.asked).toContain('/heatlens/elements.js');
    await expect(page.locator('img')).toBeVisible();
    expect(await page.locator('img').evaluate((img) => img.naturalWidth)).toBe(112);
  });
});

test('a picture that may not be read stays, and the error names the cause', async ({
  page,
  hosts: { a, b },
}) => {
  b.headers = {};
  const own = digit().replace('/three.png', `${b.origin}/three.png`);
  await page.goto(a.page('/', own, { head: tag(a) }));
  const [error] = await heard(page, 'error');
  expect(error.code).toBe('E_ORIGIN');
  expect(error.message).toContain('another address');
  await expect(page.locator('img')).toBeVisible();
  await expect(page.locator('heat-lens .status')).toContainText('another address');
});

test.describe('a frame without an origin', () => {
  for (const how of ['src', 'srcdoc'])
    test(`by ${how}: a map, and each address is asked for once`, async ({
      page,
      hosts: { a, b },
    }) => {
      a.headers = { 'access-control-allow-origin': '*' };
      const lens = digit().replace('<img', '<img crossorigin');
      const inner = a.page('/inner', lens, { head: tag(b) });
      const frame =
        how === 'src'
          ? `src="${inner}"`
          : `srcdoc="${a.routes.get('/inner').body.replaceAll('"', '&quot;')}"`;
      await page.goto(
        a.page('/', `<iframe sandbox="allow-scripts" ${frame} width="800" height="600"></iframe>`),
      );
      await mapped(page.frameLocator('iframe').locator('heat-lens'));
      for (const { asked } of [a, b]) expect(asked).toEqual([...new Set(asked)]);
    });
});

/** What a page allows, but for some of it. @param {string} b @param {{ blob?: boolean, wasm?: boolean }} allowed */
const policy = (b, { blob = true, wasm = true }) =>
  [
    "default-src 'none'",
    `script-src ${b}${wasm ? " 'wasm-unsafe-eval'" : ''}`,
    `worker-src ${b}${blob ? ' blob:' : ''}`,
    `connect-src 'self' ${b}`,
    "img-src 'self' data:",
    "style-src 'self'",
  ].join('; ');

test.describe('a policy', () => {
  test.use({ allowed: [/Content Security Policy|Content-Security-Policy|TrustedTypePolicy/] });
  for (const blob of [true, false])
    for (const wasm of [true, false])
      test(`${blob ? 'with' : 'without'} blob:, ${wasm ? 'with' : 'without'} wasm-unsafe-eval: a map or an error`, async ({
        page,
        hosts: { a, b },
      }) => {
        const headers = { 'content-security-policy': policy(b.origin, { blob, wasm }) };
        await page.goto(a.page('/', digit(), { head: tag(b), headers }));
        const lens = page.locator('heat-lens');
        if (wasm) {
          await mapped(lens, { timeout: 10_000 });
          expect(await engine(lens)).toBe(blob ? 'worker' : 'page');
          return;
        }
        const [error] = await heard(page, 'error', 1, 10_000);
        expect(error.code).toBe('E_WASM');
        await expect(lens.locator('.status')).toContainText('wasm-unsafe-eval');
        await expect(page.locator('img')).toBeVisible();
      });

  test('that allows no worker at all: a map from the page itself', async ({
    page,
    hosts: { a },
  }) => {
    const headers = { 'content-security-policy': "worker-src 'none'" };
    await page.goto(a.page('/', digit(), { head: tag(a), headers }));
    await mapped(page.locator('heat-lens'), { timeout: 10_000 });
    expect(await engine(page.locator('heat-lens'))).toBe('page');
  });

  test('that allows no policy of trusted types: a map from the page itself', async ({
    page,
    hosts: { a },
  }) => {
    const headers = {
      'content-security-policy': "require-trusted-types-for 'script'; trusted-types none-of-ours",
    };
    await page.goto(a.page('/', digit(), { head: tag(a), headers }));
    await mapped(page.locator('heat-lens'), { timeout: 10_000 });
  });
});

test("style-src 'self': nothing is refused, and all looks the same", async ({
  page,
  hosts: { a, b },
}) => {
  const body =
    digit('controls') +
    '<heat-lens model="/models/text-linear.onnx" method="lrp" controls>The shuttle is in orbit.</heat-lens>';
  const looks = [];
  for (const headers of [{}, { 'content-security-policy': policy(b.origin, {}) }]) {
    await page.goto(a.page('/', body, { head: tag(b), headers }));
    await heard(page, 'explain', 2);
    looks.push(await page.screenshot({ animations: 'disabled' }));
  }
  expect(looks[1].equals(looks[0])).toBe(true);
});

test('trusted types: a map from a worker, and nothing is refused', async ({
  page,
  hosts: { a, b },
}) => {
  const headers = {
    'content-security-policy': "require-trusted-types-for 'script'; trusted-types heatlens",
  };
  await page.goto(a.page('/', digit(), { head: tag(b), headers }));
  await mapped(page.locator('heat-lens'));
  expect(await engine(page.locator('heat-lens'))).toBe('worker');
});

test('addresses are those of the document, whatever its base', async ({
  page,
  hosts: { a, b },
}) => {
  a.routes.set('/deep/m/d.onnx', {
    body: await readFile('www/models/digits-cnn.onnx'),
    type: 'application/octet-stream',
  });
  const own = digit().replace('/models/digits-cnn.onnx', 'm/d.onnx');
  await page.goto(a.page('/here/', own, { head: `<base href="/deep/">${tag(b)}` }));
  await mapped(page.locator('heat-lens'));
});

test('fifty engines started one after another all answer', async ({ page, hosts: { a, b } }) => {
  await page.goto(a.page('/', ''));
  const answers = await page.evaluate(async (address) => {
    const { createRuntime } = await import(address);
    const start = async () => {
      const runtime = createRuntime();
      const listed = await runtime.methods();
      runtime.dispose();
      return listed.length;
    };
    const all = [];
    for (let round = 0; round < 10; round += 1)
      all.push(...(await Promise.all(Array.from({ length: 5 }, start))));
    return all;
  }, `${b.origin}/heatlens/index.js`);
  expect(answers).toHaveLength(50);
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toBeGreaterThan(10);
});

test('wasm under a general type is compiled all the same', async ({ page, hosts: { a, b } }) => {
  b.byType['.wasm'] = { 'content-type': 'application/octet-stream' };
  b.routes.set('/heatlens/heatlens_bg.wasm', {
    body: await readFile('pkg/dist/heatlens_bg.wasm'),
    type: 'application/octet-stream',
  });
  await page.goto(a.page('/', digit(), { head: tag(b) }));
  await mapped(page.locator('heat-lens'));
});

for (const [file, code] of [
  ['/heatlens/heatlens_bg.wasm', 'E_WASM'],
  ['/heatlens/worker.js', null],
])
  test.describe(`a page of HTML in place of ${file}`, () => {
    test.use({ allowed: [/MIME type/] });
    test('is named, or done without', async ({ page, hosts: { a, b } }) => {
      b.routes.set(file, { body: '<!doctype html><h1>Hello</h1>', type: 'text/html' });
      await page.goto(a.page('/', digit(), { head: tag(b) }));
      const [error] = await heard(page, 'error', 1, 10_000);
      expect(error.code).toBe(code ?? 'E_WORKER');
      expect(error.message).not.toMatch(/magic/);
      expect(error.message).toMatch(code ? /HTML page/ : /worker.js/);
      await expect(page.locator('img')).toBeVisible();
    });
  });

test.describe('a page that requires CORP of all it embeds', () => {
  const COEP = { 'cross-origin-embedder-policy': 'require-corp' };
  test('shows a map by a tag from elsewhere', async ({ page, hosts: { a, b } }) => {
    await page.goto(a.page('/', digit(), { head: tag(b), headers: COEP }));
    await mapped(page.locator('heat-lens'));
  });

  test('shows a map in a frame from elsewhere', async ({ page, hosts: { a, b } }) => {
    b.headers = { ...b.headers, ...COEP, 'cross-origin-resource-policy': 'cross-origin' };
    const inner = b.page('/inner', digit(), { head: tag(b) });
    await page.goto(
      a.page('/', `<iframe src="${inner}" width="800" height="600"></iframe>`, { headers: COEP }),
    );
    await mapped(page.frameLocator('iframe').locator('heat-lens'));
  });

  test.describe('whose worker script has not the header', () => {
    test.use({ allowed: [/ERR_BLOCKED_BY_RESPONSE/] });
    test('shows a map from the page itself', async ({ page, hosts: { a } }) => {
      await page.goto(a.page('/', digit(), { head: tag(a), headers: COEP }));
      await mapped(page.locator('heat-lens'), { timeout: 10_000 });
    });
  });
});

test('a loader of AMD modules that was there first is left alone by the one-file script', async ({
  page,
  hosts: { a },
}) => {
  await page.goto(a.page('/', ''));
  await page.evaluate(() => {
    window.define = Object.assign(() => (window.define.calls = 1), { amd: {}, calls: 0 });
    window.kept = window.define;
  });
  await page.addScriptTag({ url: '/heatlens/heatlens.iife.js' });
  const after = await page.evaluate(async () => ({
    same: window.define === window.kept,
    calls: window.define.calls,
    methods: (await window.heatlens.methods()).length,
  }));
  expect(after).toMatchObject({ same: true, calls: 0 });
  expect(after.methods).toBeGreaterThan(10);
});
