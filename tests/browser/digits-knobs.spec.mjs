// Every knob moves the map, and the numbers are those of the command line.
import { explainByCli } from './cli.mjs';
import { expect, inputOf, isReady, panel, print, test, view } from './digits-rig.mjs';
import { number } from './numbers.mjs';

const LONG = 120_000;
const total = ({ relevance }) => relevance.reduce((sum, value) => sum + value, 0);

/** What the address says of a parameter of LRP. */
const kept = (page, name) =>
  page.evaluate((key) => new URLSearchParams(location.hash.slice(1)).get(key), `p.lrp.${name}`);

test('N-3: ε, γ and β as sliders: the map changes under the finger, to the command line’s numbers', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'knobs');
  await isReady(page, 'knobs');
  const input = await inputOf(page, 'Parameters');
  const map = async () => (await print(page, '[data-panel="knobs"] .map')).hash;
  const line = () => panel(page, 'knobs').locator('.sum').textContent();
  const knobs = page.locator('#view-knobs');
  for (const [composite, name, at] of [
    ['epsilon', 'epsilon', '185'],
    ['gamma', 'gamma', '150'],
    ['alpha-beta', 'beta', '40'],
  ]) {
    await knobs.getByLabel('composite', { exact: true }).selectOption(composite);
    await expect.poll(() => kept(page, 'composite')).toBe(composite);
    const others = { target: 3, composite };
    const usual = total(explainByCli('digits-cnn.onnx', input, 'lrp', others));
    const near = (wanted) => async () =>
      Math.abs(number(await line(), 'Σ') - wanted) < 0.006 * Math.abs(wanted) + 1e-3;
    await expect.poll(near(usual)).toBe(true);
    const before = await map();
    const slider = knobs.getByLabel(name, { exact: true });
    await slider.fill(at);
    await expect.poll(map).not.toBe(before);
    await expect.poll(() => kept(page, name)).not.toBeNull();
    const value = Number(await kept(page, name));
    expect(value).toBeGreaterThan(0);
    const moved = total(
      explainByCli('digits-cnn.onnx', input, 'lrp', { ...others, [name]: value }),
    );
    expect(Math.abs(moved - usual)).toBeGreaterThan(0.02 * Math.abs(usual));
    await expect.poll(near(moved)).toBe(true);
    await knobs.getByRole('button', { name: 'Back to the usual values' }).click();
  }
});

test('N-3: a rule for each layer, with the numbers of the command line', async ({ page }) => {
  test.setTimeout(LONG);
  await view(page, 'knobs', '&p.lrp.composite=gamma');
  await isReady(page, 'knobs');
  const input = await inputOf(page, 'Parameters');
  const before = (await print(page, '[data-panel="knobs"] .map')).hash;
  await page.getByLabel('conv1 (conv)').selectOption('flat');
  await expect
    .poll(async () => (await print(page, '[data-panel="knobs"] .map')).hash)
    .not.toBe(before);
  await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/p\.rules\.n\d+=flat/);
  const sum = total(
    explainByCli('digits-cnn.onnx', input, 'lrp', {
      target: 3,
      composite: 'gamma',
      rules: 'conv1=flat',
    }),
  );
  const line = await panel(page, 'knobs').locator('.sum').textContent();
  expect(Math.abs(number(line, 'Σ') - sum)).toBeLessThan(0.006 * Math.abs(sum) + 1e-3);
});

test('N-3: τ and λ as sliders: as many pixels, and as high a score, as the number asks for', async ({
  page,
}) => {
  test.setTimeout(LONG);
  await view(page, 'subsets', '&m=mlp');
  await isReady(page, 'subset', LONG);
  const input = await inputOf(page, 'Sufficient input subsets');
  for (const tau of ['0.5', '0.9']) {
    await page.getByLabel('Threshold τ').fill(tau);
    const check = page.locator('#view-subsets > .result');
    await expect(check).toContainText(`τ = ${Number(tau).toFixed(3)}`, { timeout: LONG });
    const { sis } = explainByCli('digits-mlp.onnx', input, 'sis', {
      target: 3,
      threshold: Number(tau),
      sets: 1,
    });
    expect(number(await check.textContent(), 'again:')).toBe(sis.sets[0].features.length);
  }
  // λ: the objective is the score less λ Σ x², with the numbers shown.
  await page.getByRole('button', { name: 'Activation maximisation', exact: true }).click();
  await page.getByLabel('Start from').selectOption('drawing');
  const ink = input.reduce((sum, value) => sum + value * value, 0);
  const status = page.locator('#view-images .result');
  for (const lambda of ['0.01', '0.2']) {
    await page.getByLabel('λ', { exact: true }).fill(lambda);
    await page.getByRole('button', { name: 'Climb' }).click();
    await expect(page.getByRole('button', { name: 'Climb' })).toBeVisible({ timeout: 60_000 });
    const text = await status.textContent();
    const [score, objective] = [number(text, 'Score'), number(text, '\\(solid\\)')];
    expect(Math.abs(score - Number(lambda) * ink - objective)).toBeLessThan(
      0.01 * (Math.abs(score) + Math.abs(objective)),
    );
  }
});
