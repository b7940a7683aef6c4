// Pictures and files of images as people have them, in the page: transparent, dark on light, turned, blank.
import { preprocess } from '../../www/kit/pad/preprocess.js';
import { dropFile, expect, print, ready, sample, test, verdict } from './digits-rig.mjs';

const ink = (digit) =>
  Uint8Array.from(preprocess(sample(digit).strokes).pixels, (value) => Math.round(255 * value));

/** A picture of a digit made by the browser, as a file's bytes. */
const picture = async (page, digit, { width, height, zoom, paper, pen, type }) => {
  const base64 = await page.evaluate(
    async ([values, how]) => {
      const canvas = new OffscreenCanvas(how.width, how.height);
      const context = canvas.getContext('2d');
      if (how.paper) {
        context.fillStyle = how.paper;
        context.fillRect(0, 0, how.width, how.height);
      }
      const [left, top] = [(how.width - 28 * how.zoom) / 2, (how.height - 28 * how.zoom) / 2];
      context.fillStyle = how.pen;
      values.forEach((value, i) => {
        context.globalAlpha = value / 255;
        const [x, y] = [i % 28, Math.floor(i / 28)];
        context.fillRect(left + x * how.zoom, top + y * how.zoom, how.zoom, how.zoom);
      });
      const blob = await canvas.convertToBlob({ type: how.type, quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    },
    [[...ink(digit)], { width, height, zoom, paper, pen, type }],
  );
  return Buffer.from(base64, 'base64');
};

const note = (page) => page.locator('#image-note');

test('pictures are read whatever their ground, size and format, and what was done is said', async ({
  page,
}) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  const cases = [
    [7, 'wide.png', { width: 252, height: 84, zoom: 3, paper: '#fff', pen: '#000' }, 'inverted'],
    [2, 'black.png', { width: 28, height: 28, zoom: 1, paper: '', pen: '#000' }, 'laid on white'],
    [5, 'white.png', { width: 56, height: 56, zoom: 2, paper: '', pen: '#fff' }, 'laid on black'],
    [4, 'paper.jpg', { width: 200, height: 90, zoom: 3, paper: '#ccc', pen: '#444' }, 'stretched'],
    [8, 'tall.webp', { width: 84, height: 300, zoom: 3, paper: '#eef', pen: '#006' }, 'inverted'],
    [3, 'dark.png', { width: 84, height: 84, zoom: 3, paper: '#000', pen: '#fff' }, 'centred'],
    [
      6,
      'large.png',
      { width: 1500, height: 1200, zoom: 30, paper: '#fff', pen: '#000' },
      '1500 × 1200 pixels',
    ],
    // Its bytes say what it is.
    [9, 'wrong.onnx', { width: 84, height: 84, zoom: 3, paper: '#fff', pen: '#900' }, 'inverted'],
  ];
  const types = { jpg: 'image/jpeg', webp: 'image/webp' };
  for (const [digit, name, how, words] of cases) {
    const type = types[name.split('.')[1]] ?? 'image/png';
    await dropFile(page, name, await picture(page, digit, { ...how, type }));
    await expect(note(page)).toContainText(name);
    await expect(note(page)).toContainText(words);
    await expect(verdict(page), name).toHaveText(String(digit));
  }
  await expect(page.locator('.notice')).toHaveCount(0);
});

test('a blank picture is not read as a digit, and what is no picture is refused', async ({
  page,
}) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  const blank = { width: 90, height: 60, zoom: 1, paper: '#fff', pen: '#fff', type: 'image/png' };
  await dropFile(page, 'blank.png', await picture(page, 3, blank));
  await expect(note(page)).toContainText('blank: there is no ink in it');
  await expect(verdict(page)).toHaveText('–');
  await expect(page.locator('#pad-hint')).toHaveText('a blank image');
  await expect(page.locator('.card[data-method="lrp"]')).toContainText('A blank image');
  await page.getByRole('button', { name: 'Sample 6, first hand' }).click();
  await expect(verdict(page)).toHaveText('6');
  await expect(note(page)).toHaveText('');
  for (const [name, bytes] of [
    ['cut.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['text.jpg', Buffer.from('no picture at all')],
    ['sketch.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ]) {
    await dropFile(page, name, bytes);
    await expect(page.locator('.notice').first()).toContainText(`${name} cannot be used here`);
    await expect(page.locator('.notice-code').first()).toHaveText('E_FILE');
  }
  await expect(verdict(page)).toHaveText('6');
});

/** An idx file of all ten samples and a blank. */
function idx(paint, at = (i) => i) {
  const bytes = Buffer.alloc(16 + 11 * 784, paint(0));
  [0x803, 11, 28, 28].forEach((word, k) => bytes.writeUInt32BE(word, 4 * k));
  for (let digit = 0; digit < 10; digit += 1)
    ink(digit).forEach((value, i) => (bytes[16 + digit * 784 + at(i)] = paint(value)));
  return bytes;
}
const turned = (i) => (i % 28) * 28 + Math.floor(i / 28);
const plain = (grey) => grey;
const dark = (grey) => 255 - grey;
const faint = (grey) => Math.round(grey * 0.7);

test('images of a file are read dark on light, turned and faint, and their thumbnails show greys', async ({
  page,
}) => {
  test.setTimeout(60_000);
  await page.goto('./digits/');
  await ready(page, 'lrp');
  const sheet = page.locator('#sheet');
  for (const [name, bytes, words] of [
    ['plain-idx3-ubyte', idx(plain), '1 of the images on this sheet is blank.'],
    ['dark-idx3-ubyte', idx(dark), 'Dark on light: inverted.'],
    ['turned-idx3-ubyte', idx(plain, turned), 'rows and columns are exchanged'],
    [
      'both-idx3-ubyte',
      idx(dark, turned),
      /Dark on light: inverted.*rows and columns are exchanged/,
    ],
    ['faint-idx3-ubyte', idx(faint), 'blank'],
  ]) {
    await dropFile(page, name, bytes);
    await expect(sheet).toContainText(words);
    if (!name.startsWith('turned') && !name.startsWith('both'))
      await expect(sheet).not.toContainText('exchanged:');
    for (const digit of [2, 4, 7]) {
      await sheet.getByRole('button', { name: `Image ${digit + 1}`, exact: true }).click();
      await expect(verdict(page), `${name} ${digit}`).toHaveText(String(digit));
    }
    // A thumbnail has the greys of its image: many of them, and of a faint one as bright as it is.
    const thumbnail = await print(page, '#sheet .samples button:nth-child(9) canvas');
    expect(thumbnail.colours, name).toBeGreaterThan(20);
  }
  await sheet.getByRole('button', { name: 'Image 11', exact: true }).click();
  await expect(note(page)).toContainText('blank');
  await expect(verdict(page)).toHaveText('–');
  // What was found out can be changed by hand.
  await dropFile(page, 'turned-idx3-ubyte', idx(plain, turned));
  await expect(sheet).toContainText('exchanged:');
  await sheet.getByLabel('rows and columns exchanged').uncheck();
  await sheet.getByRole('button', { name: 'Image 5', exact: true }).click();
  await expect(note(page)).not.toContainText('exchanged');
});

test('an image chosen before it is known how the file lies is shown as it is then known', async ({
  page,
}) => {
  await page.goto('./digits/');
  await ready(page, 'lrp');
  await page.evaluate(() => {
    const sheet = document.querySelector('#sheet');
    const watch = new MutationObserver(() => {
      /** @type {HTMLElement | null} */
      const third = sheet.querySelector('[aria-label="Image 3"]');
      if (!third) return;
      watch.disconnect();
      third.click();
    });
    watch.observe(sheet, { childList: true, subtree: true });
  });
  await dropFile(page, 'both-idx3-ubyte', idx(dark, turned));
  await expect(note(page)).toContainText('rows and columns exchanged');
  await expect(verdict(page)).toHaveText('2');
});
