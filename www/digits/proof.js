import { el, setText, svg } from '../shared/dom.js';
import { format, signed } from '../shared/numbers.js';
import { drawPlot, plotKey } from '../shared/plot.js';
import { control, noise } from './controls.js';
import { shown, unsuitable } from './groups.js';
import { button, choice, lesson, part, slider, table } from './parts.js';

const STEPS = 100;
const CHANCES = 10;
const MAX_SHOWN = 6;
const FIGURE = new URL('./aopc.json', import.meta.url);

/** Does a map point at what matters? Its pixels are blanked in order, and the score must fall. */
export class View {
  constructor(page) {
    this.page = page;
    this.curves = new Map();
    this.asked = [];
    this.order = 'morf';
    this.plot = svg('svg', { class: 'plot', hidden: true });
    this.key = el('p', { class: 'plot-key' });
    this.numbers = el('div');
    this.result = el('p', { class: 'result', role: 'status' });
    this.many = el('div', { class: 'many' });
    this.steps = STEPS;
    this.node = lesson(
      'proof',
      'Prove it',
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
        text: 'AOPC is the mean of f(x) minus the score after k pixels, over k = 0 to L (Samek et al. 2017, with 0 in the mean). Higher is better when the most relevant go first. Scores are logits; blank is what an empty pad holds. The curves are those of the heatmaps chosen under Compare.',
      }),
      part(
        'Over many digits',
        'One digit proves little. The command line did the same on test digits of the MNIST database; the tables give mean and standard error.',
        this.many,
      ),
    );
    this.loadFigure();
  }

  // ---- this digit

  answered() {
    this.ask();
  }

  names() {
    const { state, compare, subject } = this.page;
    const names = shown(state.methods, compare.catalogue).filter(
      (name) => name !== 'sis' && name !== 'random' && !unsuitable(name, subject.model.info),
    );
    return names.slice(0, MAX_SHOWN);
  }

  ask() {
    const { subject, jobs, parameters, compare } = this.page;
    for (const name of this.asked) jobs.drop(`view proof ${name}`);
    this.asked = [];
    this.curves.clear();
    this.chances = null;
    if (!subject.ready || subject.explained === null) {
      setText(this.result, subject.empty ? 'Draw a digit.' : '');
      this.plot.setAttribute('hidden', '');
      this.key.replaceChildren();
      this.numbers.replaceChildren();
      return;
    }
    const [input, mask] = [subject.input(), subject.blank];
    const which = { target: subject.explained, steps: this.steps, mask, order: this.order };
    if (subject.rival !== null) which.against = subject.rival;
    const ask = (name, slow, work, done) => {
      this.asked.push(name);
      jobs.ask(`view proof ${name}`, {
        model: subject.model,
        slow,
        work,
        done: (found) => {
          done(found);
          this.draw();
        },
        failed: (error) => setText(this.result, `${name}: ${error.message}`),
      });
    };
    for (const name of this.names()) {
      const entry = compare.catalogue.get(name);
      const own = name === 'segmentation' ? control(name, subject).relevance : null;
      const options = own ? null : parameters.options(name);
      ask(
        name,
        !entry.quick,
        async (model, call) => {
          const order = own ?? (await model.explain(input, options, call)).relevance;
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
    const { catalogue } = this.page.compare;
    const series = [...this.curves].map(([name, curve]) => ({
      name: catalogue.get(name).title,
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
    const ranked = [...series].sort((a, b) => b.aopc - a.aopc);
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
    const beats =
      best.aopc > Math.max(...random) ? 'above every random order' : 'not above every random order';
    setText(this.result, `Largest area: ${best.name}, ${signed(best.aopc)}, ${beats} (${spread}).`);
  }

  // ---- many digits

  async loadFigure() {
    try {
      const answer = await fetch(FIGURE);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.showFigure(await answer.json());
    } catch (error) {
      this.many.replaceChildren(
        el('p', { class: 'fine', text: `The figure could not be loaded (${error.message}). ` }),
        button('Try again', () => this.loadFigure()),
      );
    }
  }

  showFigure({ examples, steps, models }) {
    const blocks = models.map(({ title, curves }) => {
      const plot = svg('svg', { class: 'plot' });
      const series = curves.map(({ method, curve }) => ({
        name: this.title(method),
        values: curve,
      }));
      drawPlot(plot, {
        series,
        under: 'pixels blanked',
        beside: 'mean score',
        label: `${title} network: mean score of ${examples} digits while pixels are blanked`,
      });
      const key = el(
        'p',
        { class: 'plot-key' },
        ...plotKey(series).flatMap(({ line, name }) => [line, name]),
      );
      const rows = [...curves]
        .sort((a, b) => b.aopc.mean - a.aopc.mean)
        .map(({ method, aopc }) => [
          this.title(method),
          `${signed(aopc.mean)} ± ${format(aopc.standardError, 2)}`,
        ]);
      const caption = `${title} network: AOPC over ${steps} pixels, ${examples} test digits, mean ± standard error`;
      return el('div', {}, plot, key, table(caption, ['order', 'AOPC'], rows));
    });
    this.many.replaceChildren(...blocks);
  }

  title(name) {
    return this.page.compare.catalogue.get(name)?.title ?? name;
  }
}
