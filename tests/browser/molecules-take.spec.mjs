// What is taken away from the page for molecules tells the whole story: input, answer, question, map, legend in words, numbers.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.mjs';

async function open(page, hash = '') {
  await page.goto(`./molecules/${hash}`);
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute('data-ready', /./, {
    timeout: 30_000,
  });
}

async function take(page, kind, place = '#save') {
  const saved = page.waitForEvent('download');
  await page.locator(`${place} [data-take="${kind}"]`).click();
  return readFile(await (await saved).path());
}

const NITROBENZENE = '#v=1&w=c1ccccc1%5BN%2B%5D(%3DO)%5BO-%5D+nitrobenzene';

test('the drawing: molecule, name, answer, what was measured, question, both ends, symbols, network', async ({
  page,
}) => {
  await open(page, NITROBENZENE);
  const text = (await take(page, 'svg')).toString('utf8');
  const words = [...text.matchAll(/<text[^>]*>([^<]*)</g)].map(([, each]) => each).join(' ');
  for (const part of [
    'nitrobenzene',
    'c1ccccc1[N+](=O)[O-]',
    'The network says: mutagenic, ',
    'Measured: not mutagenic (K. Hansen',
    'Which atoms speak for “mutagenic”?',
    'blue: against mutagenic',
    'red: for mutagenic',
    'Removal, by fragments',
    'f(x)',
    'Outlined: aromatic nitro.',
    'ames.onnx',
    'heatlens',
  ])
    expect(words, part).toContain(part);
  expect(words).toContain(await page.locator('#verdict').textContent());
  // Nothing in it needs a style sheet.
  expect(text).not.toContain('var(--');
  expect(text).not.toMatch(/<(line)(?![^>]*\bstroke=)[^>]*>/);
  expect(text).not.toMatch(/<(text|polygon|circle)(?![^>]*\bfill=)[^>]*>/);
});

for (const colorScheme of ['light', 'dark'])
  test(`the picture in pixels is on white, with the colours of the map: ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await open(page);
    const bytes = await take(page, 'png');
    const seen = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const { width, height } = image;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      let red = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i] > 120 && data[i + 1] < 60 && data[i + 2] < 70) red += 1;
      return { corner: [...data.slice(0, 3)], red: red / (width * height), width };
    }, bytes.toString('base64'));
    expect(seen.corner).toEqual([255, 255, 255]);
    expect(seen.width).toBeGreaterThan(1000);
    expect(seen.red).toBeGreaterThan(0.01);
  });

test('the numbers: one row per atom or bond, one column per map, and as JSON all that made them', async ({
  page,
}) => {
  await open(page, NITROBENZENE);
  const rows = async (place) => {
    const text = (await take(page, 'csv', place)).toString('utf8').replace('\ufeff', '');
    const all = text.trim().split('\r\n');
    return {
      comments: all.filter((line) => line.startsWith('#')),
      table: all.filter((line) => !line.startsWith('#')),
    };
  };
  const atoms = await rows('#save');
  expect(atoms.table[0]).toBe('atom,element,removed,"Removal, by fragments"');
  expect(atoms.table).toHaveLength(10);
  expect(atoms.comments.join()).toContain('positive numbers speak for mutagenic');
  const json = JSON.parse((await take(page, 'json')).toString('utf8'));
  expect(json.molecule.smiles).toBe('c1ccccc1[N+](=O)[O-]');
  expect(json.molecule.name).toBe('nitrobenzene');
  expect(json.question).toBe('Which atoms speak for “mutagenic”?');
  expect(json.model.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(json.explanations[0].values.map(Number)).toEqual(
    atoms.table.slice(1).map((line) => Number(line.split(',')[3])),
  );
  expect(json.worth[0].text).toBe('Measured: not mutagenic');
  expect(json.address).toContain('w=c1ccccc1');
  // Three maps at once; bonds; atoms that are taken out.
  const three = await rows('#save-compare');
  expect(three.table[0]).toBe('atom,element,removed,"Removal, atom by atom",Gradient,LRP-γ');
  await page.locator('#of').selectOption('bonds');
  await expect(page.locator('#plate heat-molecule')).toHaveAttribute('data-ready', /bonds$/);
  const bonds = await rows('#save');
  expect(bonds.table).toHaveLength(10);
  expect(bonds.table[1]).toMatch(/^1,bond C1–C2,1,2,/);
});

test('while a map is being computed the file says that it is missing', async ({ page }) => {
  await open(page);
  await page.locator('#smiles').fill(`${'CC(C)CN'.repeat(20)}C`);
  await page.locator('#method').selectOption('kernel-shap');
  await expect(page.locator('#verdict')).toContainText('mutagenic');
  await page.locator('#save [data-take="svg"]').click();
  await expect(page.locator('.notice')).toContainText('There is no map to save yet');
  await expect(page.locator('.notice')).toContainText('Kernel SHAP');
});
