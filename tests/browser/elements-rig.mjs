// What tests of the elements share: a blank page with the elements, arrays and small networks at addresses.
import { onnx } from './onnx-writer.mjs';
import { writeNpy } from '../../www/kit/engine/npy.js';

/** A blank page that has the elements, and hears their errors. */
export async function open(page, { dark = false, direction = 'ltr', media = 'screen' } = {}) {
  await page.emulateMedia({ media, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  await page.goto('test/blank.html');
  await page.evaluate(
    async ({ dark, direction }) => {
      Object.assign(document.documentElement, { lang: 'en', dir: direction });
      const style = new CSSStyleSheet();
      const colours = dark ? '@media screen { body { background: #1b1b1b; color: #eee } }' : '';
      style.replaceSync(
        `body { font: 16px/1.5 sans-serif; margin: 16px; background: #fff; color: #111 } ${colours}`,
      );
      document.adoptedStyleSheets = [style];
      const main = document.createElement('main');
      const title = document.createElement('h1');
      title.textContent = 'Elements';
      main.append(title);
      document.body.append(main);
      window.errors = [];
      addEventListener(
        'error',
        ({ target, detail }) =>
          detail &&
          window.errors.push({ tag: target.localName, code: detail.code, message: detail.message }),
      );
      await import('/pkg/elements.js');
      /** An element in the page; numbers that are not finite come as words. */
      window.add = (tag, props = {}, text = '') => {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(props))
          if (name.startsWith('@')) made.setAttribute(name.slice(1), value);
          else made[name] = value;
        made.textContent = text;
        main.append(made);
        return made;
      };
      /** Waits until an element has drawn something. */
      window.drawn = async (element) => {
        for (let k = 0; k < 300; k += 1) {
          if (element.legendNode?.text || (element.problem && !element.problem.hidden)) break;
          await new Promise((done) => setTimeout(done, 10));
        }
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return element;
      };
    },
    { dark, direction },
  );
}

/** Arrays at addresses `NAME.npy`. @param {Record<string, [number[], number[]]>} arrays values and shape */
export async function serveArrays(page, arrays) {
  await page.route('**/*.npy', (route) => {
    const name = /([^/]+)\.npy$/.exec(route.request().url())?.[1] ?? '';
    if (!Object.hasOwn(arrays, name)) return route.fulfill({ status: 404, body: 'not found' });
    return route.fulfill({
      body: Buffer.from(writeNpy(Float32Array.from(arrays[name][0]), arrays[name][1])),
    });
  });
}

/** A network that weighs its inputs and adds: R = x · w, whatever the rule. */
export function weighing(shape, weights, classes, metadata) {
  const size = weights.length / classes;
  return onnx({
    input: ['x', [null, ...shape]],
    output: ['y', [null, classes]],
    nodes: [
      ['Flatten', 'x', 'flat', { axis: 1 }],
      ['MatMul', 'flat w', 'y'],
    ],
    weights: [['w', [size, classes], weights]],
    metadata,
  });
}

/** Networks at addresses `NAME.onnx`. @param {Record<string, Buffer>} models */
export async function serveModels(page, models) {
  await page.route('**/own/*.onnx', (route) => {
    const name = /([^/]+)\.onnx$/.exec(route.request().url())?.[1] ?? '';
    return route.fulfill({ body: models[name], contentType: 'application/octet-stream' });
  });
}

export const numbers = (count, from = -1) =>
  Array.from({ length: count }, (_, k) => from + ((k * 7) % 11) / 4);

/** Each tag with what it needs beside its numbers, their shape, and what it says of one of them. */
export const TAGS = {
  'heat-map': { shape: [2, 3, 4], props: {}, first: 'row 2, column 3' },
  'heat-matrix': { shape: [3, 3], props: { names: ['one', 'two', 'three'] }, first: 'two, three' },
  'heat-sequence': { shape: [12], props: { letters: 'GATTACAGATTA' }, first: 'G at 1' },
  'heat-series': {
    shape: [2, 6],
    props: { input: numbers(12), names: ['left', 'right'] },
    first: 'left at 1',
  },
  'heat-row': {
    shape: [4],
    props: { names: ['a', 'b', 'c', 'd'], input: [1, 2, 3, 4], order: 'given' },
    first: 'a',
  },
  'heat-text': { shape: [4], props: { text: 'The shuttle is up.' }, first: '' },
};

export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);
