// A domain made by the recipe of ARCHITECTURE.md: what every page has, it has without a line in the kit.
import { readFile, readdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { HEADERS } from '../../scripts/serve.mjs';
import { axe, expect, screenshot, test } from './fixtures.mjs';

const FOLDER = new URL('../domain/', import.meta.url);

/** Modules of the site as the page finds them: package and foreign libraries lie beside it. */
const site = {
  name: 'site',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(pkg|vendor)\/[\w-]+\.js$/ }, ({ path }) => ({
      path: path.replace(/^.*\/(pkg|vendor)\//, '/$1/'),
      external: true,
    })),
};

/** The page's folder as the build would lay it out. */
async function folder() {
  const names = ['main.js', 'style.css'];
  const { outputFiles } = await build({
    entryPoints: names.map((name) => new URL(name, FOLDER).pathname),
    bundle: true,
    format: 'esm',
    write: false,
    outdir: '/',
    define: { PACKAGED: 'false' },
    plugins: [site],
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]));
  files.set('/', await readFile(new URL('index.html', FOLDER), 'utf8'));
  return files;
}

const TYPES = { '/': 'text/html', '/main.js': 'text/javascript', '/style.css': 'text/css' };

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('a domain of a few lines has answer, map, address, link, files and Embed', async ({
  page,
}) => {
  const lines = await Promise.all(
    (await readdir(FOLDER)).map(
      async (name) => (await readFile(new URL(name, FOLDER), 'utf8')).split('\n').length - 1,
    ),
  );
  expect(lines.reduce((a, b) => a + b)).toBeLessThanOrEqual(150);

  const files = await folder();
  await page.route('**/switches/*', (route) => {
    const path = new URL(route.request().url()).pathname.replace('/switches', '');
    const body = files.get(path);
    if (body === undefined) return route.fulfill({ status: 404 });
    return route.fulfill({ body, headers: { ...HEADERS, 'content-type': TYPES[path] } });
  });
  await page.goto('switches/');
  const lens = page.locator('heat-lens');
  const explained = () => lens.evaluate((element) => Array.from(element.explanation.relevance));
  await expect(page.locator('heat-row')).toBeVisible();
  // The first layer is (a + b − 1)⁺ with a gate of its own; c and d have no part in the answer.
  const [a, b, c, d] = await explained();
  expect(Math.min(a, b)).toBeGreaterThan(0);
  expect([c, d].every((value) => value === 0)).toBe(true);

  await page.getByLabel('Switches that are on').fill('abd');
  await expect.poll(() => lens.evaluate(({ example }) => example.key)).toBe('abd');
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('w=abd');
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByLabel('Switches that are on')).toHaveValue('abd');
  await expect(page.locator('heat-row')).toBeVisible();

  for (const kind of ['png', 'svg', 'csv', 'json']) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`[data-take="${kind}"]`).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`heatlens-planted.${kind}`);
  }
  await page.getByRole('button', { name: 'Embed' }).click();
  await expect(page.getByLabel('Tag, for a page of your own', { exact: true })).toHaveValue(
    /<heat-lens model="[^"]+\/models\/planted\.onnx" method="integrated-gradients" [^>]*>abd<\/heat-lens>$/,
  );
  await page.getByRole('button', { name: 'Close' }).click();
  await axe(page);
  await screenshot(page, 'domain');

  await page.getByLabel('Switches that are on').fill('x');
  await expect(page.getByRole('alert')).toContainText('There is no switch x');
});
