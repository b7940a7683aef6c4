// What elements draw, as files.
import { expect, test } from './fixtures.mjs';
import { numbers, open, sizeOf, TAGS } from './elements-rig.mjs';

test('every drawing is saved as SVG and PNG, with its legend in words, on white', async ({
  page,
}) => {
  await open(page, { dark: true });
  const all = await page.evaluate(
    async (tags) => {
      const out = {};
      const add = async (tag, props) => {
        const element = window.add(tag, props);
        if (element.legendNode) await window.drawn(element);
        else await new Promise((done) => setTimeout(done, 30));
        const blob = await element.toBlob();
        const bitmap = await createImageBitmap(blob);
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d');
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        const colours = new Set();
        for (let i = 0; i < data.length; i += 4)
          colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
        const svg = await element.toSVG();
        out[tag] = {
          type: blob.type,
          corner: [...data.slice(0, 4)],
          colours: colours.size,
          svg,
        };
      };
      for (const [tag, { props, values, shape }] of Object.entries(tags))
        await add(tag, {
          ...props,
          label: `A ${tag}`,
          ends: 'against it|for it',
          explanation: { relevance: values, shape },
        });
      await add('heat-legend', { vmax: 2, ends: 'against it|for it' });
      await add('heat-bars', { values: [0.7, 0.3], labels: ['cat', 'dog'], target: 0 });
      return out;
    },
    Object.fromEntries(
      Object.entries(TAGS).map(([tag, { shape, props }]) => [
        tag,
        { props, shape, values: numbers(sizeOf(shape)) },
      ]),
    ),
  );
  for (const [tag, { type, corner, colours, svg }] of Object.entries(all)) {
    expect(type).toBe('image/png');
    expect(corner, tag).toEqual([255, 255, 255, 255]);
    expect(colours, tag).toBeGreaterThan(20);
    // That it is well formed, the PNG says, which is made of it. It has no style sheet, and no markup of texts.
    expect(svg, tag).not.toMatch(/<style|style=|<script|<foreignObject/);
    const words = svg.replaceAll(/<[^>]*>/g, ' ');
    if (tag === 'heat-bars') expect(words).toMatch(/cat.*70\.0 %.*dog/);
    else expect(words, tag).toMatch(/blue: against it.*red: for it/);
    if (Object.hasOwn(TAGS, tag)) expect(words, tag).toContain(`A ${tag}`);
  }
  const refused = await page.evaluate(() =>
    window
      .add('heat-map')
      .toSVG()
      .catch(({ code, message }) => [code, message]),
  );
  expect(refused).toEqual(['E_ELEMENT', 'nothing is drawn yet']);
});
