// The hosted site without a network, and from one version to the next. It lies in a folder of its host, as on many hosts.
import { readFileSync, readdirSync } from 'node:fs';
import { HEADERS } from '../../scripts/serve.mjs';
import { expect } from './fixtures.mjs';
import {
  BASE,
  LIST,
  NAMED,
  PAGES,
  STABLE,
  V1,
  files,
  sha256,
  test,
  version,
} from './offline-host.mjs';

test.use({
  serviceWorkers: 'allow',
  allowed: [/Failed to load resource|integrity|Cross-Origin-Opener-Policy/],
});

/** The page whose parts are most. */
const DIGITS = 'digits/';
const SIGNS = {
  '': '#papers',
  background: '#history',
  digits: '.card[data-state="ready"]',
  embed: '.from',
  post: 'heat-lens .verdict',
  slides: '#number',
};

/** Opens a page and waits for what it is there for: a map, an answer, a text. */
async function open(page, url) {
  await page.goto(url);
  const folder = new URL(url).pathname.slice(BASE.length).replace(/\/$/, '');
  const sign = page.locator(SIGNS[folder] ?? '#verdict').first();
  await expect(sign).not.toHaveText(/^\W*$/, { timeout: 30_000 });
}

const button = (page) => page.getByRole('button', { name: /^Keep all pages offline/ });
const said = (page) => page.locator('.offline [role=status]');

/** What the site's cache holds: address below the site -> type. */
const stored = (page) =>
  page.evaluate(async (base) => {
    const cache = await caches.open(`heatlens ${location.origin}${base}`);
    const keys = await cache.keys();
    const entries = keys.map(async (key) => {
      const type = (await cache.match(key)).headers.get('content-type');
      return [key.url.slice((location.origin + base).length), type];
    });
    return Object.fromEntries(await Promise.all(entries));
  }, BASE);

/** Waits until this page and all that it loads is kept, in the version that the host has. */
async function visited(page, host, path = '') {
  const list = JSON.parse(host.site.get('offline.json').toString());
  const wanted = [...list.pages[path], path, `offline.json?${list.version}`];
  const missing = async () => {
    const have = await stored(page);
    return [
      ...wanted.filter((each) => !(each in have)),
      ...Object.keys(have).filter(
        (each) => each.startsWith('offline.json') && !wanted.includes(each),
      ),
    ];
  };
  await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
}

async function keepAll(page) {
  await button(page).click();
  await expect(said(page)).toHaveText(/^Kept offline/, { timeout: 30_000 });
  await expect(button(page)).toBeHidden();
}

const versionOf = (page) =>
  page.evaluate(
    () => document.querySelector('meta[name=version]')?.getAttribute('content') ?? 'v1',
  );

test('names follow from content, and every page has the button', async ({ page, host }) => {
  for (const path of PAGES) {
    await open(page, host.url + path);
    if (await page.locator('.foot').count()) await expect(button(page)).toBeVisible();
  }
  expect(host.asked.length).toBeGreaterThan(10);
  expect(host.asked.filter((path) => !NAMED.test(path) && !STABLE.test(path))).toEqual([]);
  for (const path of host.asked.filter((each) => NAMED.test(each)))
    expect(V1.has(path), path).toBe(true);
  for (const [path, bytes] of V1) {
    const [, hash] = path.match(/-([0-9a-f]{10})\.\w+$/) ?? [];
    if (hash) expect(sha256(bytes, 'hex').slice(0, 10), path).toBe(hash);
  }
});

test('a visited page works without a network, with what it loads late; the others are not promised', async ({
  page,
  context,
  host,
}) => {
  await open(page, host.url + DIGITS);
  await visited(page, host, DIGITS);
  const rest = Object.entries(LIST.files)
    .filter(([path]) => path !== DIGITS && !LIST.pages[DIGITS].includes(path))
    .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  await expect(button(page)).toHaveText(`Keep all pages offline (${(rest / 1e6).toFixed(1)} MB)`);
  host.down = true;
  await open(page, `${host.url}${DIGITS}?x#v=1`);
  await page.getByRole('button', { name: 'Fully connected' }).first().click();
  await expect(page.locator('#verdict')).not.toHaveText(/^\W*$/);
  await expect(page.locator('.notice-error')).toHaveCount(0);
  await expect(button(page)).toBeVisible();
  await expect(said(page)).toHaveText('');
  await button(page).click();
  await expect(said(page)).toHaveText(/Not all pages could be kept: the network is gone/);
  const other = await context.newPage();
  await expect(other.goto(`${host.url}text/`)).rejects.toThrow('net::');
});

