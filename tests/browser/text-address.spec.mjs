// The texts page: what a link restores, what stays on a reload, what is saved.
import { readFileSync } from 'node:fs';
import { expect, test } from './digits-rig.mjs';
import { open, pair, panel, ready, share } from './text-rig.mjs';

const TEXT =
  'The goalie (a rookie!) made 30 saves & won: “100 %”.\n\nOvertime was short, as in the last playoffs.';

const shown = (page) =>
  page.evaluate(() => {
    const wordsIn = (host) =>
      [...document.querySelectorAll(`${host} heat-text`)].flatMap(({ nodes }) => nodes);
    return {
      text: document.getElementById('text').value,
      verdict: document.getElementById('verdict').textContent,
      struck: wordsIn('#behind')
        .filter((word) => word.classList.contains('struck'))
        .map((word) => word.textContent),
      settings: [
        ...document.querySelectorAll('.settings select, #panels select, #pair select'),
      ].map(({ value }) => value),
      threshold: document.getElementById('threshold-value').textContent,
      colours: [...wordsIn('#panels'), ...wordsIn('#pair')].map(
        (word) => word.style.backgroundColor,
      ),
    };
  });

/** A state in which nothing is as usual. */
async function unusual(page) {
  await page.locator('#text').fill(TEXT);
  await ready(page);
  await page.locator('#third').click();
  await ready(page);
  await page.locator('#model').selectOption('cnn');
  await page.locator('#method').selectOption('gradient-x-input');
  await page.locator('#fill').selectOption('mean');
  await page.locator('#palette').selectOption('orange-blue');
  await ready(page);
  await panel(page, 0).locator('.word', { hasText: 'goalie' }).click();
  await expect(page.locator('#count')).toContainText('1 struck out');
  await ready(page);
  await panel(page, 2).locator('select').selectOption('13');
  await pair(page).locator('select').first().selectOption('9');
  await pair(page).locator('select').nth(1).selectOption('10');
  await page.locator('#threshold').evaluate((slider) => {
    slider.value = '0.35';
    slider.dispatchEvent(new Event('input'));
  });
  await ready(page);
  await expect(pair(page)).toHaveAttribute('data-ready', '');
  await page.waitForTimeout(700);
}

test('a link restores text, strikes, network, method, mask, classes, pair, threshold and colours; so does a reload', async ({
  page,
  context,
}) => {
  await open(page);
  await unusual(page);
  const before = await shown(page);
  expect(before.struck).toEqual(['goalie']);
  expect(before.settings).toEqual([
    'cnn',
    'gradient-x-input',
    'mean',
    'orange-blue',
    expect.any(String),
    expect.any(String),
    '13',
    '9',
    '10',
  ]);
  const address = await page.evaluate(() => location.href);
  const other = await context.newPage();
  await other.goto(address);
  await ready(other);
  await expect(pair(other)).toHaveAttribute('data-ready', '');
  expect(await shown(other)).toEqual(before);
  await page.reload();
  await ready(page);
  await expect(pair(page)).toHaveAttribute('data-ready', '');
  expect(await shown(page)).toEqual(before);
});

test('a reload right after the last letter keeps it', async ({ page }) => {
  await open(page);
  await page.locator('#text').fill('The shuttle is in orbit, and so is the moon.');
  await page.reload();
  await expect(page.locator('#text')).toHaveValue('The shuttle is in orbit, and so is the moon.');
});

test('a link followed in the open page sets what it leaves out, too, and the way back restores', async ({
  page,
}) => {
  await open(page);
  await unusual(page);
  const before = await shown(page);
  await page.evaluate(() => (location.hash = '#v=1&w=The+puck+is+on+the+ice.&k=1'));
  await expect(page.locator('#text')).toHaveValue('The puck is on the ice.');
  await ready(page);
  const after = await shown(page);
  expect(after.struck).toEqual(['puck']);
  expect(after.settings.slice(0, 4)).toEqual(['linear', 'lrp', '0', 'red-blue']);
  expect(after.threshold).toBe('60.0 %');
  await expect(page.locator('#panels .panel')).toHaveCount(2);
  await page.goBack();
  await expect(page.locator('#text')).toHaveValue(TEXT);
  await ready(page);
  await expect(pair(page)).toHaveAttribute('data-ready', '');
  await expect.poll(() => shown(page)).toEqual(before);
});

