// Two networks, one digit, and several drawings of one.
import { SAMPLES } from '../../www/digits/input/samples.js';
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { CNN, MLP, createRuntime } from '../pkg/rig.mjs';
import { expect, isReady, test, view } from './digits-rig.mjs';

const TAU = 0.7;
const SETS = 3;

/** For drawings: each network's subsets of `digit`, and what the other network gives them. */
async function crossed(drawings, digit, sets) {
  const runtime = createRuntime();
  try {
    const models = await Promise.all([CNN, MLP].map((source) => runtime.load(source)));
    const out = [];
    for (const [i, model] of models.entries()) {
      const found = [];
      for (const { strokes } of drawings) {
        const { pixels } = preprocess(strokes);
        const options = { method: 'sis', target: digit, threshold: TAU, sets, mask: 0 };
        const { sis } = await model.explain(pixels, options);
        for (const { features } of sis.sets) {
          const kept = new Set(features);
          const left = pixels.map((value, k) => (kept.has(k) ? value : 0));
          const { probabilities } = await models[1 - i].predict(left);
          found.push({ size: features.length, other: probabilities[digit] });
        }
      }
      out.push(found);
    }
    return out;
  } finally {
    runtime.dispose();
  }
}

test('S3-17: the same digit in both networks, and what each makes of the other’s subset', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const threes = SAMPLES.filter(({ digit, hand }) => digit === 3 && hand === 0);
  const asked = crossed(threes, 3, 1);
  await view(page, 'networks');
  for (const id of ['map-cnn', 'map-mlp']) await isReady(page, id);
  const highs = await page.locator('#view-networks .legend-high').allTextContents();
  expect(highs[0]).toBe(highs[2] ?? highs[1]);
  for (const id of ['kept-cnn', 'kept-mlp']) await isReady(page, id, 120_000);
  const cross = page.locator('#view-networks > .result');
  const told =
    /^Convolutional gives the other’s subset [<>]?(\S+) %; Fully connected gives the other’s subset [<>]?(\S+) %\.$/;
  await expect(cross).toHaveText(told);
  const shown = (await cross.textContent()).match(told).slice(1).map(Number);
  const [[cnn], [mlp]] = await asked;
  // The convolutional network is given the fully connected one's subset, and the other way round.
  expect(Math.abs(shown[0] - 100 * mlp.other)).toBeLessThan(0.11);
  expect(Math.abs(shown[1] - 100 * cnn.other)).toBeLessThan(0.11);
});

test('S3-17: subsets of several 4s in both networks, each asked about the other’s', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const fours = SAMPLES.filter(({ digit }) => digit === 4);
  expect(fours).toHaveLength(3);
  const asked = crossed(fours, 4, SETS);
  await view(page, 'networks', '&t=4');
  const part = page.locator('#view-networks .part').filter({ hasText: 'Several of one digit' });
  await part.getByRole('button', { name: 'Search' }).click();
  await expect(part.locator('.result')).toHaveText('Three drawings of a 4.', { timeout: 240_000 });
  const rows = await part
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  const [cnn, mlp] = await asked;
  for (const [k, [title, found]] of [
    ['Convolutional', cnn],
    ['Fully connected', mlp],
  ].entries()) {
    const others = found.map(({ other }) => other);
    const sizes = found.map(({ size }) => size).sort((a, b) => a - b);
    const [name, count, median, mean, largest, enough] = rows[k];
    expect([name, count]).toEqual([title, String(found.length)]);
    expect(found.length).toBeGreaterThan(5);
    const half = sizes.length / 2;
    const middle = (sizes[Math.ceil(half) - 1] + sizes[Math.floor(half)]) / 2;
    expect(Number(median)).toBeCloseTo(middle, 1);
    const average = others.reduce((a, b) => a + b, 0) / others.length;
    expect(Number(mean)).toBeCloseTo(average, 2);
    expect(Number(largest)).toBeCloseTo(Math.max(...others), 2);
    expect(enough).toBe(`${others.filter((f) => f >= TAU).length} of ${found.length}`);
  }
  // Theirs are quoted, and said to be.
  await expect(part).toContainText('a quote and not measured here');
  await expect(part).toContainText('mean 0.028, largest 0.411');
});
