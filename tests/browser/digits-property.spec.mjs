// Whatever is done in whatever order: what the page shows answers what it is asked, or is marked as old; and when it has
// come to rest, it shows what a new page shows in that state.
import { ACTIONS, LONG, REST } from './actions.mjs';
import { dropFile, draw, expect, test } from './digits-rig.mjs';

const SEED = 14;
const METHODS = [
  ...['saliency', 'guided-backprop', 'grad-cam', 'gradient', 'gradient-x-input', 'lrp', 'deeplift'],
  ...['integrated-gradients', 'occlusion', 'random', 'segmentation'],
];
const VIEWS = [
  ...['compare', 'compare', 'compare', 'knobs', 'contrast', 'layers', 'proof', 'subsets', 'limits'],
  ...['images', 'networks'],
];

/** Repeatable random numbers (mulberry32). */
function random(seed) {
  let a = seed;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const whole = (count) => Math.floor(next() * count);
  return { next, whole, of: (list) => list[whole(list.length)] };
}

/** An idx file of images: strokes on black, one grey, one blank. */
function idx() {
  const bytes = Buffer.alloc(16 + 4 * 784);
  [0x803, 4, 28, 28].forEach((word, k) => bytes.writeUInt32BE(word, 4 * k));
  for (let k = 0; k < 3; k += 1)
    for (let row = 5; row < 23; row += 1)
      bytes.fill(120 + 60 * k, 16 + k * 784 + row * 28 + 12 + k, 16 + k * 784 + row * 28 + 15 + k);
  return bytes;
}

/** Another value for a control, as by hand. */
async function change(page, selector, share) {
  await page.evaluate(
    ([where, at]) => {
      const node = document.querySelector(where);
      if (!node || node.disabled || node.closest('[hidden]')) return;
      if (node.type === 'checkbox') node.checked = !node.checked;
      else if (node.tagName === 'SELECT') {
        const options = [...node.options].filter((option) => !option.disabled);
        if (options.length === 0) return;
        node.value = options[Math.floor(at * options.length)].value;
      } else node.value = String(Number(node.min) + at * (Number(node.max) - Number(node.min)));
      node.dispatchEvent(new Event('input', { bubbles: true }));
      node.dispatchEvent(new Event('change', { bubbles: true }));
    },
    [selector, share],
  );
}

const press = (page, selector) =>
  page.evaluate((where) => {
    const node = document.querySelector(where);
    if (node && !node.closest('[hidden]')) node.click();
  }, selector);

/** The controls of the view that is shown. */
const controls = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.view:not([hidden]) select, .view:not([hidden]) input')]
      .filter((node) => node.checkVisibility())
      .map(({ id }) => id),
  );

/** Opens the visitor's own network: a file of the page itself. */
const openOwn = (page) =>
  page.evaluate(async () => {
    const bytes = await (await fetch('/test/models/digits-mlp.onnx')).arrayBuffer();
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'own.onnx'));
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  });

/** What a visitor does. Each returns its name. */
const DO = {
  sample: (page, { whole }) => press(page, `#samples button:nth-child(${1 + whole(30)})`),
  stroke: (page, { next }) =>
    draw(page, [
      [
        [next(), next()],
        [next(), next()],
      ],
    ]),
  clear: (page) => press(page, '#clear'),
  undo: (page) => press(page, '#undo'),
  target: (page, { next }) => change(page, '#target', next()),
  bar: (page, { whole }) => press(page, `#bars button:nth-child(${1 + whole(10)})`),
  rival: (page, { next }) => change(page, '#against', next()),
  noRival: (page) => change(page, '#against', 0),
  model: (page, { of }) => press(page, `#models [data-model="${of(['cnn', 'mlp', 'own'])}"]`),
  view: (page, { of }) => press(page, `#stations [data-view="${of(VIEWS)}"]`),
  look: (page, { next, of }) =>
    change(page, of(['#normalisation', '#palette', '#shared', '#outline']), next()),
  method: (page, { of }) => press(page, `#choices input[value="${of(METHODS)}"]`),
  composite: (page, { next }) => change(page, '[data-method="lrp"] select', next()),
  control: async (page, { of, next }) => {
    const ids = await controls(page);
    if (ids.length > 0) await change(page, `[id="${of(ids)}"]`, next());
  },
  link: (page, { of }, { links }) =>
    page.evaluate((hash) => (location.hash = hash), of([...links])),
  file: (page) => dropFile(page, 'some-images-idx3-ubyte', idx()),
  image: (page, { whole }) => press(page, `#sheet .samples button:nth-child(${1 + whole(4)})`),
  own: (page, { next }) => (next() < 0.3 ? openOwn(page) : null),
};
const OFTEN = ['sample', 'stroke', 'target', 'rival', 'model', 'view', 'view', 'control', 'image'];

