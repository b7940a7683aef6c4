// How long the explanations of a text of 300 words take in Chromium, as the table in docs/texts.md:
// `node benches/texts.mjs`, after `./build.sh pkg`. Medians, in milliseconds.
import { chromium } from 'playwright-core';
import { serveRepository } from './runners.mjs';

const METHODS = {
  lrp: {},
  gradient: {},
  'gradient-x-input': {},
  saliency: {},
  deconvnet: {},
  'guided-backprop': {},
  deeplift: {},
  'integrated-gradients': {},
  occlusion: {},
  sis: { sets: 1, threshold: 0.6 },
  'kernel-shap': { samples: 900 },
};

async function measure(methods) {
  const { load } = await import('/pkg/dist/index.js');
  const { SAMPLES } = await import('/www/text/samples.js');
  const words = SAMPLES.flatMap(({ text }) => text.split(' '));
  const text = words.slice(0, 300).join(' ');
  const median = async (work) => {
    await work();
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      const begin = performance.now();
      await work();
      times.push(performance.now() - begin);
    }
    return times.sort((a, b) => a - b)[2].toFixed(1);
  };
  const rows = {};
  for (const id of ['linear', 'cnn']) {
    const model = await load(`/www/models/text-${id}.onnx`);
    const tell = async (name, work) => {
      (rows[name] ??= {})[id] = await median(work);
    };
    await tell('read', () => model.read(text));
    for (const [method, options] of Object.entries(methods)) {
      await tell(method, () => model.explainText(text, { method, ...options }));
    }
    model.dispose();
  }
  return rows;
}

const server = await serveRepository();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  await page.goto(`${server.address}benches/page.html`);
  console.table(await page.evaluate(measure, METHODS));
} finally {
  await browser.close();
  server.close();
}
