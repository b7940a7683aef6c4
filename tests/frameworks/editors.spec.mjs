// What editors and loaders make of a page: Markdown, and AMD modules.
import { readFile } from 'node:fs/promises';
import markdownIt from 'markdown-it';
import { marked } from 'marked';
import { expect, test } from '../browser/embed-rig.mjs';

const root = new URL('../../', import.meta.url);

/** Snippets of the documents that have an element in them. */
async function snippets() {
  const texts = await Promise.all(
    ['README.md', 'pkg/README.md'].map((name) => readFile(new URL(name, root), 'utf8')),
  );
  return texts
    .flatMap((text) => [...text.matchAll(/```html\n([^]*?)```/g)].map(([, code]) => code))
    .filter((code) => code.includes('<heat-lens'));
}

/** Input, picture and SMILES of each element of a page. */
const inputs = (page, html) =>
  page.evaluate((html) => {
    const document = new DOMParser().parseFromString(html, 'text/html');
    return [...document.querySelectorAll('heat-lens')].map((lens) => ({
      attributes: Object.fromEntries([...lens.attributes].map(({ name, value }) => [name, value])),
      text: lens.textContent.replace(/\s+/g, ' ').trim(),
      picture: lens.querySelector('img')?.getAttribute('src') ?? null,
    }));
  }, html);

for (const [name, render] of Object.entries({
  marked: (text) => marked.parse(text),
  'markdown-it': (text) => markdownIt({ html: true }).render(text),
}))
  test(`${name}: elements of the documents come through as they are`, async ({ page }) => {
    const all = await snippets();
    expect(all.length).toBeGreaterThan(0);
    for (const code of all) {
      const expected = await inputs(page, code);
      expect(expected.length).toBeGreaterThan(0);
      expect(await inputs(page, render(`Before.\n\n${code}\n\nAfter.`))).toEqual(expected);
    }
  });

test('RequireJS that was there first: the one-file script runs, and define is as it was', async ({
  page,
  hosts: { a },
}) => {
  a.routes.set('/require.js', {
    body: await readFile(new URL('node_modules/requirejs/require.js', import.meta.url)),
    type: 'text/javascript',
  });
  await page.goto(
    a.page('/', '', {
      head: '<script src="/require.js"></script><script>window.kept = window.define</script><script src="/heatlens/heatlens.iife.js"></script>',
    }),
  );
  const seen = await page.evaluate(async () => ({
    same: window.define === window.kept,
    methods: (await window.heatlens.methods()).length > 10,
  }));
  expect(seen).toEqual({ same: true, methods: true });
});
