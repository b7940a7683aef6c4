import { el, setText, svg } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { settle } from '../../kit/engine/request.js';
import { drawPlot } from '../../kit/elements/plot.js';
import { ImagePanel } from './map-panel.js';
import { button, choice, lesson, row, slider } from '../parts.js';

const STRIDE = 2; // steps between two pictures
const MOST = 120;

/** Gradient ascent on the pixels: the image that a class, or a channel, likes best. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    const { parameters } = page;
    this.penalty = parameters.kept('images', 'lambda', 0.05, (value) => value >= 0 && value <= 1);
    this.from = parameters.kept('images', 'from', 'blank', (word) =>
      ['blank', 'grey', 'drawing'].includes(word),
    );
    this.unit = null;
    this.panel = new ImagePanel('climb', 'The image');
    this.start = new ImagePanel('climb-start', 'Where it started');
    this.plot = svg('svg', { class: 'plot' });
    this.status = el('p', { class: 'result', role: 'status' });
    this.go = button('Climb', () => this.toggle());
    this.use = button('Take it as the drawing', () => this.adopt());
    this.what = choice('Of', [], '', (value) => this.choose(value));
    this.node = lesson(
      'images',
      'Activation maximisation: what would it like to see?',
      'Start from an image and change all pixels a little, so that the score of a class rises, again and again. λ holds the pixels near black. What comes out is no digit: the network was never asked to draw.',
      el(
        'div',
        { class: 'controls-row' },
        this.what.node,
        choice(
          'Start from',
          [
            ['blank', 'nothing'],
            ['grey', 'grey'],
            ['drawing', 'the drawing'],
          ],
          this.from,
          (from) => {
            this.from = from;
            parameters.set('images', 'from', from);
            page.address.keep();
            this.reset();
          },
        ).node,
        slider('λ', {
          min: 0,
          max: 1,
          step: 0.01,
          value: this.penalty,
          changed: (value) => {
            this.penalty = value;
            parameters.set('images', 'lambda', value);
            page.address.keep();
            this.reset();
          },
        }).node,
        this.go,
        this.use,
      ),
      row(this.start.node, this.panel.node, el('div', { class: 'beside' }, this.plot, this.status)),
    );
  }

  ask() {
    const { model } = this.page.subject;
    if (model !== this.model) {
      this.model = model;
      const { nodes } = model.info;
      const channels = nodes.flatMap(({ name, kind, shape }) =>
        kind === 'conv'
          ? Array.from({ length: shape[0] }, (_, k) => [
              `${name}/${k}`,
              `${name}, channel ${k + 1}`,
            ])
          : [],
      );
      const options = [['', 'the class above'], ...channels].map(([value, text]) =>
        el('option', { value, text }),
      );
      this.what.input.replaceChildren(...options);
      this.unit = null;
    }
    this.reset();
  }

  choose(value) {
    const cut = value.lastIndexOf('/');
    this.unit =
      cut < 0 ? null : { node: value.slice(0, cut), channel: Number(value.slice(cut + 1)) };
    this.reset();
  }

  answered() {
    if (!this.running && this.from !== 'drawing' && !this.idle) return;
    this.reset();
  }

  /** What is climbed: the unit, the class of the question, or 3. */
  target() {
    if (this.unit) return { unit: this.unit };
    const { rival, model } = this.page.subject;
    const { classes } = model;
    const asked = {
      target: classes.target(this.explained ?? Math.min(3, model.labels.length - 1)),
    };
    if (rival !== null && this.explained !== null) asked.against = classes.target(rival);
    return asked;
  }

  /** The class of the question, or null while it is not known. */
  get explained() {
    const { subject, state } = this.page;
    return subject.known || state.target !== 'top' ? subject.explained : null;
  }

  /** Why there is nothing to climb, or null. */
  get idle() {
    const { subject } = this.page;
    return this.unit || subject.empty || this.explained === null ? null : subject.idle;
  }

  reset() {
    const { subject, jobs } = this.page;
    jobs.drop('view images');
    this.running = false;
    setText(this.go, 'Climb');
    const [low, high] = subject.model.range;
    const ground = { blank: low, grey: (low + high) / 2 }[this.from];
    this.values =
      ground === undefined ? subject.input() : new Float32Array(subject.pixels.length).fill(ground);
    this.first = this.values.slice();
    /** @type {number[]} */
    this.scores = [];
    /** @type {number[]} */
    this.objectives = [];
    setText(this.status, this.idle ? `${this.idle}.` : 'Press Climb.');
    this.go.disabled = this.idle !== null;
    this.draw();
    // What was climbed before is gone, so whatever comes now belongs to the present request.
    const shows = [this.start.node, this.panel.node, this.plot, this.status];
    settle(shows, this.page.key({ from: this.from, penalty: this.penalty, unit: this.unit }));
  }

  toggle() {
    if (this.running) {
      this.running = false;
      this.page.jobs.drop('view images');
      setText(this.go, 'Climb');
      return;
    }
    if (this.objectives.length > MOST) this.reset();
    this.running = true;
    setText(this.go, 'Stop');
    this.climb();
  }

  climb() {
    const { subject, jobs } = this.page;
    const [low, high] = subject.model.range;
    const settings = {
      ...this.target(),
      steps: STRIDE,
      rate: 0.05,
      penalty: this.penalty,
      low,
      high,
    };
    const { values } = this;
    jobs.ask('view images', {
      model: subject.model,
      work: (model) => model.maximizeActivation(values, settings),
      done: (found) => this.stepped(found),
      failed: (error) => {
        this.running = false;
        setText(this.go, 'Climb');
        setText(this.status, error.message);
      },
    });
  }

  stepped({ values, scores, objectives }) {
    if (!this.running) return;
    const from = this.objectives.length > 0 ? 1 : 0;
    this.values = values;
    this.scores.push(...scores.slice(from));
    this.objectives.push(...objectives.slice(from));
    this.draw();
    const done = objectives.length <= STRIDE;
    if (done || this.objectives.length > MOST || this.node.hidden) {
      this.running = false;
      setText(this.go, 'Climb');
      setText(
        this.status,
        `${this.status.textContent} ${done ? 'No step raises it any further.' : ''}`.trim(),
      );
      return;
    }
    this.climb();
  }

  adopt() {
    const [low, high] = this.page.subject.model.range;
    this.page.adoptImage(
      Uint8Array.from(this.values, (value) => Math.round((255 * (value - low)) / (high - low))),
    );
  }

  draw() {
    if (!this.values) return;
    const [low, high] = this.page.subject.model.range;
    const grey = (values) => values.map((value) => (value - low) / (high - low));
    this.start.show({ values: grey(this.first) });
    this.start.draw();
    const last = this.objectives.length - 1;
    this.panel.show({ values: grey(this.values), line: last < 0 ? '' : `after ${last} steps` });
    this.panel.draw();
    this.use.disabled = last < 0;
    this.plot.toggleAttribute('hidden', last < 1);
    if (last < 1) return;
    drawPlot(this.plot, {
      series: [
        { name: 'objective', values: this.objectives },
        { name: 'score', values: this.scores },
      ],
      under: 'steps',
      beside: 'objective, score',
      label: `Objective after ${last} steps: ${format(this.objectives[last])}`,
    });
    const rises = this.objectives.every((value, k) => k === 0 || value > this.objectives[k - 1]);
    setText(
      this.status,
      `Score ${format(this.scores[0])} → ${format(this.scores[last])}; score − λ Σx² (solid) ${format(this.objectives[0])} → ${format(this.objectives[last])}${rises ? ', higher after every step' : ''}.`,
    );
  }
}
