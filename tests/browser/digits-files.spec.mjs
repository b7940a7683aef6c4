import { readFileSync } from 'node:fs';
import {
  card,
  dropFile,
  expect,
  mapPrint,
  MODELS,
  open,
  ready,
  test,
  verdict,
} from './digits-rig.mjs';
import { withMetadata, withWord } from './onnx-patch.mjs';

const model = (name) => readFileSync(new URL(name, MODELS));
const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url));

const HOSTILE = [
  '<img src=x onerror="globalThis.__pwned=1">',
  '<script>globalThis.__pwned=1</script>',
  'javascript:globalThis.__pwned=1',
  '"><svg onload=globalThis.__pwned=1>',
  '__proto__',
  'constructor',
  '{{7*7}}',
  '\u202egnp.exe',
  'x'.repeat(4000),
  '',
];

async function stillWorks(page) {
  await page.locator('#models button').first().click();
  await page.getByRole('button', { name: 'Sample 6, second hand' }).click();
  await expect(verdict(page)).toHaveText('6');
  await ready(page, 'lrp');
}

test('broken files are refused with a code, and everything else goes on', async ({ page }) => {
  await open(page);
  const mlp = model('digits-mlp.onnx');
  const broken = {
    'empty.onnx': Buffer.alloc(0),
    'text.onnx': Buffer.from('this is no model at all'),
    'picture.onnx': Buffer.from([
      0x89,
      0x50,
      0x4e,
      0x47,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      ...new Array(200).fill(7),
    ]),
    'cut.onnx': mlp.subarray(0, 100_000),
    'zeros.onnx': Buffer.alloc(5000),
    'unknown-operator.onnx': withWord(mlp, 'Relu', 'Rely'),
    'lying-length.onnx': Buffer.concat([
      mlp.subarray(0, 2),
      Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07]),
    ]),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    await dropFile(page, name, bytes);
    const notice = page.locator('.notice').first();
    await expect(notice.locator('.notice-title')).toContainText(name);
    await expect(notice.locator('.notice-code')).toHaveText(/^E_[A-Z_]+$/);
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await expect(verdict(page)).toHaveText('3');
  }
  await expect(page.locator('#models button')).toHaveCount(2);
  await stillWorks(page);
});

test('a refused model shows its support report with the refused nodes first', async ({ page }) => {
  await open(page);
  await dropFile(page, 'odd.onnx', withWord(model('digits-mlp.onnx'), 'Relu', 'Rely'));
  await page.getByRole('button', { name: 'Show the support report' }).click();
  const rows = page.locator('.report tbody tr');
  await expect(rows.first().locator('.status')).toHaveText('refused');
  await expect(page.locator('.report .status-refused')).toHaveCount(2);
  await expect(page.locator('.report caption')).toContainText('2 of ');
});

test('N-14: the support report says of each node what it became, LRP’s rule there, and what is approximated', async ({
  page,
}) => {
  await open(page);
  await dropFile(page, 'mine.onnx', model('digits-cnn.onnx'));
  await page.locator('#own-report summary').click();
  const table = page.locator('.report');
  await expect(table.locator('caption')).toContainText(
    /all \d+ nodes are supported.*of the composite epsilon-plus-flat/,
  );
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const of = (operator) => rows.filter(([, op]) => op === operator).map((row) => row.slice(2));
  const unchanged = 'LRP hands relevance on unchanged, whatever the function';
  expect(of('Conv').map(([, , rule]) => rule)).toEqual(['flat', 'α = 1, β = 0']);
  expect(of('Gemm').map(([, , rule]) => rule)).toEqual(['ε = 0.000001', 'ε = 0.000001']);
  expect(of('MaxPool').map((row) => row.slice(2))).toEqual(
    Array(2).fill(['first maximum', 'where several values are the largest, the first gets all']),
  );
  for (const [status, , rule, approximated] of of('Relu')) {
    expect([status, rule]).toEqual(['runs', 'pass']);
    expect(approximated).toContain(unchanged);
  }
  // A cast of weights is no layer: it has no rule.
  for (const [, , rule, approximated] of of('Cast')) expect([rule, approximated]).toEqual(['', '']);
});

test('a model for other inputs is refused with what its input would have to be', async ({
  page,
}) => {
  await open(page);
  await dropFile(page, 'other.onnx', golden('case01_mlp.onnx'));
  await expect(page.locator('.notice').first()).toContainText('28 × 28');
  await expect(page.locator('.notice-code').first()).toHaveText('E_INPUT_SHAPE');
  await stillWorks(page);
});

test('an own model is explained, by drop and by the file button, with a choice of its input range', async ({
  page,
}) => {
  await open(page);
  const before = (await mapPrint(page, 'lrp')).hash;
  const own = withMetadata(model('digits-mlp.onnx'), { 'heatlens.input.range': 'unknown' });
  await dropFile(page, 'mine.onnx', own);
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#own-range')).toBeVisible();
  await expect(verdict(page)).toHaveText('3');
  await expect.poll(async () => (await mapPrint(page, 'lrp')).hash).not.toBe(before);
  await expect(page.locator('#own-report summary')).toContainText('mine.onnx');
  const bars = await page.locator('#bars').textContent();
  await page.locator('#range').selectOption('0 255');
  await expect.poll(() => page.locator('#bars').textContent()).not.toBe(bars);

  await page.locator('#file').setInputFiles({
    name: 'again.onnx',
    mimeType: 'application/octet-stream',
    buffer: model('digits-cnn.onnx'),
  });
  await expect(page.locator('[data-model="own"]')).toHaveText('again.onnx');
  await expect(page.locator('#own-range')).toBeHidden();
  await ready(page, 'grad-cam');
  await page.waitForTimeout(600);
  // The address says that it was another's, not whose.
  expect(await page.evaluate(() => location.hash)).toMatch(/&m=own&/);
  await stillWorks(page);
});

test('a label beyond all bounds is refused in words', async ({ page }) => {
  await open(page);
  const labels = ['x'.repeat(5000), ...'123456789'].join('\n');
  const bytes = withMetadata(model('digits-mlp.onnx'), { 'heatlens.labels': labels });
  await dropFile(page, 'long.onnx', bytes);
  await expect(page.locator('#notices')).toContainText('a label of 5000 bytes; the limit is 4096');
  await stillWorks(page);
});

test('hostile labels, titles and file names are text', async ({ page }) => {
  await open(page);
  const bytes = withMetadata(model('digits-mlp.onnx'), {
    'heatlens.labels': HOSTILE.join('\n'),
    'heatlens.title': HOSTILE[0],
    'heatlens.accuracy': HOSTILE[1],
  });
  await dropFile(page, `${HOSTILE[0]}.onnx`, bytes);
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  await ready(page, 'lrp');
  await expect(page.locator('#bars')).toContainText('<img');
  for (let index = 0; index < 10; index += 1) {
    await page.locator('.bar').nth(index).click();
    await page.locator('#against').selectOption({ index: 1 + ((index + 3) % 10) });
  }
  await card(page, 'saliency').locator('.card-title').click();
  await page.keyboard.press('Escape');
  expect(
    await page.locator('main img:not([part=image]), main script, main svg[onload]').count(),
  ).toBe(0);
  expect(await page.evaluate(() => ({}).polluted)).toBeUndefined();
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width).toBeLessThanOrEqual(0);
  await stillWorks(page);
});
