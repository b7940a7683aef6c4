// The elements and the site in other browsers than Chromium: Firefox by WebDriver BiDi, WebKit by WebDriver. Prints a line for
// each check, writes them to docs/browsers.md, and ends with 1 if one fails. Started by `./build.sh browsers`.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { fillPage } from '../../pkg/dist/page-file.js';
import { Host, digit, listen, reference, tag } from '../browser/embed-hosts.mjs';
import { webkit } from './webkit.mjs';

const FIREFOX = process.env.FIREFOX_PATH ?? 'firefox-esr';
const DOCUMENT = 'docs/browsers.md';
const LIMIT = 20_000;

/** @type {{ browser: string, check: string, failure: string | null }[]} */
const results = [];
async function check(browser, name, work) {
  let failure = null;
  try {
    await work();
  } catch (error) {
    failure = String(error?.message ?? error).split('\n')[0];
  }
  results.push({ browser, check: name, failure });
  console.log(
    `${failure === null ? '✓' : '✘'} ${browser}: ${name}${failure === null ? '' : ` (${failure})`}`,
  );
}

function same(actual, expected, what) {
  const [a, b] = [actual, expected].map((each) => JSON.stringify(each));
  if (a !== b) throw new Error(`${what}: ${a?.slice(0, 200)} instead of ${b?.slice(0, 200)}`);
}

/** What an element has come to. It runs in the page: both drivers send it as text. */
export function look(selector) {
  const lens = document.querySelector(selector);
  if (!lens || !['shown', 'failed'].includes(lens.state)) return null;
  const canvas = lens.shadowRoot.querySelector('heat-map')?.shadowRoot.querySelector('canvas.map');
  const context = canvas?.getContext('2d');
  const colours = context
    ? new Set(new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer))
        .size
    : 0;
  const { engine, error } = lens;
  return {
    engine,
    colours,
    code: error?.code ?? null,
    words: lens.shadowRoot.querySelector('.status').textContent,
    shown: error ? null : lens.toJSON(),
  };
}

/** Asks again and again until there is an answer. @template T @param {() => Promise<T | null>} ask */
export async function until(ask, what, limit = LIMIT) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

/** Holds a map to the same explanation in Node, number by number. */
export async function mapped(ask, limit = LIMIT) {
  const seen = await until(() => ask(look, 'heat-lens'), 'a map', limit);
  same(seen.code, null, 'an error');
  const { relevance } = await reference(seen.shown, 'www/models/digits-cnn.onnx', {
    method: 'lrp',
    target: 3,
  });
  same(seen.shown.explanations[0].relevance, Array.from(relevance), 'relevance');
  if (seen.colours < 5) throw new Error('the canvas is blank');
  return seen;
}

const [a, b] = await Promise.all([new Host().open(), new Host().open()]);
a.headers = b.headers = { 'access-control-allow-origin': '*' };