/** What is shown in the page: in the answer and in the view, but for what depends on nothing that is asked. */
const PLACES = {
  shown:
    'canvas, heat-map, .sum, .result, .legend, svg.plot, table.numbers, .sentence, .sets, .plot-key, .bars, .verdict-digit, .verdict-share, .tiles',
  // What the network sees is drawn at once; the others have questions of their own, or answer none.
  free: '#seen, #mini-seen, .many, .squares',
};

/** Faults of the page as it is now, and what its maps say of which request. */
const look = (page) =>
  page.evaluate(({ shown, free }) => {
    const parts = (key) =>
      Object.fromEntries((key ?? '').split(' ').map((part) => part.split('=')));
    const request = parts(document.body.dataset.request);
    const faults = [];
    const value = (id) => document.getElementById(id).value || 'null';
    if (document.body.dataset.request) {
      if (request.why !== value('target')) faults.push(`class ${value('target')}, ${request.why}`);
      if (request.against !== value('against')) faults.push(`rival ${value('against')}`);
    }
    const said = [];
    for (const node of document.querySelectorAll('.answer *, #stage *')) {
      if (!node.matches(shown) || !node.checkVisibility() || node.closest(free)) continue;
      if (node.matches('.sum, .result, .sentence') && node.textContent === '') continue;
      const place = node.closest('[data-wanted]');
      const name = `${node.tagName}.${node.className?.baseVal ?? node.className} in ${node.closest('[id]')?.id} ${node.closest('[data-panel], [data-method]')?.outerHTML.slice(0, 80)}`;
      if (!place) {
        faults.push(`of no request: ${name}`);
        continue;
      }
      const wanted = parts(place.dataset.wanted);
      for (const part of ['image', 'network', 'why', 'against'])
        if (part in wanted && wanted[part] !== request[part])
          faults.push(`${part} ${wanted[part]} for ${request[part]}: ${name}`);
      const isOld = place.dataset.request !== place.dataset.wanted;
      if (isOld !== place.hasAttribute('data-old')) faults.push(`not marked: ${name}`);
      const panel = node.closest('[data-panel], [data-method]');
      const id = panel?.dataset.panel ?? panel?.dataset.method;
      const isLocal = /^(scrub|by-map|by-chance|climb|set-\d+|subset)/.test(id);
      if (!isOld && node.matches('.sum') && id && !isLocal)
        said.push([`${id}: ${place.dataset.request}`, node.textContent]);
    }
    const seen = document.getElementById('seen');
    const copy = new OffscreenCanvas(seen.width, seen.height).getContext('2d');
    copy.drawImage(seen, 0, 0);
    const { data } = copy.getImageData(0, 0, seen.width, seen.height);
    const print = data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
    if (request.image) said.push([`image ${request.image}`, String(print)]);
    return { faults, said };
  }, PLACES);

/** What is old or under way: nothing, when the page has come to rest. */
const busy = (page) =>
  page.evaluate(() => {
    const nodes = document.querySelectorAll(
      '[data-old], [data-waiting], #models[aria-busy="true"]',
    );
    const open = [...nodes]
      .filter((node) => node.checkVisibility() && !node.matches('dialog *'))
      .map((node) => `${node.cloneNode().outerHTML} ${node.closest('.view, .card')?.id}`);
    if (/Searching/.test(document.querySelector('#stage').innerText)) open.push('a search');
    return open;
  });

/** Waits until nothing is old or under way, for good. */
async function rests(page) {
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await expect.poll(() => busy(page), { timeout: 60_000 }).toEqual([]);
    await page.waitForTimeout(100);
  }
}