test('all pages are kept by the button, with every network that they can show', async ({
  page,
  host,
}) => {
  await open(page, host.url);
  await keepAll(page);
  host.down = true;
  for (const path of PAGES) {
    await open(page, host.url + path);
    const models = page.locator('select#model');
    if (!(await models.count())) continue;
    for (const { value } of await models
      .locator('option')
      .evaluateAll((all) => all.map(({ value }) => ({ value })))) {
      await models.selectOption(value);
      await expect(page.locator('#verdict')).not.toHaveText(/^\W*$/);
    }
    await expect(page.locator('.notice-error')).toHaveCount(0);
    if (await page.locator('.foot').count()) await expect(said(page)).toHaveText(/^Kept offline/);
  }
  // Without the slash, too, as servers answer.
  await open(page, `${host.url}text`);
  expect(new URL(page.url()).pathname).toBe(`${BASE}text/`);
});

test('a tab of the old version keeps its parts, one reload is all of the new; what is old goes with the last tab', async ({
  page,
  context,
  host,
}) => {
  await open(page, host.url + DIGITS);
  await visited(page, host, DIGITS);
  const old = Object.keys(await stored(page)).filter((path) => NAMED.test(path));
  host.site = version('v2');
  host.site.set('sw.js', Buffer.from(`${V1.get('sw.js')}\n/* another */`));
  const other = await context.newPage();
  host.asked = [];
  await open(other, host.url + DIGITS);
  expect(await versionOf(other)).toBe('v2');
  await visited(other, host, DIGITS);
  await open(other, host.url);
  // The first tab, whose files the host has no more: a network and a view that it has not yet shown.
  await page.getByRole('button', { name: 'Fully connected' }).first().click();
  await expect(page.locator('#verdict')).not.toHaveText(/^\W*$/);
  await expect(page.locator('.card[data-state="ready"]').first()).toBeVisible();
  await expect(page.locator('.notice-error')).toHaveCount(0);
  expect(await versionOf(page)).toBe('v1');
  const now = Object.keys(await stored(page));
  expect(old.filter((path) => !now.includes(path))).toEqual([]);
  expect(host.asked.filter((path) => old.includes(path))).toEqual([]);
  const loaded = page.evaluate.bind(page, () =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  await open(page, host.url + DIGITS);
  await page.reload();
  await expect(page.locator('.card[data-state="ready"]').first()).toBeVisible();
  expect(await versionOf(page)).toBe('v2');
  expect((await loaded()).filter((url) => old.some((path) => url.endsWith(path)))).toEqual([]);
  expect((await loaded()).filter((url) => NAMED.test(url)).length).toBeGreaterThan(5);
  await other.close();
  // With a visit that finds no tab open: a closed one may linger for a moment.
  await expect(async () => {
    await page.goto('about:blank');
    await open(page, host.url + DIGITS);
    await expect
      .poll(async () => Object.keys(await stored(page)).filter((path) => old.includes(path)))
      .toEqual([]);
  }).toPass();
  host.down = true;
  await open(page, host.url + DIGITS);
  expect(await versionOf(page)).toBe('v2');
});

test('an update that is cut off leaves the old version whole', async ({ page, host }) => {
  await open(page, host.url);
  await keepAll(page);
  host.site = version('v2');
  const list = JSON.parse(host.site.get('offline.json').toString());
  const last = list.pages['text/'].find((path) => path.endsWith('text-cnn.onnx'));
  let cut = 0;
  host.answer = (path, response) => {
    if (path !== last) return false;
    cut += 1;
    response.writeHead(200, { ...HEADERS, 'content-length': 1000 });
    response.write('x'.repeat(500), () => response.destroy());
    return true;
  };
  await open(page, host.url);
  expect(await versionOf(page)).toBe('v2');
  await expect.poll(() => cut, { timeout: 30_000 }).toBeGreaterThan(0);
  await expect(button(page)).toBeVisible();
  await expect(said(page)).not.toHaveText(/Kept offline/);
  expect(await stored(page)).not.toHaveProperty([last]);
  host.down = true;
  for (const path of PAGES) {
    await open(page, host.url + path);
    expect(await versionOf(page), path).toBe('v1');
  }
  host.down = false;
  host.answer = () => false;
  await open(page, host.url);
  expect(await versionOf(page)).toBe('v2');
  await expect(said(page)).toHaveText(/^Kept offline/, { timeout: 30_000 });
});

test('what is not the file that the site names is never kept', async ({ page, host }) => {
  await open(page, host.url);
  await visited(page, host);
  const find = (page, end) => LIST.pages[page].find((path) => path.endsWith(end));
  const [script, model, style] = [
    LIST.pages['text/'].find((path) => /main-\w+\.js$/.test(path)),
    // The page that is open has the other one.
    find('text/', 'text-cnn.onnx'),
    LIST.pages['text/'].find((path) => path.endsWith('.css')),
  ];
  const html = (response, status, more = {}) =>
    response
      .writeHead(status, { ...HEADERS, 'content-type': 'text/html', ...more })
      .end('<h1>Log in</h1>');
  // In the order in which they are taken.
  const wrong = {
    [model]: [(response) => html(response, 302, { location: BASE })],
    [script]: [
      (response) => html(response, 200),
      (response) => html(response, 404),
      // The right bytes under a wrong type.
      (response) =>
        response.writeHead(200, { ...HEADERS, 'content-type': 'text/html' }).end(V1.get(script)),
    ],
    [style]: [(response) => html(response, 503)],
    'text/': [
      (response) => html(response, 200),
      (response) => html(response, 302, { location: '/login' }),
    ],
  };
  for (const [path, answers] of Object.entries(wrong)) {
    for (const answer of answers) {
      host.answer = (asked, response) => asked === path && (answer(response), true);
      await button(page).click();
      await expect(said(page)).toHaveText(/^Not all pages could be kept/, { timeout: 30_000 });
      await expect(button(page)).toBeEnabled();
      const have = await stored(page);
      expect(have).not.toHaveProperty([path]);
      for (const [each, type] of Object.entries(have))
        expect(/html/.test(type), each).toBe(
          each in LIST.pages || /\/page[\w-]*\.html$/.test(each),
        );
    }
  }
  host.answer = () => false;
  await keepAll(page);
});

test('other folders and caches of the host are left alone, and a kill build removes its own', async ({
  page,
  host,
}) => {
  const other = new URL('/other/', host.url).href;
  await page.goto(other);
  const foreign = () =>
    page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => !name.startsWith('heatlens http'));
      const hits = names.map(async (name) => (await (await caches.open(name)).keys()).length);
      return [names, await Promise.all(hits)];
    });
  await page.evaluate(async () => {
    for (const name of ['heatlens', 'workbox-precache', `heatlensx ${location.origin}/heatlens/`])
      await (await caches.open(name)).put('/heatlens/x-0123456789.js', new Response('theirs'));
  });
  const before = await foreign();
  expect(before[0].length).toBe(3);
  await open(page, host.url);
  await visited(page, host);
  await page.goto(other);
  const registered = () =>
    page.evaluate(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    );
  expect(await registered()).toEqual([host.url]);
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBe(null);
  // What others keep under our addresses is not ours to serve.
  await open(page, host.url);
  expect(await page.evaluate(async () => (await fetch('x-0123456789.js')).status)).toBe(404);
  expect(await foreign()).toEqual(before);
  host.site = new Map([...V1, ...files('dist/kill')]);
  await open(page, host.url);
  await expect.poll(registered, { timeout: 20_000 }).toEqual([]);
  host.asked = [];
  await page.reload();
  await expect.poll(() => host.asked, { timeout: 20_000 }).toContain('offline.json');
  await page.waitForTimeout(500);
  expect(host.asked).not.toContain('sw.js');
  await expect(page.locator('.offline')).toBeHidden();
  expect(await page.evaluate(() => caches.keys())).toEqual(before[0]);
  expect(await foreign()).toEqual(before);
});

test('the package registers none, and a page that is not secure offers none', async ({
  page,
  host,
}) => {
  const scripts = readdirSync('pkg/dist').filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(2);
  for (const name of scripts)
    expect(readFileSync(`pkg/dist/${name}`, 'utf8'), name).not.toMatch(/serviceWorker|caches/);
  await page.goto(new URL('/other/', host.url).href);
  const found = await page.evaluate(async (base) => {
    const calls = [];
    ServiceWorkerContainer.prototype.register = (...call) => calls.push(call);
    const { createRuntime } = await import(`${base}pkg/index.js`);
    const runtime = createRuntime();
    const methods = await runtime.methods();
    runtime.dispose();
    return { calls, methods: methods.length };
  }, BASE);
  expect(found).toEqual({ calls: [], methods: expect.any(Number) });
  const plain = host.url.replace('127.0.0.1', '0.0.0.0');
  await open(page, plain);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await page.waitForTimeout(1500);
  await expect(page.locator('.offline')).toHaveCount(0);
});
