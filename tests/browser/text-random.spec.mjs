// Seeded random actions on the texts page: what stands there belongs to what is asked for, or is seen to be old.
import { ACTIONS, LONG, REST } from './actions.mjs';
import { expect, test } from './digits-rig.mjs';
import { open, ready } from './text-rig.mjs';
import { random } from '../../www/kit/engine/random.js';

const TEXT = 'The goalie saved the puck in overtime; the shuttle crew felt sick, said the doctor.';
const METHODS = ['lrp', 'gradient-x-input', 'saliency', 'occlusion', 'deeplift', 'kernel-shap'];

/** One action in the page, at once: `draw(n)` is below n. */
function act(page, [kind, ...numbers]) {
  return page.evaluate(
    ([kind, a, b, text, methods]) => {
      const by = (id) => document.getElementById(id);
      const set = (node, value, event = 'change') => {
        node.value = value;
        node.dispatchEvent(new Event(event));
      };
      const pick = (list) => list[a % list.length];
      const selects = (host) => [...document.querySelectorAll(`${host} select`)];
      const field = by('text');
      const at = a % (field.value.length + 1);
      const edit = (letters, gone) =>
        set(field, field.value.slice(0, at) + letters + field.value.slice(at + gone), 'input');
      const wordsIn = (host) =>
        [...document.querySelectorAll(`${host} heat-text`)].flatMap(({ nodes }) => nodes);
      const actions = {
        type: () => edit(pick(['x', ' ', ' puck ', '\n', '\u200b', 'é', '. Orbit']), 0),
        erase: () => edit('', 1 + (b % 6)),
        take: () => pick([...document.querySelectorAll('#samples button')]).click(),
        text: () => set(field, text, 'input'),
        clear: () => by('clear').click(),
        strike: () => pick(wordsIn('#panels'))?.click(),
        restore: () => by('restore').click(),
        panel: () => set(pick(selects('#panels')), String(b % 20)),
        pair: () => set(pick(selects('#pair')), String(b % 4)),
        list: () => pick([...document.querySelectorAll('#classes button')]).click(),
        model: () => set(by('model'), pick(['linear', 'cnn'])),
        method: () => set(by('method'), pick(methods)),
        fill: () => set(by('fill'), pick(['0', 'mean'])),
        threshold: () => set(by('threshold'), String(pick([0.05, 0.3, 0.6, 0.9])), 'input'),
        palette: () =>
          set(by('palette'), pick([...by('palette').options].map((option) => option.value))),
      };
      actions[kind]();
    },
    [kind, ...numbers, TEXT, METHODS],
  );
}

/** What is painted as if it were new, but belongs to something else; and what is said in answer to which request. */
function look(page) {
  return page.evaluate(() => {
    const by = (id) => document.getElementById(id);
    const parts = (key) =>
      Object.fromEntries((key ?? '').split(' ').map((part) => part.split('=')));
    const found = [];
    const said = [];
    const asked = ['model', 'method', 'fill'].map((id) => [id, by(id).value]);
    /** Parts of a key that are not those of a question. */
    const differ = (key, question) =>
      question.filter(([name, value]) => parts(key)[name] !== value).map(([name]) => name);
    const marked = (node) => {
      if ((node.dataset.request !== node.dataset.wanted) !== node.hasAttribute('data-old'))
        found.push(`not marked: ${node.id || node.className}`);
    };
    for (const id of ['answer', 'count', 'silent', 'explanations', 'evidence-here']) {
      for (const name of differ(by(id).dataset.wanted, asked)) found.push(`${id}: another ${name}`);
      marked(by(id));
    }
    const struck = (node) =>
      [...node.querySelector('heat-text').body.querySelectorAll('.struck')]
        .map((word) => word.dataset.word)
        .join();
    // Until the text is read, all explanations are old.
    const isRead = !by('explanations').hasAttribute('data-old') && !by('explanations').hidden;
    const panels = isRead ? [...document.querySelectorAll('#panels .panel, #pair .panel')] : [];
    for (const node of panels) {
      const [target, against = 'null'] = [...node.querySelectorAll('select')].map(
        (select) => select.value,
      );
      const question = [...asked, ['target', target], ['against', against]];
      const places = ['.reading', '.legend', '.sum'].map((name) => node.querySelector(name));
      const [words, , sum] = places;
      const painted = words.nodes.some((word) => word.title !== '');
      for (const place of places) {
        const { wanted, request } = place.dataset;
        for (const name of differ(wanted, question)) found.push(`another ${name} is wanted`);
        marked(place);
        // Old numbers are of another text or other strikes, never of another question.
        if (painted || sum.textContent !== '')
          for (const name of differ(request, question)) found.push(`numbers of another ${name}`);
      }
      if (!sum.hasAttribute('data-old')) said.push([sum.dataset.request, sum.textContent]);
      if (words.body.textContent !== by('text').value) found.push('another text');
      if (struck(node) !== struck(panels[0])) found.push('other strikes');
    }
    if (document.querySelector('#behind heat-text').body.textContent !== by('text').value)
      found.push('other words behind the letters');
    return { found, said };
  });
}

