// Hostile text in every place that takes text: it stays text, and nothing runs.
import { readFile } from 'node:fs/promises';
import { expect, heard, tag, test } from './embed-rig.mjs';
import { withMetadata } from './onnx-patch.mjs';

/** Forty ways to run a script where text becomes markup, an address, a style or a script. */
const PAYLOADS = [
  '<script>__pwned=1</script>',
  '"><script>__pwned=2</script>',
  "'><script>__pwned=3</script>",
  '</script><script>__pwned=4</script>',
  '</textarea><script>__pwned=5</script>',
  '</title><script>__pwned=6</script>',
  '</style><script>__pwned=7</script>',
  '<img src=x onerror=__pwned=8>',
  '"><img src=x onerror=__pwned=9>',
  '<svg onload=__pwned=10>',
  '<svg><script>__pwned=11</script></svg>',
  '<svg/onload=__pwned=12//',
  '<body onload=__pwned=13>',
  '<iframe srcdoc="<script>parent.__pwned=14</script>"></iframe>',
  '<iframe src="javascript:parent.__pwned=15"></iframe>',
  '<a href="javascript:__pwned=16">x</a>',
  'javascript:__pwned=17',
  ' javascript:__pwned=18',
  'JaVaScRiPt:__pwned=19',
  'java\tscript:__pwned=20',
  'data:text/html,<script>parent.__pwned=21</script>',
  'vbscript:__pwned=22',
  '" onmouseover="__pwned=23',
  "' onfocus='__pwned=24' autofocus='",
  '" autofocus onfocus="__pwned=25',
  '<input autofocus onfocus=__pwned=26>',
  '<details open ontoggle=__pwned=27>',
  '<video><source onerror=__pwned=28></video>',
  '<audio src=x onerror=__pwned=29>',
  '<marquee onstart=__pwned=30>',
  '<object data="javascript:__pwned=31"></object>',
  '<math><mi xlink:href="javascript:__pwned=32">x</mi></math>',
  '<template><script>__pwned=33</script></template>',
  '<style>@import "javascript:__pwned=34"</style>',
  'red; background: url(javascript:__pwned=35)',
  '{{constructor.constructor("__pwned=36")()}}',
  '${__pwned=37}',
  '`-(__pwned=38)-`',
  '<!--<script>--><script>__pwned=39</script>',
  '\u2028__pwned=40\u2029<script>__pwned=40</script>',
];

/** The attributes that each element reads. */
const attributesOf = (page) =>
  page.evaluate(() => {
    const tags = [
      'lens',
      'map',
      'text',
      'molecule',
      'matrix',
      'series',
      'row',
      'sequence',
      'legend',
      'bars',
      'pad',
    ];
    return [...tags.map((name) => `heat-${name}`), 'method-picker']
      .map((name) => [name, customElements.get(name)?.observedAttributes ?? []])
      .filter(([, list]) => list.length > 0);
  });

/** Everything that came out of a payload: elements of its kind, handlers, addresses. Text does not count. */
const traces = (page) =>
  page.evaluate(() => {
    const inside = (root) =>
      [...root.querySelectorAll('*')].flatMap((node) => [
        node,
        ...(node.shadowRoot ? inside(node.shadowRoot) : []),
      ]);
    const own = [...document.querySelectorAll('#place > *')].flatMap((node) =>
      node.shadowRoot ? inside(node.shadowRoot) : [],
    );
    return own
      .filter(
        (node) =>
          ['script', 'iframe', 'object', 'embed', 'video', 'audio', 'marquee', 'template'].includes(
            node.localName,
          ) ||
          node.getAttributeNames().some((name) => name.startsWith('on')) ||
          [...node.attributes].some(
            ({ name, value }) =>
              ['href', 'src', 'action', 'formaction'].includes(name) &&
              /^\s*(java|vb)\s*script:/i.test(value),
          ),
      )
      .map((node) => node.outerHTML.slice(0, 200));
  });

const errors = {
  allowed: [
    /Failed to load resource|net::ERR|Not allowed to load|Refused|Content Security Policy|URL scheme/,
  ],
};

