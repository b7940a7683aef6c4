// Puts a saved page's parts together: `node scripts/page-template.mjs SCRIPT WASM OUT`, all inside one HTML file with the
// marks that `heatlens page` and the pages fill. The wasm is deflated, as the page inflates it (www/kit/engine/embedded.js).
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

const [script, wasm, out] = process.argv.slice(2);
const template = readFileSync(new URL('../pkg/page/template.html', import.meta.url), 'utf8');
const parts = {
  '<!--heatlens:wasm-->': deflateRawSync(readFileSync(wasm), { level: 9 }).toString('base64'),
  // The bundler leaves no end of a script element in a text.
  '/*heatlens:script*/': readFileSync(script, 'utf8').trim(),
};
let page = template;
for (const [mark, part] of Object.entries(parts)) {
  if (page.split(mark).length !== 2) throw new Error(`the template has no ${mark}, or two`);
  page = page.replace(mark, () => part);
}
if (/<\/script/i.test(parts['/*heatlens:script*/'])) throw new Error('the script would end itself');
writeFileSync(out, page);