test('hostile addresses leave a working page', async ({ page }) => {
  test.setTimeout(120_000);
  const hostile = [
    'v=1&m=own&w=orbit',
    'v=1&e=__proto__&w=orbit',
    'v=1&e=grad-cam&w=orbit',
    'v=1&e=nonsense&w=orbit',
    'v=1&t=999.998&w=orbit',
    'v=1&t=1.2.3.4&w=orbit',
    'v=1&t=3.3&w=orbit',
    'v=1&q=99.3&w=orbit',
    'v=1&q=3.3&w=orbit',
    'v=1&k=0.1.2.99999999&w=orbit',
    'v=1&h=NaN&w=orbit',
    'v=1&f=max&c=__proto__&w=orbit',
    'v=1&w=%3Cimg%20src%3Dx%20onerror%3D__pwned%3D1%3E orbit',
    'v=1&w=%E0%A4%A',
    'v=1&w=',
    `v=1&w=${'%F0%9F%8E%88'.repeat(600)}`,
    `v=1&w=${'A'.repeat(50_000)}`,
  ];
  await open(page);
  for (const hash of hostile) {
    await page.evaluate((text) => {
      location.hash = text;
      return new Promise((done) => setTimeout(done, 60));
    }, hash);
  }
  for (const hash of hostile.slice(0, 13)) {
    await page.goto('about:blank');
    await page.goto(`./text/#${hash}`);
    await expect(page.locator('#count')).toContainText('word');
    await expect(page.locator('#verdict')).not.toHaveText('…');
  }
  await expect(page.locator('main')).not.toContainText(/NaN|undefined/);
  await page.locator('#text').fill('The goalie won in overtime.');
  await expect(page.locator('#verdict')).toContainText('Ice hockey');
});

async function take(page, kind) {
  const coming = page.waitForEvent('download');
  await page.locator(`#take [data-take="${kind}"]`).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('PNG, SVG, CSV and JSON hold text, answer with its share, question, legend in words, model and method', async ({
  page,
}) => {
  await open(page);
  await expect(page.locator('#versus-note')).toContainText('rank correlation');
  await panel(page, 0).locator('.word', { hasText: 'shuttle' }).click();
  await expect(page.locator('#count')).toContainText('1 struck out');
  await ready(page);
  await expect(page.locator('#versus-note')).toContainText('rank correlation');
  await expect(pair(page)).toHaveAttribute('data-ready', '');
  const verdict = await page.locator('#verdict').textContent();
  const svg = (await take(page, 'svg')).bytes.toString();
  const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, words]) => words).join(' ');
  for (const words of [
    'Why Space?',
    `The network reads it as ${verdict}.`,
    'blue: against Space',
    'red: for Space',
    'blue: for Medicine',
    'composite=',
    'Linear, tf-idf network (8c493f3ee86eafa4)',
    'For Space, against Medicine',
    'astronauts',
  ])
    expect(said).toContain(words);
  // Words are coloured as on the page, the struck one is struck through, and a picture stands alone.
  const first = panel(page, 0).locator('.word', { hasText: 'orbit' }).first();
  const rgb = await first.evaluate((node) => node.style.backgroundColor.match(/\d+/g).map(Number));
  expect(svg).toContain(`fill="#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}"`);
  // The lines that say the sign lie below the colours, where they are seen.
  const dotted = svg.match(
    /<rect x="[^"]+" y="([\d.]+)" width="[^"]+" height="18"[^>]*\/><text[^>]*>[^<]*<\/text><path d="M\S+ ([\d.]+)h[^>]*stroke-dasharray/,
  );
  expect(Number(dotted[2])).toBeGreaterThan(Number(dotted[1]) + 18);
  const size = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, svg);
  const { name, bytes: png } = await take(page, 'png');
  expect(name).toBe('heatlens-text-lrp.png');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * size[0], 2 * size[1]]);

  const json = JSON.parse((await take(page, 'json')).bytes);
  expect(json.text).toBe(await page.locator('#text').inputValue());
  expect(json.words.struck).toHaveLength(1);
  expect(json.missing).toEqual([]);
  expect(json.explanations.map(({ title }) => title)).toEqual([
    'For Space',
    'For Medicine',
    'For Space, against Medicine',
    'For Space, Convolutional, word embeddings',
  ]);
  expect(json.answer).toContain(verdict);
  const lines = (await take(page, 'csv')).bytes
    .toString()
    .replace('\ufeff', '')
    .trim()
    .split('\r\n');
  const table = lines.filter((line) => !line.startsWith('#'));
  expect(lines[0]).toContain('8c493f3ee86eafa4');
  expect(table[0]).toBe(
    'place,word,known,struck out,For Space,For Medicine,"For Space, against Medicine","For Space, Convolutional, word embeddings"',
  );
  expect(table.length).toBe(1 + json.words.known.length);
  const column = table.slice(1).map((line) => Number(line.split(',')[4]));
  expect(column).toEqual(json.explanations[0].relevance);
});

test('maps that are still in work are named in the files of texts', async ({ page }) => {
  await open(page);
  await page.locator('#method').selectOption('kernel-shap');
  await panel(page, 0).locator('.panel-state').filter({ hasText: '%' }).waitFor();
  await expect(panel(page, 0)).toHaveAttribute('data-ready', '', { timeout: 60_000 });
  const json = JSON.parse((await take(page, 'json')).bytes);
  expect(json.missing.length + json.explanations.length).toBe(4);
  expect(json.missing.length).toBeGreaterThan(0);
  await expect(page.locator('.notice').first()).toContainText(`Left out: ${json.missing[0]}`);
});