test.describe('forty hostile texts', () => {
  test.use(errors);
  test.setTimeout(120_000);

  test('in each attribute of each element', async ({ page, hosts: { a, b } }) => {
    await page.goto(a.page('/', '<div id="place"></div>', { head: tag(b) }));
    await page.waitForFunction(() => customElements.get('heat-lens'));
    const all = await attributesOf(page);
    expect(all.length).toBeGreaterThan(5);
    for (const [name, attributes] of all) {
      await page.evaluate(
        async ({ name, attributes, payloads }) => {
          const place = document.getElementById('place');
          const sound = {
            'heat-lens': { model: '/models/digits-cnn.onnx', eager: '' },
          }[name];
          for (const attribute of attributes) {
            place.replaceChildren(
              ...payloads.map((payload) => {
                const element = document.createElement(name);
                for (const [key, value] of Object.entries(sound ?? {}))
                  element.setAttribute(key, value);
                element.setAttribute(attribute, payload);
                if (name !== 'heat-lens')
                  element.explanation = {
                    relevance: [1, -1, 0.5, 0],
                    shape: [2, 2],
                    text: 'a b c d',
                    method: payload,
                  };
                return element;
              }),
            );
            await new Promise((next) => setTimeout(next, 30));
          }
          window.__said.length = 0;
        },
        { name, attributes, payloads: PAYLOADS },
      );
      expect(await traces(page)).toEqual([]);
    }
    expect(await page.evaluate(() => window.__pwned)).toBeUndefined();
  });

  test('as the text that is explained, and as its words', async ({ page, hosts: { a, b } }) => {
    await page.goto(a.page('/', '<div id="place"></div>', { head: tag(b) }));
    const text = PAYLOADS.join('\n');
    await page.evaluate((text) => {
      for (const how of ['inside', 'attribute']) {
        const lens = document.createElement('heat-lens');
        for (const [name, value] of Object.entries({
          model: '/models/text-linear.onnx',
          method: 'lrp',
          controls: '',
          eager: '',
        }))
          lens.setAttribute(name, value);
        if (how === 'inside') lens.textContent = text;
        else lens.setAttribute('text', text);
        document.getElementById('place').append(lens);
      }
    }, text);
    await heard(page, 'explain', 2);
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll('heat-lens')].map(
        (lens) =>
          lens.shadowRoot.querySelector('heat-text').shadowRoot.querySelector('.words').textContent,
      ),
    );
    // What stands inside is read as a page shows it: blanks are one.
    const plain = (words) => words.replace(/\s+/g, ' ');
    expect(shown.map(plain)).toEqual([plain(text), plain(text)]);
    expect(shown[1]).toBe(text);
    expect(await traces(page)).toEqual([]);
  });

  test('as labels and metadata of a model, and as the name of its file', async ({
    page,
    hosts: { a, b },
  }) => {
    const model = await readFile('www/models/digits-cnn.onnx');
    for (let from = 0; from < PAYLOADS.length; from += 10) {
      const some = PAYLOADS.slice(from, from + 10);
      const keys = ['title', 'domain', 'licence', 'input.channels', 'input.range', 'input.mean'];
      const metadata = Object.fromEntries(keys.map((key, k) => [`heatlens.${key}`, some[k]]));
      metadata['heatlens.labels'] = some.join('\n');
      a.routes.set('/models/"><img src=x onerror=__pwned=1>.onnx', {
        body: withMetadata(model, metadata),
        type: 'application/octet-stream',
      });
      const file = '/models/%22%3E%3Cimg%20src=x%20onerror=__pwned=1%3E.onnx';
      const lens = (k) =>
        `<heat-lens model="${file}" target="${k}" against="${(k + 1) % 10}" method="lrp" controls eager></heat-lens>`;
      await page.goto(a.page('/', `<div id="place">${lens(0)}</div>`, { head: tag(b) }));
      await page.evaluate(() => {
        document.querySelector('heat-lens').input = Float32Array.from(
          { length: 784 },
          (_, i) => (i % 28) / 28,
        );
      });
      await expect
        .poll(() =>
          page.evaluate(() =>
            ['shown', 'failed'].includes(document.querySelector('heat-lens').state),
          ),
        )
        .toBe(true);
      const seen = await page.evaluate(() => {
        const { info, explanation, error } = document.querySelector('heat-lens');
        return { labels: info?.labels, isShown: explanation !== null, error: error?.message };
      });
      expect(seen).toEqual({ labels: some, isShown: true, error: undefined });
      expect(await traces(page)).toEqual([]);
    }
  });
});
