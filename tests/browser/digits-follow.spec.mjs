// The view that follows the relevance through the network: meter, tiles, filters, neurons, the film.
import { readFileSync } from 'node:fs';
import { palette } from '../../www/kit/color/colors.js';
import { explainByCli } from './cli.mjs';
import { MODELS, expect, inputOf, isReady, panel, print, test, view } from './digits-rig.mjs';
import { number } from './numbers.mjs';
import { weights } from './onnx-patch.mjs';

const status = (page) => page.locator('#view-layers .result').first();
const read = (text) => Number(text.replace('−', '-').replace('e−', 'e-'));

async function follow(page, more = '') {
  await view(page, 'layers', more);
  await isReady(page, 'trace');
}

test('S0-13: a layer as tiles; a channel as the start', async ({ page }) => {
  await follow(page);
  await page.getByLabel('Layer', { exact: true }).selectOption({ index: 2 });
  const tiles = page.locator('.tiles-values .tile');
  expect(await tiles.count()).toBeGreaterThan(4);
  expect(await page.locator('.tiles-adjoint .tile').count()).toBe(await tiles.count());
  const before = (await print(page, '[data-panel="trace"] .map')).hash;
  await tiles.nth(2).click();
  await expect(status(page)).toContainText('channel 3');
  await expect
    .poll(async () => (await print(page, '[data-panel="trace"] .map')).hash)
    .not.toBe(before);
  await page.getByRole('button', { name: 'Start at the class again' }).click();
  await expect.poll(async () => (await print(page, '[data-panel="trace"] .map')).hash).toBe(before);
});

test('S3-3: the first-layer filters are the weights of the file, and only these are drawn', async ({
  page,
}) => {
  await follow(page);
  const part = page.locator('#view-layers .part').filter({ hasText: 'First-layer filters' });
  await expect(part).toContainText(
    'Only the filters of the first layer can be looked at like this',
  );
  const filters = part.locator('canvas.filter');
  await expect(filters).toHaveCount(24);
  const { dims, values } = weights(readFileSync(new URL('digits-cnn.onnx', MODELS))).get(
    'conv1.weight.f16',
  );
  expect(dims).toEqual([24, 1, 5, 5]);
  const full = Math.max(...values.map(Math.abs));
  const map = palette('red-blue', 'light');
  const drawn = await filters.evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
        willReadFrequently: true,
      });
      copy.drawImage(canvas, 0, 0);
      const cell = canvas.width / 5;
      return Array.from({ length: 25 }, (_, i) => {
        const [x, y] = [((i % 5) + 0.5) * cell, (Math.floor(i / 5) + 0.5) * cell];
        return Array.from(copy.getImageData(Math.floor(x), Math.floor(y), 1, 1).data).slice(0, 3);
      });
    }),
  );
  drawn.forEach((cells, filter) =>
    cells.forEach((rgb, i) =>
      expect(rgb, `filter ${filter}, weight ${i}`).toEqual(map.at(values[filter * 25 + i] / full)),
    ),
  );
  expect(read(await part.locator('.legend-high').textContent())).toBeCloseTo(full, 2);
});

test('S3-4: a chosen channel is deconvoluted, with the numbers of the command line', async ({
  page,
}) => {
  await follow(page);
  const input = await inputOf(page, 'Layer by layer');
  await page.getByLabel('Method', { exact: true }).selectOption('deconvnet');
  await expect(status(page)).toContainText('with the signal 1');
  await page.getByLabel('Layer', { exact: true }).selectOption({ index: 2 });
  await page.locator('.tiles-values .tile').nth(4).click();
  await expect(status(page)).toContainText('channel 5');
  await expect(page.locator('.meter')).toBeHidden();
  const node = (await status(page).textContent()).match(/Start: (\S+), channel 5/)[1];
  const theirs = (method) =>
    explainByCli('digits-cnn.onnx', input, method, { target: `channel:${node}:4` });
  const sum = ({ relevance }) => relevance.reduce((total, value) => total + value, 0);
  const line = () => panel(page, 'trace').locator('.sum').textContent();
  const [deconvnet, gradient] = [theirs('deconvnet'), theirs('gradient')].map(sum);
  expect(Math.abs(deconvnet - gradient)).toBeGreaterThan(0.05 * Math.abs(deconvnet));
  expect(Math.abs(number(await line(), 'Σ h =') - deconvnet)).toBeLessThan(
    0.006 * Math.abs(deconvnet),
  );
  await page.getByLabel('Method', { exact: true }).selectOption('gradient');
  await expect
    .poll(async () => Math.abs(number(await line(), 'Σ h =') - gradient))
    .toBeLessThan(0.006 * Math.abs(gradient) + 1e-3);
});

