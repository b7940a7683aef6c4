// Whatever is done in whatever order: what the page of molecules shows answers what it is asked, or is marked as old; and when
// it has come to rest, it shows what a new page shows in that state.
import { ACTIONS, LONG, REST } from './actions.mjs';
import { random } from '../pkg/rig.mjs';
import { expect, test } from './fixtures.mjs';

const SEED = 21;
const TEXTS = [
  'CCO',
  'c1ccccc1[N+](=O)[O-]',
  'c1ccccc1N(=O)=O',
  'O=c1cccc[nH]1',
  'C',
  'CC(=O)Oc1ccccc1C(=O)O',
  'OCC1OC(O)C(O)C(O)C1O',
  'C[C@H](N)C(=O)O',
  'CC(=O)[O-].[Na+]',
  // Not read: the last answer stays, greyed.
  'C1CC',
  'n1cccc1',
  '',
];

/** In the page: `deep` finds nodes in shadow roots, too; `around` looks for what a node is in, out of them, too. */
const helpers = () => {
  window.deep = (root, selector) =>
    [...root.querySelectorAll('*')].flatMap((node) => [
      ...(node.matches(selector) ? [node] : []),
      ...(node.shadowRoot ? window.deep(node.shadowRoot, selector) : []),
    ]);
  window.around = (node, selector) => {
    const found = node.closest(selector);
    const { host } = node.getRootNode();
    return found || !host ? found : window.around(host, selector);
  };
};

/** Another value for a select, as by hand. */
const choose = (page, id, share) =>
  page.evaluate(
    ([where, at]) => {
      const node = document.getElementById(where);
      const options = [...node.options].filter((option) => !option.disabled);
      node.value = options[Math.floor(at * options.length)].value;
      node.dispatchEvent(new Event('change', { bubbles: true }));
    },
    [id, share],
  );

const press = (page, selector) =>
  page.evaluate((where) => {
    const node = document.querySelector(where);
    if (node && node.checkVisibility()) node.click();
  }, selector);

/** What a visitor does. */
const DO = {
  type: (page, draw) => page.locator('#smiles').fill(TEXTS[Math.floor(draw() * TEXTS.length)]),
  example: (page, draw) =>
    press(page, `#examples button:nth-child(${1 + Math.floor(draw() * 10)})`),
  model: (page, draw) => choose(page, 'model', draw()),
  method: (page, draw) => choose(page, 'method', draw()),
  of: (page, draw) => choose(page, 'of', draw()),
  map: (page, draw) => choose(page, 'palette', draw()),
  remove: (page, draw) => press(page, `#table tr[data-atom="${Math.floor(draw() * 9)}"] button`),
  restore: (page) => press(page, '#restore'),
  wait: (page, draw) => page.waitForTimeout(300 * draw()),
};
const OFTEN = ['type', 'example', 'method', 'method', 'model', 'remove', 'wait'];

/** Faults of the page as it is now, and what its answers say of which request. */
const look = (page) =>
  page.evaluate(() => {
    const parts = (key) =>
      Object.fromEntries((key ?? '').split(' ').map((part) => part.split('=')));
    const faults = [];
    const asked = parts(document.getElementById('table').dataset.wanted);
    const model = document.getElementById('model').value;
    for (const part of ['molecule', 'out', 'model'])
      if (!(part in asked)) faults.push(`asked without ${part}`);
    if (asked.model !== model) faults.push(`model ${asked.model} for ${model}`);
    const main = parts(document.querySelector('#plate heat-molecule').dataset.wanted);
    for (const name of ['method', 'of']) {
      const chosen = document.getElementById(name).value;
      if (main[name] !== chosen) faults.push(`${name} ${main[name]} for ${chosen}`);
    }
    const places =
      '#verdict, #worth, #sum, #summary, heat-legend, canvas.field, #compare .panel details p, #fragments-note, #additivity-note, #subsets-note, #subsets-list, #table';
    const said = [];
    for (const node of window.deep(document.getElementById('main'), places)) {
      if (window.around(node, '#space') || !node.checkVisibility()) continue;
      const place = window.around(node, '[data-wanted]');
      if (!place) {
        faults.push(
          `of no request: ${node.id || node.className} in ${window.around(node, '[id]')?.id}`,
        );
        continue;
      }
      const wanted = parts(place.dataset.wanted);
      for (const part of ['molecule', 'out', 'model'])
        if (wanted[part] !== asked[part])
          faults.push(`${part} ${wanted[part]} for ${asked[part]}: ${node.id || node.className}`);
      const isOld = place.dataset.request !== place.dataset.wanted;
      if (isOld !== place.hasAttribute('data-old')) faults.push(`not marked: ${node.id}`);
      // Notes wait for their answers in words.
      const isSaid = node.matches('#verdict, #worth, #sum, #compare .panel details p');
      const { method } = node.closest('[data-method]')?.dataset ?? {};
      const isRefused = node.id === 'sum' && document.getElementById('why-not').textContent !== '';
      if (!isOld && isSaid && !isRefused)
        said.push([`${node.id || method}: ${place.dataset.request}`, node.textContent]);
    }
    // The words at both ends of every legend are those of the question, or of numbers without a sign.
    const lows = [model === 'ames' ? 'against mutagenic' : 'less soluble', 'matters less'];
    for (const ends of window.deep(document.getElementById('main'), '.legend-ends'))
      if (
        ends.checkVisibility() &&
        ends.textContent !== '' &&
        !lows.includes(ends.firstChild.textContent)
      )
        faults.push(`legend: ${ends.textContent}`);
    return { faults, said };
  });

