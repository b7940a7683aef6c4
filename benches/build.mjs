// Bundles the systems and the page; peers come from this folder's node_modules.
import { build } from 'esbuild';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Pages that explain once; see startup.mjs. */
export const STARTUPS = ['empty', 'digits-empty', 'heatlens', 'heatlens-head-start', 'ort', 'tfjs'];
const SYSTEMS = ['heatlens', 'heatlens-package', 'heatlens-relaxed', 'ort', 'tfjs'];

// What CommonJS modules inside a bundle expect to find.
const NODE_GLOBALS = [
  "import { createRequire } from 'node:module';",
  'const require = createRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

const COMMON = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
  mainFields: ['module', 'main'],
};

export async function buildAll() {
  const systems = Object.fromEntries(SYSTEMS.map((name) => [name, here(`systems/${name}.mjs`)]));
  await build({
    ...COMMON,
    entryPoints: systems,
    platform: 'node',
    banner: { js: NODE_GLOBALS },
    outdir: here('results/build/node'),
    outExtension: { '.js': '.mjs' },
  });
  await build({
    ...COMMON,
    entryPoints: { ...systems, page: here('page.mjs') },
    minify: true,
    platform: 'browser',
    outdir: here('results/build/browser'),
  });
  const startup = here('results/build/startup');
  await build({
    ...COMMON,
    entryPoints: STARTUPS.map((name) => here(`startup/${name}.mjs`)),
    platform: 'browser',
    minify: true,
    alias: { heatlens: '../../../../pkg/dist/index.js' },
    external: ['../../../../pkg/dist/index.js'],
    outdir: startup,
  });
  for (const name of STARTUPS) {
    const head = `<!doctype html><title>${name}</title><link rel="icon" href="data:,">`;
    const script = `<script type="module" src="${name}.js"></script>`;
    await writeFile(`${startup}/${name}.html`, head + script);
  }
}