async function firefox() {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: execFileSync('which', [FIREFOX], { encoding: 'utf8' }).trim(),
  });
  const name = (await browser.version()).replace('/', ' ');
  /** Does something with a fresh page. What it says of errors, but for those that are expected, is a failure. */
  const on = (what, allowed, work) =>
    check(name, what, async () => {
      const page = await browser.newPage();
      const noise = [];
      page.on(
        'console',
        (message) => ['error', 'warn'].includes(message.type()) && noise.push(message.text()),
      );
      page.on('pageerror', (error) => noise.push(String(error)));
      try {
        await page.evaluateOnNewDocument(listen);
        await work(page);
        same(
          noise.filter((text) => !allowed?.test(text)),
          [],
          'the console',
        );
      } finally {
        await page.close();
      }
    });
  const asker =
    (frame) =>
    (work, ...more) =>
      frame.evaluate(work, ...more).catch(() => null);

  await on('a tag from another origin: a map, from a worker', null, async (page) => {
    await page.goto(a.page('/', digit(), { head: tag(b) }));
    same((await mapped(asker(page))).engine, 'worker', 'engine');
  });
  await on('a host that does not allow it: what stands inside stays', /./, async (page) => {
    b.headers = {};
    await page.goto(a.page('/', digit(), { head: tag(b) }));
    await new Promise((next) => setTimeout(next, 1000));
    b.headers = { 'access-control-allow-origin': '*' };
    same(
      await page.evaluate(() => document.querySelector('img').checkVisibility()),
      true,
      'the picture',
    );
  });
  for (const how of ['src', 'srcdoc'])
    await on(
      `sandbox="allow-scripts" by ${how}: a map, each address asked for once`,
      null,
      async (page) => {
        const inner = a.page('/inner', digit().replace('<img', '<img crossorigin'), {
          head: tag(b),
        });
        const text = a.routes.get('/inner').body.replaceAll('"', '&quot;');
        a.asked.length = b.asked.length = 0;
        await page.goto(
          a.page(
            '/',
            `<iframe sandbox="allow-scripts" ${how}="${how === 'src' ? inner : text}" width="800" height="600"></iframe>`,
          ),
        );
        await mapped(asker(await until(async () => page.frames()[1] ?? null, 'the frame')));
        for (const { asked } of [a, b]) same(asked, [...new Set(asked)], 'addresses');
      },
    );
  for (const blob of [true, false])
    for (const wasm of [true, false]) {
      const [first, second] = [blob, wasm].map((allowed) => (allowed ? 'with' : 'without'));
      await on(
        `a policy ${first} blob:, ${second} wasm-unsafe-eval: a map or an error within 10 s`,
        /Content-Security-Policy|Content Security Policy/,
        async (page) => {
          const policy = `default-src 'none'; script-src ${b.origin}${wasm ? " 'wasm-unsafe-eval'" : ''}; worker-src ${b.origin}${blob ? ' blob:' : ''}; connect-src 'self' ${b.origin}; img-src 'self' data:; style-src 'self'`;
          await page.goto(
            a.page('/', digit(), { head: tag(b), headers: { 'content-security-policy': policy } }),
          );
          if (wasm)
            return same(
              (await mapped(asker(page), 10_000)).engine,
              blob ? 'worker' : 'page',
              'engine',
            );
          const seen = await until(() => asker(page)(look, 'heat-lens'), 'an answer', 10_000);
          same(seen.code, 'E_WASM', 'code');
          if (!seen.words) throw new Error('no words in its place');
        },
      );
    }
  await on('a page saved as one file, from disk: a map, and a change of it', null, async (page) => {
    const folder = await mkdtemp(join(tmpdir(), 'heatlens-'));
    try {
      const html = await fillPage(await readFile('pkg/dist/page.html', 'utf8'), {
        title: 'Why a 3',
        attributes: {
          model: '#heatlens-model',
          method: 'lrp',
          target: '3',
          input: '#heatlens-input',
          controls: true,
        },
        fallback: { stills: [], caption: ['A handwritten 3.'] },
        data: {
          'heatlens-model': await readFile('www/models/digits-cnn.onnx'),
          'heatlens-input': bar(),
        },
      });
      const file = join(folder, 'a b#ü%.html');
      await writeFile(file, html);
      await page.goto(pathToFileURL(file).href);
      await mapped(asker(page));
      await page.evaluate(() => (document.querySelector('heat-lens').target = 7));
      await until(
        () => page.evaluate(() => document.querySelector('heat-lens').explanation.target === 7),
        'another class',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  for (const [path, map] of Object.entries(PAGES))
    await on(`the site’s page /${path}: its first map`, null, async (page) => {
      await page.goto(`${a.origin}/site/${path}`);
      await until(() => asker(page)(hasMap, map), 'a map', 40_000);
    });
  await browser.close();
  return name;
}

/** The pages of the site, and where their first map is; null: they have none. */
const PAGES = {
  '': 'canvas',
  'digits/': 'canvas',
  'text/': '.word',
  'molecules/': 'canvas, svg',
  'background/': 'h1',
};

/** Whether something of that kind is drawn, in whatever shadow root. It runs in the page. */
function hasMap(selector) {
  const inside = (root) =>
    [...root.querySelectorAll('*')].flatMap((node) => [
      node,
      ...(node.shadowRoot ? inside(node.shadowRoot) : []),
    ]);
  const drawn = inside(document).filter(
    (node) => node.matches(selector) && node.getBoundingClientRect().height > 10,
  );
  return drawn.some((node) => {
    if (node.localName === 'canvas') {
      const copy = new OffscreenCanvas(node.width || 1, node.height || 1).getContext('2d');
      copy.drawImage(node, 0, 0);
      const { data } = copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height);
      return new Set(new Uint32Array(data.buffer)).size > 5;
    }
    return node.localName !== 'span' || node.style.backgroundColor !== '';
  });
}

/** A thick bar as a .npy file. */
function bar() {
  const values = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 1 : 0));
  const header =
    `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28), }`.padEnd(117) + '\n';
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}`, 'latin1');
  return Buffer.concat([head, Buffer.from(values.buffer)]);
}

await firefox();
await webkit({ a, b, check, mapped, page: () => a.page('/', digit(), { head: tag(b) }) });
a.close();
b.close();

const failed = results.filter(({ failure }) => failure !== null);
const rows = results.map(
  ({ browser, check, failure }) =>
    `| ${browser} | ${check.replaceAll('|', '\\|')} | ${failure === null ? 'passed' : `failed: ${failure.replaceAll('|', '\\|')}`} |`,
);
await writeFile(
  DOCUMENT,
  `# Other browsers\n\nWritten by \`./build.sh browsers\`: what was last seen there. Chromium is held to all browser tests by \`./build.sh test\`.\n\n` +
    `| browser | check | result |\n|---|---|---|\n${rows.join('\n')}\n`,
);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
