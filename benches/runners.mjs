// Where systems run: this thread, a page of headless Chromium, another program. Each takes the same
// requests, so that all can be measured in turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HEADERS, listen, sendFile } from '../scripts/serve.mjs';
import { Lab } from './lab.mjs';

// Relaxed SIMD is for browsers: Node 20 has none.
const PAGE_SYSTEMS = ['heatlens', 'heatlens-package', 'heatlens-relaxed', 'ort', 'tfjs'];
const WEB_SYSTEMS = ['heatlens', 'heatlens-package', 'ort', 'tfjs'];
const here = (path) => new URL(path, import.meta.url);

/** This thread. */
export async function nodeRunner() {
  const systems = {};
  for (const name of WEB_SYSTEMS) systems[name] = here(`results/build/node/${name}.mjs`).href;
  const lab = new Lab(systems, {
    wasm: await readFile(here('../pkg/dist/heatlens_bg.wasm')),
    packageUrl: here('../pkg/dist/index.js').href,
    ortFolder: here('node_modules/onnxruntime-web/dist/').href,
    tfjsFolder: fileURLToPath(here('node_modules/@tensorflow/tfjs-backend-wasm/dist/')),
  });
  return {
    name: 'node',
    systems: WEB_SYSTEMS,
    handle: (request) => lab.handle(request),
    close: () => {},
  };
}

// A page that is isolated has a clock of 5 µs instead of 100.
const ISOLATED = {
  ...HEADERS,
  'cross-origin-embedder-policy': 'require-corp',
};

/** Serves the repository on this machine. */
export async function serveRepository() {
  const root = fileURLToPath(here('..'));
  const server = createServer(async (request, response) => {
    if (!(await sendFile(root, request, response, ISOLATED))) response.writeHead(404).end();
  });
  const port = await listen(server, 8477);
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** A page of headless Chromium. */
export async function chromiumRunner(browser, address) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`page: ${error.stack ?? error}`));
  await page.goto(`${address}benches/page.html`);
  await page.waitForFunction(() => window.lab);
  return {
    name: 'chromium',
    systems: PAGE_SYSTEMS,
    handle: (request) => page.evaluate((request) => window.lab.handle(request), request),
    close: () => page.close(),
  };
}

/** A program that answers each line of JSON with one. */
export function programRunner(name, systems, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // That it has ended shows in what it does not answer.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name,
    systems,
    async handle(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ended while it was at ${JSON.stringify(request)}`);
      return JSON.parse(value);
    },
    async close() {
      const end = once(child, 'exit');
      child.stdin.end();
      await end;
    },
  };
}
