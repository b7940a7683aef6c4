// The one-file build, on a page that comes from disk: no server, no modules, no fetch.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from './fixtures.mjs';

test.use({ allowed: [/a panic on purpose/] });

test('explains on a page from disk', async ({ page }) => {
  const folder = resolve('tests/output/single');
  await mkdir(folder, { recursive: true });
  const script = await readFile('pkg/dist/heatlens.iife.js', 'utf8');
  expect(script).not.toContain('</script');
  const html = `<!doctype html><meta charset="utf-8"><title>single</title><script>${script}</script>`;
  await writeFile(`${folder}/index.html`, html);
  await page.goto(pathToFileURL(`${folder}/index.html`).href);
  const model = (await readFile('www/models/digits-cnn.onnx')).toString('base64');
  const result = await page.evaluate(async (base64) => {
    const { load, runtime } = window.heatlens;
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const model = await load(bytes);
    const before = await model.explain(new Float32Array(784), { method: 'lrp', target: 3 });
    const panic = await runtime.panicForTest().catch(({ code }) => code);
    const after = await model.explain(new Float32Array(784), { method: 'lrp', target: 3 });
    return { panic, same: before.sum === after.sum, shape: after.shape };
  }, model);
  expect(result).toEqual({ panic: 'E_PANIC', same: true, shape: [1, 28, 28] });
});