/** Shows what stands one click away, too. */
const unfold = (page) =>
  page.evaluate(() => {
    for (const node of document.querySelectorAll('main details')) node.open = true;
  });

/** Waits until nothing is old or under way, for good. */
async function rests(page) {
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await expect
      .poll(
        () =>
          page.evaluate(() =>
            [...document.querySelectorAll('main [data-old]')]
              .filter((node) => !node.closest('#space'))
              .map((node) => node.id || node.className),
          ),
        { timeout: 60_000 },
      )
      .toEqual([]);
    await page.waitForTimeout(200);
  }
}

/** All that is visible outside the energies: texts, values of selects, pixels. */
const snapshot = (page) =>
  page.evaluate(() => {
    const out = [];
    for (const node of window.deep(document.getElementById('main'), '*')) {
      if (!window.around(node, '.explanation, .part')) continue;
      // The pointer's last atom, and what the last choice changed.
      if (window.around(node, '#space, #readout, #changed') || !node.checkVisibility()) continue;
      if (node.tagName === 'CANVAS') {
        const copy = new OffscreenCanvas(node.width || 1, node.height || 1).getContext('2d');
        copy.drawImage(node, 0, 0);
        const { data } = copy.getImageData(0, 0, node.width || 1, node.height || 1);
        out.push(
          `canvas ${node.width} ${data.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7)}`,
        );
      } else if (!node.closest('select'))
        for (const child of node.childNodes)
          if (child.nodeType === 3 && child.data.trim()) out.push(child.data.trim());
    }
    return out;
  });

test.describe.configure({ retries: 0 });

test('random actions: what is shown answers what is asked, and at rest it is as on a new page', async ({
  page,
  context,
}) => {
  test.setTimeout(LONG);
  const draw = random(SEED);
  await context.addInitScript(helpers);
  await page.goto('./molecules/');
  await rests(page);
  await unfold(page);
  const told = new Map();
  const done = [];
  const check = async () => {
    const { faults, said } = await look(page);
    const after = done.slice(-8).join(', ');
    expect(faults, after).toEqual([]);
    for (const [request, text] of said) {
      expect(text, `${request} after ${after}`).not.toBe('');
      expect(told.get(request) ?? text, `${request} after ${after}`).toBe(text);
      told.set(request, text);
    }
  };
  for (let k = 1; k <= ACTIONS; k += 1) {
    const names = draw() < 0.5 ? OFTEN : Object.keys(DO);
    const name = names[Math.floor(draw() * names.length)];
    done.push(name);
    await DO[name](page, draw);
    await check();
    if (k % REST > 0) continue;
    // A molecule that can be read, so that there is a state to compare.
    await DO.example(page, draw);
    await expect(page.locator('#main')).not.toHaveAttribute('data-unread');
    await rests(page);
    await check();
    const state = await page.evaluate(() => ({
      smiles: document.getElementById('smiles').value,
      out: [...document.querySelectorAll('#table tr.struck')].map((row) => row.dataset.atom),
      selects: ['model', 'of', 'method', 'palette'].map((id) => [
        id,
        document.getElementById(id).value,
      ]),
    }));
    const fresh = await context.newPage();
    await fresh.setViewportSize(page.viewportSize());
    await fresh.goto('./molecules/');
    // The page begins with an example, whose text must not come between.
    await expect(fresh.locator('#smiles')).not.toHaveValue('');
    await unfold(fresh);
    await fresh.locator('#smiles').fill(state.smiles);
    await expect(fresh.locator('#main')).not.toHaveAttribute('data-unread');
    for (const [id, value] of state.selects) await fresh.locator(`#${id}`).selectOption(value);
    await fresh.waitForTimeout(400);
    for (const atom of state.out) await press(fresh, `#table tr[data-atom="${atom}"] button`);
    await rests(fresh);
    const after = `${JSON.stringify(state)} after ${done.slice(-REST).join(', ')}`;
    expect(await snapshot(page), after).toEqual(await snapshot(fresh));
    await fresh.close();
  }
});
