// What each method's card says: labels, formulas, sums; and maps side by side.
import { card, expect, ready, takeJson, test } from './digits-rig.mjs';
import { number } from './numbers.mjs';

const details = (page) => page.locator('#details');

async function openCard(page, method) {
  await card(page, method).locator('.card-title').click();
  await expect(details(page)).toBeVisible();
}

/** What a row of the open dialog says. */
const row = async (page, term) =>
  details(page)
    .locator('dt', { hasText: new RegExp(`^${term.replace(/[()]/g, '\\$&')}$`) })
    .locator('xpath=following-sibling::dd[1]')
    .textContent();

const cosine = (a, b) => {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

test('S0-1: Random, Segmentation and Relevance of one 3 stand side by side', async ({ page }) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.locator('#composer summary').click();
  for (const title of ['Random', 'Segmentation'])
    await page.getByLabel(title, { exact: true }).check();
  for (const title of ['Saliency', 'Occlusion'])
    await page.getByLabel(title, { exact: true }).uncheck();
  await expect(page.locator('.card')).toHaveCount(3);
  for (const method of ['random', 'segmentation', 'lrp']) await ready(page, method);
  await expect(page.locator('#verdict')).toHaveText('3');
  await page.getByRole('button', { name: 'the first three' }).click();
  await expect(page.locator('.card')).toHaveCount(3);
  await ready(page, 'saliency');
});

test('S0-4: the sensitivity card states its drawback, and what would make it more or less so', async ({
  page,
}) => {
  await page.goto('./digits/');
  await ready(page, 'saliency');
  await openCard(page, 'saliency');
  expect(await row(page, 'Drawbacks')).toContain(
    'more or less a member of its class, and does not fully explain the decision',
  );
});

test('S0-7 (i): deconvnet’s sum stands beside f(x), and is another number', async ({ page }) => {
  await page.goto('./digits/#v=1&g=deconvnet.lrp');
  for (const method of ['deconvnet', 'lrp']) await ready(page, method);
  await openCard(page, 'deconvnet');
  const text = await page.locator('#details .sum').textContent();
  expect(await row(page, 'Relation to f(x)')).toBe('Σ h: nothing in particular');
  await page.keyboard.press('Escape');
  const [sum, score] = [number(text, 'Σ'), number(text, 'f\\(x\\)')];
  expect(score).toBeGreaterThan(5);
  expect(Math.abs(sum - score)).toBeGreaterThan(0.5 * score);
  const { explanations } = await takeJson(page);
  const { relevance } = explanations.find(({ method }) => method === 'deconvnet');
  const real = relevance.reduce((total, value) => total + value, 0);
  expect(Math.abs(real - sum)).toBeLessThan(0.006 * Math.abs(real));
});

test('S0-11, S2-2: the slide’s rows, each method’s formula and what its numbers sum to', async ({
  page,
}) => {
  await page.goto('./digits/#v=1&g=lrp.saliency.deconvnet');
  for (const method of ['lrp', 'saliency', 'deconvnet']) await ready(page, method);
  const wanted = {
    saliency: {
      Propagation: 'the chain rule',
      Heatmap: 'h_p = ‖∂f/∂x_p‖_∞',
      'Relation to f(x)': 'nothing in particular',
      'Applies to': 'any network with continuous, locally differentiable neurons',
      Drawbacks: 'does not fully explain the decision',
    },
    deconvnet: {
      Propagation: 'switches of the max pools',
      Heatmap: 'every rectifier hands back max(0, R)',
      'Relation to f(x)': 'nothing in particular',
      'Applies to': 'convolutional networks with max pooling and rectifiers (ReLU)',
      Drawbacks: 'no stated relation to the score',
    },
    lrp: {
      Propagation: 'in proportion to what they sent',
      Heatmap: 'R_i = Σ_j z_ij / (Σ_i z_ij + b_j) · R_j',
      'Relation to f(x)': 'Σ h: f(x), less what biases and ε take',
      'Applies to': 'monotonous activations, even non-continuous ones',
      Drawbacks: 'biases and ε take a part',
    },
  };
  for (const [method, rows] of Object.entries(wanted)) {
    await openCard(page, method);
    for (const [term, words] of Object.entries(rows))
      expect(await row(page, term)).toContain(words);
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
  }
  await expect(page.locator('.prose')).toContainText('The methods answer different questions');
});

test('S2-7: sensitivity by ℓ2 has no sign and no sum, LRP of the same digit has both', async ({
  page,
}) => {
  await page.goto('./digits/#v=1&g=saliency.gradient.lrp&m=mlp&p.saliency.norm=l2');
  for (const method of ['saliency', 'gradient', 'lrp']) await ready(page, method);
  const { explanations } = await takeJson(page);
  const of = (name) => explanations.find(({ method }) => method === name);
  const [sensitivity, gradient, lrp] = ['saliency', 'gradient', 'lrp'].map(of);
  expect(sensitivity.parameters.norm).toBe('l2');
  // The Euclidean norm over the one channel of a pixel.
  sensitivity.relevance.forEach((value, i) =>
    expect(Math.abs(value - Math.abs(gradient.relevance[i]))).toBeLessThanOrEqual(1e-6),
  );
  expect(Math.min(...lrp.relevance)).toBeLessThan(-0.05 * Math.max(...lrp.relevance));
  expect(cosine(sensitivity.relevance, lrp.relevance.map(Math.abs))).toBeLessThan(0.6);
  const leaks = lrp.layers.reduce((sum, { bias, stabilizer }) => sum + bias + stabilizer, 0);
  expect(Math.abs(lrp.sum + leaks - lrp.score)).toBeLessThan(1e-3 * lrp.score);
  expect(Math.abs(sensitivity.sum - sensitivity.score)).toBeGreaterThan(sensitivity.score);
});

test('S3-2: every method is labelled white or black box, input-dependent or not', async ({
  page,
}) => {
  await page.goto('./digits/#v=1&g=all');
  await expect(page.locator('.card')).toHaveCount(21);
  const black = [
    ...['occlusion', 'sis', 'shapley', 'kernel-shap', 'lime'],
    ...['random', 'segmentation'],
  ];
  const labels = await page
    .locator('.card')
    .evaluateAll((cards) =>
      cards.map((each) => [each.dataset.method, each.querySelector('.kind').textContent]),
    );
  for (const [method, label] of labels) {
    const box = black.includes(method) ? 'black box' : 'white box';
    const input = {
      random: 'input-independent',
      deconvnet: 'input-dependent, through the switches of max pools only',
    }[method];
    expect(label).toBe(`${box}, ${input ?? 'input-dependent'}`);
  }
  await openCard(page, 'lime');
  expect(await row(page, 'Kind')).toBe('black box, input-dependent');
});

test('S3-10: where LIME and SHAP are explained, maximum-entropy sampling is described', async ({
  page,
}) => {
  await page.goto('./digits/#v=1&g=kernel-shap.lime');
  await expect(page.locator('.card')).toHaveCount(2);
  for (const method of ['kernel-shap', 'lime']) {
    await openCard(page, method);
    expect(await row(page, 'Samples')).toMatch(
      /^subsets of the blocks, .*Maximum-entropy sampling \(Finnegan and Song 2017\), which this page does not have, draws whole inputs/,
    );
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
  }
});
