// Models of one's own on which a method is not what its name says, or a default does not fit: in words.
import { readFileSync } from 'node:fs';
import { card, dropFile, expect, MODELS, open, ready, test } from './digits-rig.mjs';
import { withWord } from './onnx-patch.mjs';

const cnn = () => readFileSync(new URL('digits-cnn.onnx', MODELS));
const bare = () => readFileSync(new URL('../golden-own/own05_bare.onnx', import.meta.url));

test('guided backprop at SELU is the plain gradient, and the card and its details say so', async ({
  page,
}) => {
  const methods = '#v=1&g=saliency.guided-backprop.deconvnet.grad-cam';
  await open(page, methods);
  for (const method of ['guided-backprop', 'deconvnet'])
    await expect(card(page, method).locator('.remarks')).toBeHidden();
  const maps = card(page, 'grad-cam').locator('.remarks');
  await expect(maps).toHaveText(/^Feature maps of “.+”\.$/);
  await dropFile(page, 'selu.onnx', withWord(cnn(), 'Relu', 'Selu'));
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  for (const [method, title] of [
    ['guided-backprop', 'guided backprop'],
    ['deconvnet', 'deconvnet'],
  ]) {
    const note = `There is no ReLU on the way, only 3 SELU: ${title} is the plain gradient.`;
    await expect(card(page, method).locator('.remarks')).toHaveText(note);
  }
  await card(page, 'guided-backprop').locator('.card-title').click();
  await expect(page.locator('#details')).toContainText('guided backprop is the plain gradient');
});

test('without an activation behind the last convolution Grad-CAM takes its own output, in words', async ({
  page,
}) => {
  await open(page, '#v=1&g=saliency.grad-cam.guided-grad-cam');
  await dropFile(page, 'bare.onnx', bare());
  await expect(page.locator('[data-model="own"]')).toHaveAttribute('aria-pressed', 'true');
  for (const method of ['grad-cam', 'guided-grad-cam']) {
    await ready(page, method);
    await expect(card(page, method).locator('.remarks')).toContainText(
      'No single activation follows that convolution: its own output is weighted.',
    );
  }
});

test('a network without feature maps has no Grad-CAM, in words', async ({ page }) => {
  await open(page, '#v=1&g=saliency.grad-cam');
  await page.locator('#models button').nth(1).click();
  await expect(card(page, 'grad-cam').locator('.card-note')).toContainText(
    'the last convolution with more than one position',
  );
  await expect(card(page, 'grad-cam').locator('.remarks')).toBeHidden();
});