test('a strange text is said to be unlike the posts; the page’s own are not', async ({ page }) => {
  await open(page);
  const doubts = page.locator('#doubts');
  for (const sample of await page.locator('#samples button').all()) {
    await sample.click();
    await ready(page);
    await expect(doubts).toHaveText('');
  }
  for (const [text, words] of [
    ['hello', 'it has 1 word that the network knows (32 or more)'],
    [
      'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt',
      'the network knows',
    ],
    [
      'I loved this film. The acting was superb and the plot kept me on the edge of my seat.',
      'Unlike the posts',
    ],
  ]) {
    await page.locator('#text').fill(text);
    await expect(doubts).toContainText(words);
  }
  await expect(doubts).toContainText('It is not sure');
  expect(await share(page, 'sci.space')).toBeLessThan(50);
});

test('legends say in words what both ends speak for; sums are printed only where a method promises one', async ({
  page,
}) => {
  await open(page);
  await expect(pair(page)).toHaveAttribute('data-ready', '');
  const ends = (view) => view.locator('.legend-ends');
  await expect(ends(panel(page, 0))).toHaveText('against Space (sci.space)for Space (sci.space)');
  await expect(ends(pair(page))).toHaveText('for Medicine (sci.med)for Space (sci.space)');
  const sum = panel(page, 0).locator('.sum');
  await expect(sum).toBeHidden();
  await panel(page, 0).locator('summary').click();
  await expect(sum).toBeVisible();
  await expect(sum).toContainText('Σ');
  for (const [method, promises] of [
    ['gradient-x-input', false],
    ['occlusion', false],
    ['integrated-gradients', true],
  ]) {
    await page.locator('#method').selectOption(method);
    await ready(page);
    await expect(sum).toContainText('f = ');
    expect((await sum.textContent()).includes('Σ'), method).toBe(promises);
  }
});

test('slow work says how far it is, and can be stopped', async ({ page }) => {
  await open(page);
  await page.locator('#model').selectOption('cnn');
  await page.locator('#text').fill('the shuttle is in orbit and the moon is up '.repeat(40));
  await ready(page);
  await page.locator('#method').selectOption('kernel-shap');
  const state = panel(page, 0).locator('.panel-state');
  await expect(state).toHaveText(/%/);
  await panel(page, 0).getByRole('button', { name: 'Stop' }).click();
  await expect(state).toContainText('Stopped');
  expect(await panel(page, 0).locator('.positive, .negative').count()).toBe(0);
  await page.locator('#method').selectOption('lrp');
  await ready(page);
  await expect(state).toHaveText('');
});

test('on phones a menu leads to each section, and the address keeps the state', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  const links = page.locator('#sections a');
  expect(await links.count()).toBeGreaterThan(5);
  for (const link of await links.all()) {
    await link.click();
    const id = (await link.getAttribute('href')).slice(1);
    await expect(page.locator(`#${id}`)).toBeInViewport();
  }
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('w=Half+of');
});

test('printed from a dark screen: light paper, dark words on their colours, bars and marks', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page);
  await expect(page.locator('#sis-state')).toContainText('disjoint', { timeout: 60_000 });
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const word = panel(page, 0).locator('.word', { hasText: 'orbit' }).first();
  const looks = () =>
    word.evaluate((node) => {
      const style = getComputedStyle(node);
      const paper = getComputedStyle(document.documentElement).backgroundColor;
      const light = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      return {
        ink: light(style.color),
        paper: light(paper),
        exact: style.printColorAdjust,
        back: style.backgroundColor,
      };
    });
  await expect.poll(async () => (await looks()).ink).toBeLessThan(60);
  const { paper, exact, back } = await looks();
  expect(paper).toBeGreaterThan(230);
  expect(exact).toBe('exact');
  expect(back).not.toBe('rgba(0, 0, 0, 0)');
  for (const place of ['.share-fill', '.set-0.word', '.legend-bar'])
    expect(
      await page
        .locator(place)
        .first()
        .evaluate((node) => getComputedStyle(node).printColorAdjust),
    ).toBe('exact');
});

test('a post shows title and description of the page; papers have addresses', async ({ page }) => {
  await open(page);
  const meta = (name) => page.locator(`meta[property="og:${name}"]`).getAttribute('content');
  expect(await meta('title')).toBe('Type a text, see why');
  expect(await meta('description')).toContain('neural network');
  for (const paper of [
    'Arras et al. 2017',
    'Carter et al. 2019',
    'Hendrycks et al. 2022',
    '20 Newsgroups',
  ])
    await expect(page.getByRole('link', { name: paper })).toHaveAttribute('href', /^https?:\/\//);
});