const settled = (page) =>
  page.waitForFunction(() => {
    const by = (id) => document.getElementById(id);
    if (by('count').ariaBusy) return false;
    if (by('explanations').hidden) return true;
    const said = ['versus-note', 'evidence-here', 'deletion-text', 'sis-state'];
    return (
      [...document.querySelectorAll('#panels .panel, #pair .panel')].every((panel) =>
        panel.hasAttribute('data-ready'),
      ) &&
      said.every((id) => by(id).textContent !== '') &&
      !by('sis-state').textContent.startsWith('looking') &&
      document.querySelectorAll('[data-old]').length === 0
    );
  });

/** All that the page says and shows, at rest. */
const shown = (page) =>
  page.evaluate(() => {
    const by = (id) => document.getElementById(id);
    const words = (host) =>
      [...document.querySelectorAll(`${host} heat-text`)].flatMap(({ nodes }) =>
        nodes.map(
          (word) =>
            `${word.className} ${word.textContent} ${word.title} ${word.style.backgroundColor}`,
        ),
      );
    const texts = (list) => list.map((selector) => document.querySelector(selector).textContent);
    const top = texts(['#verdict', '#count', '#classes']);
    if (by('explanations').hidden) return { top, silent: by('silent').textContent };
    return {
      top,
      words: ['#behind', '#panels', '#pair', '#versus', '#sis'].map(words),
      said: texts(['#panels', '#pair', '#versus-note', '#sets', '#sis-state', '#deletion-text']),
      more: texts(['#table', '#evidence-here']),
      curves: [...document.querySelectorAll('#deletion path')].map((path) =>
        path.getAttribute('d'),
      ),
    };
  });

/** Brings a fresh page into the state of another one. */
async function follow(page, fresh) {
  const state = await page.evaluate(() => ({
    selects: [...document.querySelectorAll('.settings select')].map(({ id, value }) => [id, value]),
    text: document.getElementById('text').value,
    threshold: document.getElementById('threshold').value,
    struck: [...document.querySelectorAll('#behind .struck')].map((word) => word.dataset.word),
    classes: [...document.querySelectorAll('#panels select, #pair select')].map(
      ({ value }) => value,
    ),
  }));
  await open(fresh);
  const set = (selector, value, event = 'change') =>
    fresh.locator(selector).evaluate(
      (node, [value, event]) => {
        node.value = value;
        node.dispatchEvent(new Event(event));
      },
      [value, event],
    );
  for (const [id, value] of state.selects) await set(`#${id}`, value);
  await set('#threshold', state.threshold, 'input');
  await set('#text', state.text, 'input');
  await settled(fresh);
  for (const word of state.struck) {
    await fresh
      .locator(`#panels .panel:first-child [data-word="${word}"]`)
      .evaluate((node) => node.click());
    await settled(fresh);
  }
  if (await fresh.locator('#explanations').isVisible()) {
    const selects = fresh.locator('#panels select, #pair select');
    for (const [k, value] of state.classes.entries())
      await selects.nth(k).evaluate((node, value) => {
        node.value = value;
        node.dispatchEvent(new Event('change'));
      }, value);
  }
  await settled(fresh);
}

test.describe.configure({ retries: 0 });

test(`${ACTIONS} random actions: nothing old stands as if it were new, and at rest all is as on a fresh page`, async ({
  page,
  context,
}) => {
  test.setTimeout(LONG);
  await open(page);
  await act(page, ['text', 0, 0]);
  await ready(page);
  const next = random(14);
  const below = (n) => Math.floor(next() * n);
  const kinds = [
    'type',
    'erase',
    'strike',
    'panel',
    'pair',
    'list',
    'model',
    'method',
    'threshold',
  ];
  const often = [
    ...kinds,
    ...kinds,
    ...kinds,
    'take',
    'text',
    'text',
    'clear',
    'restore',
    'fill',
    'palette',
  ];
  const log = [];
  const told = new Map();
  const check = async (when) => {
    const after = `${when} after ${log.slice(-5).join('; ')}`;
    const { found, said } = await look(page);
    expect(found, after).toEqual([]);
    for (const [request, text] of said) {
      expect(text, `${request} ${after}`).not.toBe('');
      expect(told.get(request) ?? text, `${request} ${after}`).toBe(text);
      told.set(request, text);
    }
  };
  for (let k = 1; k <= ACTIONS; k += 1) {
    const action = [often[below(often.length)], below(1000), below(1000)];
    log.push(action.join(' '));
    await act(page, action);
    await check('at once');
    if (below(3) === 0) await page.waitForTimeout(below(60));
    await check('some time');
    if (k % REST > 0) continue;
    await settled(page);
    await check('at rest');
    const fresh = await context.newPage();
    await follow(page, fresh);
    expect(await shown(page), `at rest after ${log.slice(-5).join('; ')}`).toEqual(
      await shown(fresh),
    );
    await fresh.close();
  }
});
