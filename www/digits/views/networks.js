import { el, setText } from '../../kit/page/dom.js';
import { clip, percent } from '../../kit/page/numbers.js';
import { sharedVmax } from '../../kit/color/scale.js';
import { expectAnswer, requestKey, settle, showAnswer } from '../../kit/engine/request.js';
import { suited } from '../groups.js';
import { KeptPanel } from './kept-panel.js';
import { MapPanel } from './map-panel.js';
import { SHIPPED } from '../models.js';
import { choice, lesson, row } from '../parts.js';
import { Waiting } from '../../kit/page/waiting.js';
import { Several } from './several.js';

const METHODS = [
  'lrp',
  'gradient-x-input',
  'integrated-gradients',
  'deeplift',
  'saliency',
  'occlusion',
];

/** The same digit, both networks and, if there is one, the visitor's own, one scale. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.method = page.parameters.kept('networks', 'method', 'lrp', (name) =>
      METHODS.includes(name),
    );
    this.rows = [
      ...Object.entries(SHIPPED).map(([id, { title }]) => ({ id, title })),
      ...(page.models.ownTitle ? [{ id: 'own', title: clip(page.models.ownTitle, 24) }] : []),
    ].map(({ id, title }) => ({
      id,
      title,
      map: new MapPanel(`map-${id}`, `${title}: map`),
      kept: new KeptPanel(`kept-${id}`, `${title}: enough for it`),
      answer: el('p', { class: 'result', role: 'status' }),
      waiting: new Waiting(() => this.stop(id)),
      /** @type {any} what its search for a subset found */
      found: null,
    }));
    this.pair = this.rows.slice(0, 2);
    this.several = new Several(page, this.pair);
    this.cross = el('p', { class: 'result', role: 'status' });
    const titles = METHODS.filter((name) => page.catalogue.has(name)).map((name) => [
      name,
      page.entry(name).title,
    ]);
    this.node = lesson(
      'networks',
      'Two networks, one digit',
      'Both read the digit, and not for the same reasons; a network of your own stands below them. The maps share one scale. Beside each, the first sufficient input subset: is what is enough for one network enough for the other?',
      choice('Method', titles, this.method, (name) => {
        this.method = name;
        page.parameters.set('networks', 'method', name);
        page.address.keep();
        this.ask();
      }).node,
      ...this.rows.map(({ answer, map, kept, waiting }) =>
        el('div', { class: 'network-row' }, answer, row(map.node, kept.node), waiting.node),
      ),
      this.cross,
      this.several.node,
    );
  }

  answered() {
    this.several.ask();
  }

  async ask() {
    const { subject, models, jobs } = this.page;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    this.several.ask();
    for (const each of this.rows) each.found = null;
    const { image } = subject.example;
    const { target, against } = this.page.state;
    const key = requestKey({ image, why: target, against, method: this.method });
    const setKey = requestKey({ image, why: target });
    for (const { map, answer, kept } of this.rows) {
      expectAnswer([map.node, answer], key);
      expectAnswer([kept.node], setKey);
    }
    expectAnswer([this.cross], setKey);
    this.wanted = setKey;
    if (subject.empty) {
      for (const { id, map, kept, answer, waiting } of this.rows) {
        jobs.drop(`view networks ${id}`);
        jobs.drop(`view networks subset ${id}`);
        waiting.end();
        map.fail(subject.idle);
        kept.fail(subject.idle);
        setText(answer, '');
        settle([map.node, answer], key);
        settle([kept.node], setKey);
      }
      setText(this.cross, '');
      settle([this.cross], setKey);
      return;
    }
    for (const each of this.rows) {
      try {
        const model = await models.get(each.id);
        if (turn !== this.turn) return;
        this.askFor(each, model, { key, setKey });
      } catch (/** @type {any} */ error) {
        if (turn !== this.turn) return;
        each.map.fail(error.message);
        each.kept.fail(error.message);
        setText(each.answer, '');
        settle([each.map.node, each.answer], key);
        settle([each.kept.node], setKey);
      }
    }
  }

  askFor(each, model, { key, setKey }) {
    const { subject, jobs, state } = this.page;
    const ink = subject.pixels;
    const [low, high] = model.range;
    const input = ink.map((value) => low + value * (high - low));
    const target =
      state.target === 'top' || state.target < model.labels.length ? state.target : 'top';
    const rival =
      state.against !== null && state.against < model.labels.length ? state.against : null;
    const own = suited(this.page.entry(this.method), model.info, low);
    const { method } = this;
    jobs.ask(`view networks ${each.id}`, {
      model,
      question: `${method}/${target}/${rival}`,
      key,
      shows: [each.map.node, each.answer],
      work: async (worker) => {
        const prediction = await worker.predict(input);
        const explained = target === 'top' ? model.classes.answer(prediction).top : target;
        /** @type {Record<string, any>} */
        const options = { method, target: explained, ...own };
        if (rival !== null) options.against = rival;
        // Each network has an answer of its own, which may be the rival.
        const map = rival === explained ? null : await worker.explain(input, options);
        const { probabilities } = model.classes.answer(prediction);
        return { probabilities, explained, map };
      },
      done: ({ probabilities, explained, map }) => {
        const label = model.labels[explained];
        const against = rival === null ? '' : ` against ${model.labels[rival]}`;
        each.map.rename(`${each.title}: why ${label}${against}`);
        if (map) each.map.explain(map, ink);
        else each.map.fail(`${label} against itself is 0 everywhere`);
        const sure = probabilities ? ` with ${percent(probabilities[explained])} %` : '';
        setText(each.answer, `${each.title}: ${label}${sure}`);
        this.draw();
      },
      failed: (error) => {
        each.map.fail(error.message);
        setText(each.answer, '');
      },
    });
    jobs.ask(`view networks subset ${each.id}`, {
      model,
      slow: true,
      key: setKey,
      shows: [each.kept.node],
      work: (worker, call) =>
        worker.explain(input, { method: 'sis', target, threshold: 0.7, sets: 1, mask: low }, call),
      progress: (share) => each.waiting.tell(share),
      done: ({ sis, target: found }) => {
        each.waiting.end();
        const [set] = sis.sets;
        each.kept.rename(`${each.title}: enough for ${model.labels[found]}`);
        if (set) {
          each.kept.keep({
            pixels: ink,
            kept: new Set(set.features),
            mask: null,
            line: `${set.features.length} pixels, f = ${percent(set.score)} %`,
          });
          each.kept.draw();
        } else {
          each.kept.fail('No subset reaches τ = 0.7');
        }
        each.found = { set, target: found, input, low };
        this.swap();
      },
      failed: (error) => {
        each.waiting.end();
        each.kept.fail(error.message);
      },
    });
  }

  stop(id) {
    this.page.jobs.drop(`view networks subset ${id}`);
    const each = this.rows.find((row) => row.id === id);
    if (!each) return;
    each.kept.fail('Stopped');
    settle([each.kept.node, this.cross], this.wanted);
    setText(this.cross, '');
  }

  /** Each network is shown the other's subset. */
  async swap() {
    const { models } = this.page;
    const { turn, wanted } = this;
    if (!this.pair.every(({ found }) => found)) return;
    if (!this.pair.every(({ found }) => found.set)) {
      setText(this.cross, '');
      showAnswer([this.cross], wanted);
      return;
    }
    const words = await Promise.all(
      this.pair.map(async ({ id, title }, i) => {
        const { set, target, input, low } = this.pair[1 - i].found;
        const kept = new Set(set.features);
        const left = input.map((value, k) => (kept.has(k) ? value : low));
        const model = await models.get(id);
        const { probabilities } = await model.quick.predict(left);
        return `${title} gives the other’s subset ${percent(probabilities?.[target] ?? NaN)} %`;
      }),
    ).catch((error) => [error.message]);
    if (turn !== this.turn) return;
    setText(this.cross, `${words.join('; ')}.`);
    showAnswer([this.cross], wanted);
  }

  draw() {
    const style = this.page.style();
    const maps = this.rows.map(({ map }) => map).filter(({ values }) => values);
    const scale =
      maps.length > 1 && this.page.state.shared
        ? sharedVmax(maps.map((map) => map.ownScale(style.normalisation)))
        : null;
    for (const map of maps) map.draw(style, scale);
    for (const { kept } of this.rows) kept.draw();
  }
}
