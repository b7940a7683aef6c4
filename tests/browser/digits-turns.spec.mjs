// Who asks last is answered last: methods, links, networks and files that come faster than their answers.
import { readFileSync } from 'node:fs';
import { dropFile, draw, expect, MODELS, print, ready, test, verdict } from './digits-rig.mjs';
import { withMetadata } from './onnx-patch.mjs';

const model = (name) => readFileSync(new URL(name, MODELS));
const strokes = (page) =>
  page.evaluate(() => {
    const [, d] = /d=([\w-]*)/.exec(location.hash) ?? [];
    return d;
  });

/** Holds back orders to the workers until the page calls `letGo()`: to load files of a size, or for a method. */
async function holdBack(page, { size = -1, method = '' }) {
  await page.addInitScript(
    ([length, name]) => {
      const post = Worker.prototype.postMessage;
      const held = [];
      let open = false;
      window.letGo = () => {
        open = true;
        for (const [worker, args] of held.splice(0)) post.apply(worker, args);
      };
      Worker.prototype.postMessage = function (message, ...rest) {
        const is = {
          load: () => message.bytes.length === length,
          explain: () => message.request.method === name,
        };
        if (!open && is[message?.op]?.()) {
          held.push([this, [message, ...rest]]);
          return undefined;
        }
        return post.call(this, message, ...rest);
      };
    },
    [size, method],
  );
}

test('knobs: a slow method that is no longer chosen does not come in the end', async ({ page }) => {
  await holdBack(page, { method: 'kernel-shap' });
  await page.goto('./digits/#v=1&x=knobs&p.knobs.method=lrp&m=mlp');
  const map = page.locator('#view-knobs .panel').first();
  const seen = () => print(page, '#view-knobs .panel canvas >> nth=0');
  const method = page.locator('#view-knobs').getByLabel('Method');
  await expect(map).toContainText('beside f(x)');
  await page.waitForTimeout(500);
  const lrp = (await seen()).hash;
  await method.selectOption('kernel-shap');
  await expect(map).toContainText('Computing');
  await page.waitForTimeout(600); // it has begun
  await method.selectOption('lrp');
  await expect.poll(async () => (await seen()).hash).toBe(lrp);
  await page.evaluate(() => window.letGo());
  await page.waitForTimeout(3000);
  expect((await seen()).hash).toBe(lrp);
  await expect(map).toContainText('LRP');
});

test('drawing over the first digit leaves the samples as they are', async ({ page }) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.locator('#copy-link').click();
  const before = await strokes(page);
  await draw(page, [
    [
      [0.1, 0.1],
      [0.9, 0.15],
    ],
  ]);
  await expect.poll(() => strokes(page)).not.toBe(before);
  await page.getByRole('button', { name: 'Sample 3, first hand' }).click();
  await expect.poll(() => strokes(page)).toBe(before);
});