/** All that is visible of answer and view: texts, values of controls, pixels. */
const snapshot = (page) =>
  page.evaluate(() => {
    const out = [];
    const skip = '#readout, .card-value, .many, .squares, #choices, #readout-spoken, #spoken';
    const nodes = document.querySelectorAll('.answer *, .maps-head *, #stage *');
    for (const node of nodes) {
      if (!node.checkVisibility({ visibilityProperty: true }) || node.closest(skip)) continue;
      const canvas = node.tagName === 'CANVAS' ? node : node.shadowRoot?.querySelector('.map');
      if (canvas) {
        const [width, height] = [canvas.width || 1, canvas.height || 1];
        const copy = new OffscreenCanvas(width, height).getContext('2d');
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, width, height);
        const print = data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
        // Of a canvas with nothing on it nobody sees the width.
        const drawn = data.some((byte) => byte > 0) ? `${width} ${print}` : 'empty';
        out.push(`canvas ${drawn} ${canvas.getAttribute('aria-label')}`);
      } else if (node.matches('select, input')) out.push(`${node.type} ${node.value}`);
      else if (node.tagName === 'path') out.push(node.getAttribute('d'));
      else if (!node.closest('select'))
        for (const child of node.childNodes)
          if (child.nodeType === 3 && child.data.trim()) out.push(child.data.trim());
    }
    return out;
  });

/** A new page in the state of this one. */
async function fresh(page, baseURL) {
  const hash = await page.evaluate(() => location.hash);
  const isOwn = await page.locator('#models [data-model="own"][aria-pressed="true"]').count();
  const values = await page.evaluate(
    (ids) => ids.map((id) => document.getElementById(id).value),
    await controls(page),
  );
  const other = await page.context().newPage();
  await other.setViewportSize(page.viewportSize());
  await other.goto(`${baseURL}digits/${hash}`);
  await other.locator('#display').evaluate((details) => (details.open = true));
  await rests(other);
  if (isOwn) {
    await openOwn(other);
    await expect(other.locator('#models [data-model="own"]')).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await rests(other);
  }
  // What the address does not hold: the sliders and choices of the view.
  const ids = await controls(other);
  for (const [k, id] of ids.entries())
    await other.evaluate(
      ([where, value]) => {
        const node = document.getElementById(where);
        if (!node || value === undefined || node.value === value) return;
        node.value = value;
        node.dispatchEvent(new Event('input', { bubbles: true }));
        node.dispatchEvent(new Event('change', { bubbles: true }));
      },
      [id, values[k]],
    );
  await rests(other);
  return other;
}

test.describe.configure({ retries: 0 });

test('random actions: what is shown answers what is asked or is marked as old, and at rest is what a new page shows', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(LONG);
  const chance = random(SEED);
  const links = new Set(['#v=1&m=mlp', '#v=1&x=contrast&t=4&a=4', '#v=1&a=3&g=lrp.saliency']);
  const told = new Map();
  const done = [];
  await page.goto('./digits/');
  await page.locator('#display').evaluate((details) => (details.open = true));
  await expect(page.locator('#choices input').first()).toBeAttached();
  await expect(page.locator('#samples button').first()).toBeVisible();
  const check = async () => {
    const { faults, said } = await look(page);
    expect(faults, `${done.length}: ${done.slice(-6).join(', ')}`).toEqual([]);
    for (const [request, text] of said) {
      expect(told.get(request) ?? text, `${request} after ${done.slice(-6).join(', ')}`).toBe(text);
      told.set(request, text);
    }
  };
  for (let k = 1; k <= ACTIONS; k += 1) {
    const name = chance.next() < 0.6 ? chance.of(OFTEN) : chance.of(Object.keys(DO));
    await DO[name](page, chance, { links });
    done.push(name);
    await check();
    // Some are given time to be answered, in part or in whole.
    if (chance.next() < 0.3) {
      await page.waitForTimeout(chance.whole(200));
      await check();
    }
    if (k % REST > 0) continue;
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500); // until the address is written
    await rests(page);
    await check();
    links.add(await page.evaluate(() => location.hash));
    const other = await fresh(page, baseURL);
    const [here, there] = [await snapshot(page), await snapshot(other)];
    const view = await page.evaluate(
      () => document.querySelector('[aria-current="true"][data-view]').dataset.view,
    );
    const state = await page.evaluate(() => location.hash.replace(/[di]=[^&]*/, ''));
    expect(here, `${state} in ${view}, after ${done.slice(-12).join(', ')}`).toEqual(there);
    await other.close();
  }
});
