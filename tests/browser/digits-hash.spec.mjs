import { draw, expect, open, ready, sample, test, verdict } from './digits-rig.mjs';

/** Repeatable random numbers (mulberry32). */
function random(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const WRITTEN = [
  'v=1&m=https://evil.example/model.onnx',
  'v=1&m=//evil.example/x',
  'v=1&m=own',
  'v=1&m=__proto__',
  'v=1&t=999&a=998',
  'v=1&t=-1',
  'v=1&t=NaN',
  'v=1&t=3&a=3',
  'v=1&c=__proto__',
  'v=1&n=constructor',
  'v=1&d=',
  'v=1&d=%3Cimg%20src%3Dx%20onerror%3D__pwned%3D1%3E',
  '<img src=x onerror=__pwned=1>',
  'v=1&p.lrp.composite=nonsense',
  'v=1&p.lrp.epsilon=-5&p.lrp.gamma=1e99',
  'v=1&p.sis.threshold=1e308',
  'v=1&p.sis.sets=0',
  'v=1&p.occlusion.window=1e6',
  'v=1&p.integrated-gradients.steps=-3',
  'v=1&p.__proto__.x=1',
  'v=1&p.occlusion.stride=NaN',
  'v=1&p.grad-cam.layer=nowhere',
  `v=1&d=${'A'.repeat(50_000)}`,
  `v=1&${'p.lrp.epsilon=1&'.repeat(2000)}`,
  '%',
  '%E0%A4%A',
  'v=1&d=AgAAAg',
  'v=2&m=cnn',
  '\u0000',
  'v=1&&&&===',
];

function fuzzed(count) {
  const next = random(7);
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789-_.=&%<>"\'#/:;';
  const keys = [
    'm=',
    't=',
    'a=',
    'n=',
    'c=',
    's=',
    'o=',
    'd=',
    'p.lrp.composite=',
    'p.lrp.epsilon=',
    'p.sis.threshold=',
    'p.occlusion.window=',
  ];
  return Array.from({ length: count }, () => {
    const parts = ['v=1'];
    for (let k = 0; k < 1 + next() * 6; k += 1) {
      let value = '';
      for (let i = 0; i < next() * 24; i += 1)
        value += letters[Math.floor(next() * letters.length)];
      parts.push(keys[Math.floor(next() * keys.length)] + value);
    }
    return parts.join('&');
  });
}

test('230 hostile addresses, entered one after another, leave a working page', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  for (const hash of [...WRITTEN, ...fuzzed(200)]) {
    await page.evaluate((text) => {
      location.hash = text;
      return new Promise((done) => setTimeout(done, 30));
    }, hash);
  }
  await expect(page.locator('main')).not.toContainText(/NaN|undefined/);
  await page.locator('#models button').first().click();
  await page.locator('#target').selectOption('top');
  await page.getByRole('button', { name: 'Sample 8, first hand' }).click();
  await expect(verdict(page)).toHaveText('8');
});

test('hostile addresses at load fall back to the first sample @long', async ({ page }) => {
  test.setTimeout(120_000);
  for (const hash of WRITTEN) {
    await page.goto('about:blank');
    await page.goto(`./digits/#${hash}`);
    await expect(page.locator('.bar')).toHaveCount(10);
    await expect
      .poll(() => page.locator('.card[data-method="saliency"]').getAttribute('data-state'))
      .toMatch(/ready|none/);
  }
  const clear = page.locator('#clear');
  if (await clear.isEnabled()) await clear.click();
  await expect(clear).toBeDisabled();
  await draw(page, sample(1, 1).strokes);
  await expect(verdict(page)).toHaveText('1');
  await ready(page, 'saliency');
});