test('a link followed in the open page sets what it leaves out, too', async ({ page }) => {
  await page.goto(
    './digits/#v=1&x=contrast&t=4&a=9&n=p99&c=grey&s=0&o=0&p.contrast.method=deeplift',
  );
  await expect(page.locator('#target')).toHaveValue('4');
  await expect(page.locator('#against')).toHaveValue('9');
  await page.evaluate(() => (location.hash = '#v=1&m=mlp'));
  await expect(page.locator('#view-contrast')).toBeHidden();
  await expect(page.locator('#target')).toHaveValue('top');
  await expect(page.locator('#against')).toHaveValue('');
  await expect(page.locator('#normalisation')).toHaveValue('max');
  await expect(page.locator('#palette')).toHaveValue('red-blue');
  await expect(page.locator('#shared')).toBeChecked();
  await expect(page.locator('#outline')).toBeChecked();
  await expect(page.locator('[data-model="mlp"]')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('p.');
  // And so do the controls of a view that was open before.
  await page.locator('#stations button[data-view="contrast"]').click();
  await expect(page.locator('#view-contrast').getByLabel('Method')).toHaveValue('lrp');
  await page.evaluate(() => (location.hash = '#v=1&m=mlp&x=contrast&p.contrast.method=deeplift'));
  await expect(page.locator('#view-contrast').getByLabel('Method')).toHaveValue('deeplift');
});

test('a link followed before the page is built names the network, too', async ({ page }) => {
  await page.route('**/*.wasm', async (route) => {
    // The page is there, but has no engine yet.
    await expect(page.locator('#seen')).toHaveAttribute('aria-label', /your digit/);
    await page.evaluate(() => (location.hash = '#v=1&m=mlp'));
    await route.continue();
  });
  await page.goto('./digits/#v=1&m=cnn');
  await expect(page.locator('[data-model="mlp"]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#model-text')).toContainText('266,610');
});

test('of two files in quick succession the newer stays, whichever is read first', async ({
  page,
}) => {
  const slow = withMetadata(model('digits-mlp.onnx'), { note: 'slow' });
  await holdBack(page, { size: slow.length });
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await dropFile(page, 'slow.onnx', slow);
  await dropFile(page, 'quick.onnx', model('digits-mlp.onnx'));
  await expect(page.locator('[data-model="own"]')).toHaveText('quick.onnx');
  await page.evaluate(() => window.letGo());
  await page.waitForTimeout(1000);
  await expect(page.locator('[data-model="own"]')).toHaveText('quick.onnx');
  await page.getByRole('button', { name: 'Sample 6, second hand' }).click();
  await expect(verdict(page)).toHaveText('6');
  await ready(page, 'lrp');
  await ready(page, 'occlusion');
  await expect(page.locator('.notice-error')).toHaveCount(0);
});

test('a file that is never read holds nobody up, and reading it can be stopped', async ({
  page,
}) => {
  const stuck = withMetadata(model('digits-mlp.onnx'), { note: 'stuck' });
  await holdBack(page, { size: stuck.length });
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await dropFile(page, 'stuck.onnx', stuck);
  const notice = page.locator('.notice', { hasText: 'Reading stuck.onnx' });
  await expect(notice).toBeVisible({ timeout: 10_000 });
  await page.getByRole('button', { name: 'Sample 6, second hand' }).click();
  await expect(verdict(page)).toHaveText('6');
  await ready(page, 'lrp');
  await notice.getByRole('button', { name: 'Stop reading it' }).click();
  await expect(notice).toHaveCount(0);
  await dropFile(page, 'next.onnx', model('digits-mlp.onnx'));
  await expect(page.locator('[data-model="own"]')).toHaveText('next.onnx');
  await expect(verdict(page)).toHaveText('6');
});

test('a drawing that no link can hold is not called a link', async ({ page }) => {
  const word = (letter, k) => letter.repeat(29) + (100 + k);
  const parameters = Array.from(
    { length: 64 },
    (_, k) => `p.${word('m', k)}.${word('n', k)}=${word('v', k)}`,
  );
  await page.goto(`./digits/#v=1&m=mlp&d=&${parameters.join('&')}`);
  await expect(page.locator('#pad-hint')).toBeVisible();
  const copy = () => page.locator('#copy-link').click();
  const notice = page.locator('.notice').first();
  await copy();
  await expect(notice).toContainText('holds the drawing');
  // In one event, as from a pen that is faster than the screen.
  await page.locator('#pad').evaluate((pad) => {
    const box = pad.getBoundingClientRect();
    const event = (type, x, y, more = {}) =>
      new PointerEvent(type, {
        ...{ pointerId: 7, isPrimary: true, button: 0, bubbles: true, ...more },
        ...{ clientX: box.x + x * box.width, clientY: box.y + y * box.height },
      });
    const coalescedEvents = Array.from({ length: 400 }, (_, i) =>
      event('pointermove', 0.05 + 0.9 * (i % 2), 0.05 + ((i * 7) % 90) / 100),
    );
    pad.dispatchEvent(event('pointerdown', 0.5, 0.5));
    pad.dispatchEvent(event('pointermove', 0.5, 0.5, { coalescedEvents }));
    pad.dispatchEvent(event('pointerup', 0.5, 0.5));
  });
  await copy();
  await expect(notice).toContainText('There is no link for this');
});

/** How many workers may share long work, and one that keeps up with pen and keyboard. */
const most = (page) => page.evaluate(() => 1 + Math.min(4, navigator.hardwareConcurrency));

test('each page starts one worker for quick work and four for slow work at most, as long as no file is opened', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const few = async () => expect(page.workers().length).toBeLessThanOrEqual(await most(page));
  await page.goto('./digits/#v=1&g=all');
  await ready(page, 'lime', 60_000);
  await few();
  await page.goto('./text/');
  await expect(page.locator('#sets li').first()).toBeVisible({ timeout: 60_000 });
  await few();
  await page.goto('./molecules/');
  await expect(page.locator('#fragments')).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  await page.locator('#space').scrollIntoViewIfNeeded();
  await expect(page.locator('#space-energy')).toContainText('kcal', { timeout: 60_000 });
  await page.locator('#space-lines').selectOption('cut');
  await page.locator('#space-probe').selectOption({ index: 1 });
  await expect(page.locator('#pairs-table')).toContainText('Lost when cut', { timeout: 60_000 });
  await few();
});
