// Elements made by frameworks: properties, false, events that come before the listener, and server rendering.
import { writeFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vite from 'vite';
import { built, inProject } from '../browser/bundled.mjs';
import { expect, heard, mapped, test } from '../browser/embed-rig.mjs';

const module = (name) => new URL(`node_modules/${name}`, import.meta.url).pathname;

/** What each framework is told: false is off, numbers are numbers, and who listens late learns the state. */
const INPUT = 'Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 1 : 0))';
const TOLD = `
  const late = (own) => setTimeout(async () => {
    own.addEventListener('explain', () => (window.heardLate = true));
    const explanation = await own.explain();
    window.late = { state: own.state, isFloat: own.input instanceof Float32Array, controls: own.controls, same: explanation === own.explanation };
  }, 3000);
`;
const ATTRIBUTES = `{ model: 'digits-cnn.onnx', method: 'lrp', target: '3', controls: false }`;
const react = (name, hasProperties) => `
  import 'heatlens/elements';
  import { createElement, useEffect, useRef, useState } from '${name}';
  import { hydrateRoot } from '${name === 'react' ? 'react-dom' : 'react-dom18'}/client';
  ${TOLD}
  function Lens() {
    const ref = useRef(null);
    const [input, setInput] = useState(null);
    useEffect(() => {
      const numbers = ${INPUT};
      ${hasProperties ? 'setInput(numbers);' : 'ref.current.input = numbers;'}
      late(ref.current);
    }, []);
    return createElement('heat-lens', { ref, ...(input ? { input } : {}), ...${ATTRIBUTES} }, 'fallback');
  }
  hydrateRoot(document.getElementById('app'), createElement(Lens));
`;
const VUE = `
  import 'heatlens/elements';
  import { createSSRApp, h, onMounted, ref } from 'vue';
  ${TOLD}
  createSSRApp({
    setup() {
      const own = ref(null);
      onMounted(() => late(own.value));
      return () => h('heat-lens', { ref: own, input: ${INPUT}, ...${ATTRIBUTES} }, 'fallback');
    },
  }).mount('#app');
`;

/** What a server sends. */
async function rendered(name) {
  const attributes = { model: 'digits-cnn.onnx', method: 'lrp', target: '3', controls: false };
  if (name === 'vue') {
    const { createSSRApp, h } = await import('vue');
    const { renderToString } = await import('vue/server-renderer');
    return renderToString(createSSRApp({ render: () => h('heat-lens', attributes, 'fallback') }));
  }
  if (name === 'react18') return rendered18(attributes);
  const { createElement } = await import(name);
  const { renderToString } = await import('react-dom/server');
  return renderToString(createElement('heat-lens', attributes, 'fallback'));
}

/** The same by React 18, whose modules ask for `react`, which is another version here. */
function rendered18(attributes) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...more) =>
    resolve(
      parent?.filename?.includes('/react-dom18/')
        ? request.replace(/^react(?=$|\/)/, 'react18')
        : request,
      parent,
      ...more,
    );
  try {
    const require = createRequire(import.meta.url);
    const element = require('react18').createElement('heat-lens', attributes, 'fallback');
    return require('react-dom18/server').renderToString(element);
  } finally {
    Module._resolveFilename = resolve;
  }
}

const CASES = [
  ['React 19', 'react', react('react', true)],
  ['React 18', 'react18', react('react18', false)],
  ['Vue 3', 'vue', VUE],
];
for (const [title, name, script] of CASES)
  test(`${title}: properties arrive, false is off, who listens late learns the state, hydration has no complaint`, async ({
    page,
    hosts,
  }) => {
    void hosts;
    await inProject(async (root) => {
      const html = await rendered(name);
      expect(html).toContain('fallback');
      await writeFile(
        join(root, 'index.html'),
        `<!doctype html><title>Test</title><link rel="icon" href="data:,"><body><div id="app">${html}</div><script type="module" src="/src/elements.js"></script>`,
      );
      await writeFile(join(root, 'src/elements.js'), script);
      const names = ['react', 'react-dom', 'react18', 'react-dom18', 'vue'];
      const alias = Object.fromEntries(names.map((each) => [each, module(each)]));
      if (name === 'react18')
        Object.assign(alias, { react: module('react18'), 'react-dom': module('react-dom18') });
      const find = Object.entries(alias).map(([from, to]) => ({
        find: new RegExp(`^${from}(?=/|$)`),
        replacement: to,
      }));
      await built(
        vite,
        root,
        async (address) => {
          await page.goto(address);
          const lens = page.locator('heat-lens');
          await mapped(lens);
          await heard(page, 'explain');
          await expect
            .poll(() => page.evaluate(() => window.late ?? null))
            .toEqual({ state: 'shown', isFloat: true, controls: false, same: true });
          await expect(lens.locator('method-picker')).toBeHidden();
        },
        {
          resolve: { alias: find },
          define: {
            'process.env.NODE_ENV': '"development"',
            __VUE_OPTIONS_API__: 'true',
            __VUE_PROD_DEVTOOLS__: 'false',
            __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
          },
        },
      );
    });
  });
