// Part 10: what a visitor takes away, and what the address restores.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { explainByCli } from './cli.mjs';
import { ALL, dropFile, expect, open, print, ready, test, verdict } from './digits-rig.mjs';

async function take(page, scope, kind) {
  const coming = page.waitForEvent('download');
  await scope.getByRole('button', { name: kind, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('N-15: JSON holds the numbers that the command line computes, and all they depend on', async ({
  page,
}) => {
  await open(page);
  for (const method of ['lrp', 'integrated-gradients', 'occlusion']) await ready(page, method);
  const { name, bytes } = await take(page, page.locator('#take'), 'JSON');
  expect(name).toBe('heatlens-maps.json');
  const taken = JSON.parse(bytes);
  expect(taken.model.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(taken.input).toHaveLength(784);
  expect(taken.target).toBe(3);
  for (const method of ['lrp', 'integrated-gradients', 'occlusion', 'guided-backprop']) {
    const mine = taken.explanations.find((each) => each.method === method);
    const theirs = explainByCli('digits-cnn.onnx', taken.input, method, {
      target: 3,
      ...mine.parameters,
    });
    expect(Math.abs(mine.score - theirs.score)).toBeLessThan(1e-6);
    const largest = Math.max(...mine.relevance.map(Math.abs));
    mine.relevance.forEach((value, i) =>
      expect(Math.abs(value - theirs.relevance[i])).toBeLessThanOrEqual(1e-6 * largest),
    );
  }
});

test('S0-2, S0-3: empty corners occlude nothing, sensitivity has no sign, only some sums are f(x)', async ({
  page,
}) => {
  await open(page, `#v=1&p.integrated-gradients.steps=50&${ALL}`);
  for (const method of ['saliency', 'lrp', 'integrated-gradients', 'occlusion'])
    await ready(page, method);
  const { explanations } = JSON.parse((await take(page, page.locator('#take'), 'JSON')).bytes);
  const of = (name) => explanations.find(({ method }) => method === name);
  const { relevance, score } = of('occlusion');
  for (const corner of [0, 27, 27 * 28, 783])
    expect(Math.abs(relevance[corner])).toBeLessThanOrEqual(1e-5 * Math.abs(score));
  expect(of('saliency').relevance.every((value) => value >= 0)).toBe(true);
  expect(Math.abs(of('saliency').sum - score)).toBeGreaterThan(0.5 * score);
  const { sum, expected } = of('integrated-gradients');
  expect(Math.abs(sum - expected)).toBeLessThan(0.02 * Math.abs(expected));
});

test('N-16: CSV has a row per pixel; SVG and PNG carry legend, rule and model', async ({
  page,
}) => {
  await open(page, '#v=1');
  await ready(page, 'lrp');
  await ready(page, 'occlusion');
  const csv = (await take(page, page.locator('#take'), 'CSV')).bytes.toString().trim().split('\n');
  const rows = csv.filter((line) => !line.startsWith('#'));
  expect(rows[0]).toBe('row,column,input,lrp,saliency,occlusion');
  expect(rows).toHaveLength(785);
  expect(csv.filter((line) => line.startsWith('# lrp score='))[0]).toContain('composite=gamma');

  const svg = (await take(page, page.locator('#take'), 'SVG')).bytes.toString();
  const hash = csv[0].match(/\(([0-9a-f]{16})\)/)[1];
  for (const text of ['Saliency', 'LRP', 'Occlusion', 'full colour = max |R|', hash, 'class 3'])
    expect(svg).toContain(text);
  const legend = await page.locator('.card[data-method="lrp"] .legend-high').textContent();
  expect(svg).toContain(`>${legend}<`);
  // It stands alone: a browser opens it as a picture.
  const size = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, svg);
  expect(size[0]).toBeGreaterThan(700);
  const png = (await take(page, page.locator('#take'), 'PNG')).bytes;
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * size[0], 2 * size[1]]);
});

test('N-13: full colour of shared maps is one value, and each rule states itself', async ({
  page,
}) => {
  await open(page);
  const names = ['gradient-x-input', 'integrated-gradients', 'deeplift', 'lrp'];
  for (const name of names) await ready(page, name);
  const high = (name) => page.locator(`.card[data-method="${name}"] .legend-high`).textContent();
  const rule = page.locator('.card[data-method="lrp"] .legend-rule');
  expect(new Set(await Promise.all(names.map(high))).size).toBe(1);
  for (const [norm, words] of [
    ['p99', '99th percentile'],
    ['cubic', '10 × cubic mean'],
    ['max', 'largest value'],
  ]) {
    await page.locator('#normalisation').selectOption(norm);
    await expect(rule).toContainText(words);
    expect(new Set(await Promise.all(names.map(high))).size).toBe(1);
  }
});

test('N-15, S1-2: the address restores an image, the view and the chosen methods', async ({
  page,
  context,
}) => {
  const image = Buffer.alloc(784);
  for (let row = 4; row < 24; row += 1) image.fill(255, row * 28 + 13, row * 28 + 16);
  await page.goto(`./digits/#v=1&i=${image.toString('base64url')}&g=lrp.random&m=mlp`);
  await ready(page, 'lrp');
  await expect(verdict(page)).toHaveText('1');
  await expect(page.locator('.card')).toHaveCount(2);
  const seen = (await print(page, '#seen')).hash;
  await page.getByRole('button', { name: 'For and against' }).click();
  await page.waitForTimeout(700);
  const hash = await page.evaluate(() => location.hash);
  const other = await context.newPage();
  await other.goto(`./digits/${hash}`);
  await expect(other.locator('#view-contrast')).toBeVisible();
  await expect(other.locator('[data-panel="contrast"]')).toHaveAttribute('data-state', 'ready');
  expect((await print(other, '#seen')).hash).toBe(seen);
  await expect(verdict(other)).toHaveText('1');
});

test('MNIST files as they are can be looked through and chosen from', async ({ page }) => {
  await open(page, '#v=1');
  const images = Buffer.alloc(16 + 40 * 784);
  images.writeUInt32BE(0x803, 0);
  images.writeUInt32BE(40, 4);
  images.writeUInt32BE(28, 8);
  images.writeUInt32BE(28, 12);
  for (let k = 0; k < 40; k += 1)
    for (let row = 4; row < 24; row += 1)
      images.fill(200 + k, 16 + k * 784 + row * 28 + 14, 16 + k * 784 + row * 28 + 17);
  const labels = Buffer.alloc(48, 1);
  labels.writeUInt32BE(0x801, 0);
  labels.writeUInt32BE(40, 4);
  await dropFile(page, 'train-images-idx3-ubyte.gz', gzipSync(images));
  await expect(page.locator('#sheet')).toContainText('1 to 30 of 40');
  await dropFile(page, 'train-labels-idx1-ubyte', labels);
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('button', { name: 'Image 37, a 1' }).click();
  await expect(verdict(page)).toHaveText('1');
  await ready(page, 'lrp');
  const coming = await take(page, page.locator('#take'), 'JSON');
  const wanted = Math.fround(236 / 255);
  expect(JSON.parse(coming.bytes).input[5 * 28 + 15]).toBe(wanted);
  // Drawing on replaces it.
  await page.getByRole('button', { name: 'Sample 7, first hand' }).click();
  await expect(verdict(page)).toHaveText('7');

  const broken = {
    'short.idx': Buffer.from([0, 0, 8, 3]),
    'lying.idx': Buffer.concat([images.subarray(0, 16), Buffer.alloc(10)]),
    'cut.gz': gzipSync(images).subarray(0, 60),
    'text.gz': Buffer.from('<img src=x onerror=__pwned=1>'),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    await dropFile(page, name, bytes);
    await expect(page.locator('.notice').first()).toContainText(`${name} cannot be used here`);
    await expect(page.locator('.notice').first()).toContainText('E_FILE');
  }
  await expect(verdict(page)).toHaveText('7');
});

test('one method is saved from its details, SIS with its sets', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page, '#v=1&g=saliency.sis&m=mlp');
  await ready(page, 'sis', 90_000);
  await page.locator('.card[data-method="sis"] .card-title').click();
  const svg = (await take(page, page.locator('#details'), 'SVG')).bytes.toString();
  expect(svg).toMatch(/1\. \d+ pixels alone/);
  const json = JSON.parse((await take(page, page.locator('#details'), 'JSON')).bytes);
  const [{ sis }] = json.explanations;
  expect(sis.sets[0].features.length).toBeGreaterThan(0);
  expect(sis.sets[0].score).toBeGreaterThanOrEqual(sis.threshold);
});

