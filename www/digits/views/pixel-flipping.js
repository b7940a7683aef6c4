import { el, setText, svg } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';
import { expectAnswer, settle, showAnswer } from '../../kit/engine/request.js';
import { drawPlot, plotKey } from '../../kit/elements/plot.js';
import { control, noise } from '../controls.js';
import { shown, unsuitable } from '../groups.js';
import { Many } from './many.js';
import { choice, lesson, slider, table } from '../parts.js';

const STEPS = 100;
const CHANCES = 10;
const MAX_SHOWN = 6;

/** Does a map point at what matters? Its pixels are blanked in order, and the score must fall. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.curves = new Map();
    this.asked = [];
    this.order = 'morf';
    this.plot = svg('svg', { class: 'plot', hidden: true });
    this.key = el('p', { class: 'plot-key' });
    this.numbers = el('div');
    this.result = el('p', { class: 'result', role: 'status' });
    this.left = el('p', { class: 'fine' });
    this.steps = STEPS;
    this.node = lesson(
      'proof',
      'Pixel flipping: prove it',
      'Blank the pixels a map calls most relevant, one after another. The better the map, the faster the score falls, and the larger the area over its curve.',
      el(
        'div',
        { class: 'controls-row' },
        choice(
          'Blank first',
          [
            ['morf', 'the most relevant'],
            ['lerf', 'the least relevant'],
          ],
          'morf',
          (order) => {
            this.order = order;
            this.ask();
          },
        ).node,
        slider('Pixels', {
          min: 10,
          max: 200,
          step: 10,
          value: STEPS,
          show: String,
          changed: (steps) => {
            this.steps = steps;
            this.ask();
          },
        }).node,
      ),
      this.plot,
      this.key,
      this.result,
      this.numbers,
      el('p', {
        class: 'fine',
        text: 'AOPC is the mean of f(x) minus the score after k pixels, over k = 0 to L (Samek et al. 2017, with 0 in the mean). Higher is better when the most relevant go first, lower when the least relevant do. Scores are logits; blank is what an empty pad holds.',
      }),
      this.left,
      new Many((name) => this.title(name)).node,
    );
  }

  // ---- this digit

  isControl(name) {
    return name === 'segmentation';
  }

  answered() {
    this.ask();
  }

  /** The heatmaps chosen under Compare: those that are drawn, and why the others are not. */
  names() {
    const { state, compare, subject } = this.page;
    const able = [];
    const left = [];
    for (const name of shown(state.methods, compare.catalogue)) {
      if (name === 'random') continue; // It is the band.
      if (name === 'sis') left.push(`${this.title(name)} (it numbers sets and ranks no pixels)`);
      else if (unsuitable(name, subject.model.info))
        left.push(`${this.title(name)} (it cannot explain this network)`);
      else able.push(name);
    }
    const more = able.splice(MAX_SHOWN).map((name) => this.title(name));
    if (more.length > 0) left.push(`${more.join(', ')} (no more than ${MAX_SHOWN} are drawn)`);
    return { able, left };
  }

  ask() {
    const { subject, jobs, parameters } = this.page;
    for (const name of this.asked) jobs.drop(`view proof ${name}`);
    this.asked = [];
    this.curves.clear();
    this.chances = null;
    const { able, left } = this.names();
    const options = Object.fromEntries(
      able.map((name) => [name, this.isControl(name) ? null : parameters.options(name)]),
    );
    const key = this.page.key({ options, order: this.order, steps: this.steps });
    const shows = [this.plot, this.key, this.result, this.numbers];
    expectAnswer(shows, key);
    const chosen = 'The curves are those of the heatmaps chosen under Compare';
    setText(this.left, `${chosen}${left.length > 0 ? `, but for ${left.join('; ')}` : ''}.`);
    settle([this.left], key);
    if (subject.empty || (subject.known && subject.idle) || able.length === 0) {
      setText(this.result, `${subject.idle ?? 'None of these heatmaps ranks pixels'}.`);
      this.plot.setAttribute('hidden', '');
      this.key.replaceChildren();
      this.numbers.replaceChildren();
      settle(shows, key);
      return;
    }
    if (!subject.known) return;
    const [input, mask] = [subject.input(), subject.blank];
    const { classes } = subject.model;
    const which = { steps: this.steps, mask, order: this.order };
    which.target = classes.target(subject.explained);
    if (subject.rival !== null) which.against = classes.target(subject.rival);
    const failures = [];
    // What is said of all curves belongs to the question when all are there.
    let open = able.length + 1;
    const ended = () => {
      open -= 1;
      this.draw();
      if (failures.length > 0) setText(this.result, `${failures.join('; ')}.`);
      if (open === 0) showAnswer(shows, key);
    };
    const ask = (name, slow, work, done) => {
      this.asked.push(name);
      jobs.ask(`view proof ${name}`, {
        model: subject.model,
        slow,
        work,
        done: (found) => {
          done(found);
          ended();
        },
        failed: (error) => {
          failures.push(`${this.title(name)}: ${error.message}`);
          ended();
        },
      });
    };
    for (const name of able) {
      const entry = this.page.entry(name);
      const own = this.isControl(name) ? control(name, subject).relevance : null;
      ask(
        name,
        !entry.quick,
        async (model, call) => {
          const order = own ?? (await model.explain(input, options[name], call)).relevance;
          return model.flip(input, order, which, call);
        },
        (curve) => this.curves.set(name, curve),
      );
    }
    ask(
      'random',
      false,
      (model) =>
        Promise.all(
          Array.from({ length: CHANCES }, (_, seed) =>
            model.flip(input, noise(input.length, seed + 1), which),
          ),
        ),
      (curves) => (this.chances = curves),
    );
  }

  draw() {
    const series = [...this.curves].map(([name, curve]) => ({
      name: this.page.entry(name).title,
      values: curve.scores,
      aopc: curve.aopc,
    }));
    if (!this.chances || series.length === 0) return;
    const rows = this.chances.map((curve) => curve.scores);
    const across = (pick) => Array.from(rows[0], (_, k) => pick(rows.map((values) => values[k])));
    this.plot.removeAttribute('hidden');
    drawPlot(this.plot, {
      series,
      band: {
        low: across((values) => Math.min(...values)),
        high: across((values) => Math.max(...values)),
      },
      under: 'pixels blanked',
      beside: 'score',
      label: `Score while pixels are blanked, for ${series.map(({ name }) => name).join(', ')} and ${CHANCES} random orders`,
    });
    this.key.replaceChildren(
      ...plotKey(series).flatMap(({ line, name }) => [line, name]),
      el('span', { class: 'plot-swatch', 'aria-hidden': 'true' }),
      `${CHANCES} random orders`,
    );
    const random = this.chances.map(({ aopc }) => aopc);
    const spread = `${format(Math.min(...random))} to ${format(Math.max(...random))}`;
    // The least relevant pixels first: the better the map, the less the score falls.
    const better = this.order === 'morf' ? 1 : -1;
    const ranked = [...series].sort((a, b) => better * (b.aopc - a.aopc));
    this.numbers.replaceChildren(
      table(
        `AOPC over ${this.steps} pixels of this digit`,
        ['order', 'AOPC'],
        [
          ...ranked.map(({ name, aopc }) => [name, signed(aopc)]),
          [`${CHANCES} random orders`, spread],
        ],
      ),
    );
    const [best] = ranked;
    const [size, side, end] =
      better > 0
        ? ['Largest', 'above', Math.max(...random)]
        : ['Smallest', 'below', Math.min(...random)];
    const beats = `${better * (best.aopc - end) > 0 ? '' : 'not '}${side} every random order`;
    setText(this.result, `${size} area: ${best.name}, ${signed(best.aopc)}, ${beats} (${spread}).`);
  }

  title(name) {
    return this.page.compare.catalogue.get(name)?.title ?? name;
  }
}
