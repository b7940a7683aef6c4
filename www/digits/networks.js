import { el, setText } from '../shared/dom.js';
import { percent } from '../shared/numbers.js';
import { sharedColour } from '../shared/scale.js';
import { suited } from './groups.js';
import { KeptPanel } from './kept-panel.js';
import { MapPanel } from './map-panel.js';
import { SHIPPED } from './models.js';
import { choice, lesson, row } from './parts.js';
import { Several } from './several.js';

const METHODS = [
  'lrp',
  'gradient-x-input',
  'integrated-gradients',
  'deeplift',
  'saliency',
  'occlusion',
];

/** The same digit, both networks, one scale. */
export class View {
  constructor(page) {
    this.page = page;
    this.method = page.parameters.kept('networks', 'method', 'lrp', (name) =>
      METHODS.includes(name),
    );
    this.rows = Object.entries(SHIPPED).map(([id, { title }]) => ({
      id,
      title,
      map: new MapPanel(`map-${id}`, `${title}: map`),
      kept: new KeptPanel(`kept-${id}`, `${title}: enough for it`),
      answer: el('p', { class: 'result', role: 'status' }),
    }));
    this.several = new Several(page, this.rows);
    this.cross = el('p', { class: 'result', role: 'status' });
    const titles = METHODS.filter((name) => page.catalogue.has(name)).map((name) => [
      name,
      page.catalogue.get(name).title,
    ]);
    this.node = lesson(
      'networks',
      'Two networks, one digit',
      'Both read the digit, and not for the same reasons. The maps share one scale. Beside each, the first sufficient input subset: is what is enough for one network enough for the other?',
      choice('Method', titles, this.method, (name) => {
        this.method = name;
        page.parameters.set('networks', 'method', name);
        page.address.keep();
        this.ask();
      }).node,
      ...this.rows.map(({ answer, map, kept }) =>
        el('div', { class: 'network-row' }, answer, row(map.node, kept.node)),
      ),
      this.cross,
      this.several.node,
    );
  }

  async ask() {
    const { subject, models } = this.page;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    setText(this.cross, '');
    this.several.drop();
    for (const each of this.rows) each.found = null;
    if (subject.empty) {
      for (const { map, kept, answer } of this.rows) {
        map.fail('Draw a digit');
        kept.fail('Draw a digit');
        setText(answer, '');
      }
      return;
    }
    for (const each of this.rows) {
      try {
        const model = await models.get(each.id);
        if (turn !== this.turn) return;
        this.askFor(each, model);
      } catch (error) {
        each.map.fail(error.message);
      }
    }
  }

  askFor(each, model) {
    const { subject, jobs, state } = this.page;
    const ink = subject.pixels;
    const [low, high] = model.range;
    const input = ink.map((value) => low + value * (high - low));
    const target =
      state.target === 'top' || state.target < model.labels.length ? state.target : 'top';
    const own = suited(this.method, model.info, low);
    jobs.ask(`view networks ${each.id}`, {
      model,
      question: `${this.method}/${target}`,
      work: async (worker) => ({
        prediction: await worker.predict(input),
        map: await worker.explain(input, { method: this.method, target, ...own }),
      }),
      done: ({ prediction, map }) => {
        const { probabilities } = prediction;
        each.map.explain(map, ink);
        const label = model.labels[map.target];
        setText(
          each.answer,
          `${each.title}: ${label} with ${percent(probabilities[map.target])} %`,
        );
        this.draw();
      },
      failed: (error) => each.map.fail(error.message),
    });
    jobs.ask(`view networks subset ${each.id}`, {
      model,
      slow: true,
      work: (worker, call) =>
        worker.explain(input, { method: 'sis', target, threshold: 0.7, sets: 1, mask: low }, call),
      done: ({ sis, target: found }) => {
        const [set] = sis.sets;
        if (!set) {
          each.kept.fail('No subset reaches τ = 0.7');
          return;
        }
        each.found = { set, target: found, input, low };
        each.kept.keep({
          pixels: ink,
          kept: new Set(set.features),
          mask: null,
          line: `${set.features.length} pixels, f = ${percent(set.score)} %`,
        });
        each.kept.draw();
        this.swap();
      },
      failed: (error) => each.kept.fail(error.message),
    });
  }

  /** Each network is shown the other's subset. */
  async swap() {
    const { models } = this.page;
    const { turn } = this;
    if (!this.rows.every(({ found }) => found)) return;
    const words = await Promise.all(
      this.rows.map(async ({ id, title }, i) => {
        const { set, target, input, low } = this.rows[1 - i].found;
        const kept = new Set(set.features);
        const left = input.map((value, k) => (kept.has(k) ? value : low));
        const model = await models.get(id);
        const { probabilities } = await model.quick.predict(left);
        return `${title} gives the other’s subset ${percent(probabilities[target])} %`;
      }),
    ).catch((error) => [error.message]);
    if (turn === this.turn) setText(this.cross, `${words.join('; ')}.`);
  }

  draw() {
    const look = this.page.look();
    const maps = this.rows.map(({ map }) => map).filter(({ values }) => values);
    const scale =
      maps.length > 1 && this.page.state.shared
        ? sharedColour(maps.map((map) => map.ownScale(look.norm)))
        : null;
    for (const map of maps) map.draw(look, scale);
    for (const { kept } of this.rows) kept.draw();
  }
}