test('a picture tells the whole story: drawing, answer with its share, question, ends of the legend in words', async ({
  page,
}) => {
  await open(page, '#v=1&t=3&a=9&g=saliency.lrp');
  for (const method of ['saliency', 'lrp']) await ready(page, method);
  const text = (node) => page.locator(node).textContent();
  const share = await text('#verdict-share');
  for (const [palette, words] of [
    ['red-blue', ['blue', 'red']],
    ['orange-blue', ['blue', 'orange']],
    ['grey', ['hatched grey', 'plain grey']],
  ]) {
    await page.locator('#palette').evaluate((node, value) => {
      node.value = value;
      node.dispatchEvent(new Event('change'));
    }, palette);
    const svg = (await take(page, page.locator('#take'), 'SVG')).bytes.toString();
    const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, words]) => words).join(' ');
    expect(said).toContain('Why 3 and not 9?');
    expect(said).toContain(`The network reads 3, ${share}`);
    expect(said).toContain('The drawing');
    expect(said).toContain(`${words[0]}: for 9`);
    expect(said).toContain(`${words[1]}: for 3`);
    // An unsigned map speaks for nothing.
    expect(said).toContain('matters more');
    expect(said).toContain('composite=gamma');
  }
  const json = JSON.parse((await take(page, page.locator('#take'), 'JSON')).bytes);
  expect(json.question).toBe('Why 3 and not 9?');
  expect(json.answer).toContain(share);
});

test('maps that are still in work are named in every file', async ({ page }) => {
  // In the page, in the frame in which the first map is there, and in one go: so all files are of that moment.
  await page.addInitScript(() => {
    const isThere = () => document.querySelector('.card[data-method="lrp"][data-state="ready"]');
    window.taken = new Promise((done) => {
      const look = async () => {
        if (!isThere()) return requestAnimationFrame(look);
        const blobs = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => (blobs.push(blob), make.call(URL, blob));
        for (const kind of ['svg', 'csv', 'json'])
          document.querySelector(`#take [data-take="${kind}"]`).click();
        await new Promise((later) => setTimeout(later, 500));
        done(Promise.all(blobs.map((blob) => blob.text())));
      };
      look();
    });
  });
  await open(page, `#v=1&m=mlp&${ALL}`);
  const files = await page.evaluate(() => window.taken);
  const json = JSON.parse(files.find((text) => text.startsWith('{')));
  expect(json.missing.length).toBeGreaterThan(0);
  const words = `Not computed yet when this was saved: ${json.missing.join(', ')}.`;
  const csv = files.find((text) => text.startsWith('#'));
  expect(csv).toContain(words);
  const svg = files.find((text) => text.startsWith('<?xml'));
  const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, line]) => line).join(' ');
  expect(said).toContain(words.replaceAll('&', '&amp;'));
  await expect(page.locator('.notice').first()).toContainText('Left out');
});
