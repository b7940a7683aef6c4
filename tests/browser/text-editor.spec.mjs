// The text field and the colours behind it.
import { expect, test } from './digits-rig.mjs';
import { open, ready } from './text-rig.mjs';

const LINES = Array.from({ length: 30 }, (_, k) => `The goalie saved puck ${k}, in overtime.`);
const TEXTS = {
  'ends in a line break': `${LINES.join('\n')}\n`,
  'ends in several line breaks': `${LINES.join('\n')}\n\n\n`,
  'ends in none': LINES.join('\n'),
  'one long line': LINES.join(' '),
  'spaces at the ends of lines': LINES.join('          \n') + ' '.repeat(200),
  'no place to break': `${'hockey'.repeat(300)}\nshuttle ${'x'.repeat(500)}\n`,
  tabs: LINES.map((line, k) => '\t'.repeat(k % 4) + line.replaceAll(' ', '\t')).join('\n'),
  'pairs of letters that move together': 'AVATAR, To. We “Yes” LT, P. VA fi ffi '.repeat(60),
  'both directions': `${'שלום goalie hockey עולם. '.repeat(20)}\nThe goalie שלום saved it.\n${'مرحبا hockey '.repeat(40)}\n`,
  'characters that are not seen': `${'goal\u00adie hoc\u200bkey nai\u0308ve o\ufb03ce 😀👩‍🚀 '.repeat(60)}\n`,
};

/** Of pictures of the letters in the text field and of those behind it: pixels of ink, and those that have none within one
 * pixel in the other picture. */
async function compare(page) {
  const paint = (own) =>
    page.evaluate((own) => {
      const set = (node, name, value) => node.style.setProperty(name, value, 'important');
      const [field, behind] = [document.getElementById('text'), document.getElementById('behind')];
      set(field, 'color', own ? '#000' : 'transparent');
      set(behind, 'opacity', '1');
      for (const node of [behind, ...behind.querySelector('heat-text').nodes]) {
        set(node, 'color', own ? 'transparent' : '#000');
        set(node, 'background', 'none');
        set(node, 'text-decoration', 'none');
        set(node, 'transition', 'none');
      }
      document.activeElement?.blur();
    }, own);
  const shot = async (own) => {
    await paint(own);
    return (await page.locator('.editor').screenshot()).toString('base64');
  };
  return page.evaluate(
    async (pictures) => {
      const [a, b] = await Promise.all(
        pictures.map(async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const context = canvas.getContext('2d');
          context.drawImage(bitmap, 0, 0);
          const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
          return { data, width: bitmap.width };
        }),
      );
      const { width } = a;
      const near = (at) =>
        [-width - 1, -width, 1 - width, -1, 0, 1, width - 1, width, width + 1].map((by) => at + by);
      // Letters of runs of their own are rounded to parts of a pixel of their own.
      const alone = (from, to) => {
        let [ink, apart] = [0, 0];
        for (let at = 0; 4 * at < from.data.length; at += 1) {
          if (from.data[4 * at] >= 128) continue;
          ink += 1;
          if (near(at).every((other) => !(to.data[4 * other] < 224))) apart += 1;
        }
        return { ink, apart };
      };
      const [there, back] = [alone(a, b), alone(b, a)];
      return { ink: there.ink, apart: there.apart + back.apart };
    },
    [await shot(true), await shot(false)],
  );
}

/** Those that take another way through the layout than the others. */
const OTHERWISE = ['ends in a line break', 'no place to break', 'both directions'];

for (const [name, text] of Object.entries(TEXTS)) {
  const length = OTHERWISE.includes(name) ? '' : ' @long';
  test(`the colours lie on their words at every scroll and width: ${name}${length}`, async ({
    page,
  }) => {
    await open(page);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.locator('#text').fill(text);
      await expect(page.locator('#behind .words')).toHaveJSProperty('textContent', text);
      await ready(page);
      for (const share of [0, 0.5, 1]) {
        await page.locator('#text').evaluate((field, share) => {
          field.scrollTop = share * (field.scrollHeight - field.clientHeight);
        }, share);
        const message = `${width} wide, scrolled by ${share}`;
        let ink = 0;
        const apart = async () => {
          const found = await compare(page);
          ink = found.ink;
          return found.apart;
        };
        await expect.poll(apart, { message }).toBe(0);
        // The end of a text of spaces has no letters.
        if (share < 1) expect(ink, message).toBeGreaterThan(500);
      }
    }
  });
}

test('while one types, words that the edit left alone keep their colours, where they stand', async ({
  page,
}) => {
  await open(page);
  await page.locator('#text').fill('The goalie saved it in overtime, and the shuttle is in orbit.');
  await ready(page);
  const colours = () =>
    page
      .locator('#behind .word')
      .evaluateAll((words) => words.map((word) => [word.textContent, word.style.backgroundColor]));
  await expect
    .poll(async () => (await colours()).filter(([, colour]) => colour).length)
    .toBeGreaterThan(1);
  const before = Object.fromEntries(await colours());
  // In one step with the edit, before any network has read it.
  const after = await page.locator('#text').evaluate((field) => {
    field.value = field.value.replace('saved it', 'saved the puck');
    field.dispatchEvent(new Event('input'));
    const { body, nodes } = document.querySelector('#behind heat-text');
    return {
      text: body.textContent,
      words: nodes.map((word) => [word.textContent, word.style.backgroundColor]),
    };
  });
  expect(after.text).toBe('The goalie saved the puck in overtime, and the shuttle is in orbit.');
  expect(after.words.map(([word]) => word)).toEqual(
    'The goalie saved in overtime and the shuttle is in orbit'.split(' '),
  );
  for (const [word, colour] of after.words) expect(colour, word).toBe(before[word]);
});