test('S2-4, N-8: one neuron’s numbers: r_i = x_i C_i, and all of R_j is accounted for', async ({
  page,
}) => {
  await follow(page, '&m=mlp');
  await page.getByLabel('Layer', { exact: true }).selectOption({ label: 'fc2, dense, 100' });
  const host = page.getByRole('group', { name: 'Numbers of the neuron' });
  const said = page.locator('#view-layers .part .result').first();
  const close = (a, b, scale) =>
    expect(Math.abs(a - b)).toBeLessThan(0.015 * Math.abs(scale) + 2e-3);
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(said).toContainText('Σ z + b =');
    const text = await said.textContent();
    const [output, arrived] = [number(text, 'b ='), number(text, 'R_j =')];
    const rows = await host
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((each) => [...each.children].slice(1).map((cell) => cell.textContent)),
      );
    let checked = 0;
    for (const [x, w, z, c, r] of rows.slice(0, -3).map((cells) => cells.map(read))) {
      close(x * w, z, z);
      if (x === 0) continue;
      // The rule ε: C_i = w_ij R_j / z_j, and r_i = x_i C_i.
      close((w * arrived) / output, c, c);
      close(x * c, r, r);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(4);
    const [rest, bias, whole] = rows.slice(-3).map((cells) => cells.map(read));
    const handed = rows.slice(0, -3).reduce((sum, cells) => sum + read(cells[4]), rest[4]);
    close(whole[2], output, output);
    close(handed + bias[4], arrived, arrived);
    // What the bias keeps is its part of z_j.
    close(bias[4], (arrived * bias[2]) / output, arrived);
    const before = await said.textContent();
    await page.getByRole('button', { name: 'Next neuron' }).click();
    await expect(said).not.toHaveText(before);
  }
  // S0-13: any unit as the start.
  const map = (await print(page, '[data-panel="trace"] .map')).hash;
  await page.getByRole('button', { name: 'Explain this neuron' }).click();
  await expect(status(page)).toContainText(/Start: \S+, unit \d+/);
  await expect
    .poll(async () => (await print(page, '[data-panel="trace"] .map')).hash)
    .not.toBe(map);
});

test('S0-8, S2-5, N-4: the meter adds up at every layer', async ({ page }) => {
  await follow(page);
  const rows = await page
    .locator('.meter tbody tr')
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll('.number')].map((cell) =>
          Number(cell.textContent.replace('−', '-').replace('e−', 'e-')),
        ),
      ),
    );
  expect(rows.length).toBeGreaterThan(5);
  for (const [out, passed, bias, stabilizer] of rows)
    expect(Math.abs(out - passed - bias - stabilizer)).toBeLessThan(0.02 * Math.abs(out) + 0.02);
  const score = number(await page.locator('#view-layers .result').first().textContent(), 'f =');
  expect(Math.abs(rows[0][0] - score)).toBeLessThan(0.01 * score);
});

test('S3-5: the convolution and its transpose, by hand', async ({ page }) => {
  await follow(page);
  const squares = page.locator('.squares figure');
  const values = async (k) => (await squares.nth(k).locator('.cell').allTextContents()).map(Number);
  await expect(squares.nth(2).locator('.cell').first()).not.toBeEmpty();
  const check = async () => {
    const [x, filter, out, y, back] = await Promise.all([0, 1, 2, 3, 4].map(values));
    const wanted = [0, 1, 4, 5].map((at) =>
      filter.reduce((sum, w, k) => sum + w * x[at + 4 * Math.floor(k / 3) + (k % 3)], 0),
    );
    expect(out).toEqual(wanted);
    const stamped = new Array(16).fill(0);
    [0, 1, 4, 5].forEach((at, j) =>
      filter.forEach((w, k) => (stamped[at + 4 * Math.floor(k / 3) + (k % 3)] += w * y[j])),
    );
    expect(back).toEqual(stamped);
    const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    expect(dot(out, y)).toBe(dot(x, back));
    await expect(page.locator('#view-layers .part .result').last()).toContainText(
      `= ${dot(out, y)} and`,
    );
  };
  await check();
  await squares.nth(0).locator('.cell').nth(5).click();
  await expect(squares.nth(0).locator('.cell').nth(5)).toHaveText('0');
  await expect
    .poll(() =>
      check().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
});

test('S2-3: the film runs forward, starts, and runs backward', async ({ page }) => {
  await follow(page);
  await page.getByRole('button', { name: 'Play' }).click();
  for (const phase of ['forward', 'initialisation', 'backward'])
    await expect(status(page)).toContainText(phase, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
});
