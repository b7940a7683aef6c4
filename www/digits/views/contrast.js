import { el, setText, svg } from '../../kit/page/dom.js';
import { format, signed } from '../../kit/page/numbers.js';
import { drawPlot, plotKey } from '../../kit/elements/plot.js';
import { expectAnswer, settle } from '../../kit/engine/request.js';
import { sharedVmax } from '../../kit/color/scale.js';
import { noise } from '../controls.js';
import { ImagePanel, MapPanel } from './map-panel.js';
import { choice, lesson, part, row, slider } from '../parts.js';

const METHODS = ['lrp', 'gradient-x-input', 'deeplift', 'deconvnet', 'guided-backprop', 'saliency'];
const WEAK = 0.05; // of the largest relevance in either map: less is no word for or against
const STEPS = 60;
const CHANCES = 8;

/** How a method holds two classes against each other. */
function howOf({ title, contrast, signed: isSigned }) {
  if (!isSigned)
    return `${title} takes the size of what arrives, so its maps have no sign and say neither for nor against: the difference of the scores was propagated.`;
  return contrast === 'subtracted'
    ? `${title} is linear in what it starts from: the third map is the first minus the second.`
    : `${title} clamps its signal on the way, so maps cannot be subtracted: the difference of the scores was propagated.`;
}

/** How many pixels speak for one class and against the other. */
function opposed([one, other], [a, b]) {
  const size = (map) => map.relevance.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const least = WEAK * Math.max(size(one), size(other));
  const count = (sign) =>
    one.relevance.filter((r, i) => sign * r > least && -sign * other.relevance[i] > least).length;
  return `${count(1)} pixels speak for ${a} and against ${b}, ${count(-1)} for ${b} and against ${a} (each by more than ${100 * WEAK} % of the largest relevance).`;
}

/** For one class, against another: two maps, their contrast, and the proof by erasing. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.method = page.parameters.kept('contrast', 'method', 'lrp', (name) =>
      METHODS.includes(name),
    );
    this.erased = 20;
    this.maps = ['one', 'other', 'contrast'].map((id) => new MapPanel(id, '…'));
    this.images = [
      new ImagePanel('by-map', 'Erased by the contrast map'),
      new ImagePanel('by-chance', 'Erased by chance, on the stroke'),
    ];
    this.plot = svg('svg', { class: 'plot', hidden: true });
    this.key = el('p', { class: 'plot-key' });
    this.how = el('p', { class: 'fine' });
    this.both = el('p', { class: 'result' });
    this.result = el('p', { class: 'result', role: 'status' });
    const titles = METHODS.map((name) => [name, page.catalogue.get(name)?.title ?? name]);
    this.slider = slider('Pixels erased', {
      min: 0,
      max: STEPS,
      value: this.erased,
      show: String,
      changed: (k) => {
        this.erased = k;
        this.draw();
      },
    });
    this.node = lesson(
      'contrast',
      'For one class, against another',
      'The same pixel can speak for one class and against another. Red in the third map is what tells the two apart in favour of the first.',
      choice('Method', titles, this.method, (name) => this.choose(name)).node,
      this.how,
      row(...this.maps.map((map) => map.node)),
      this.both,
      part(
        'Erase what it names',
        'Pixels are blanked in the order of the contrast map, and in random orders on the stroke. If the map is right, the margin falls faster.',
        this.slider.node,
        row(...this.images.map((image) => image.node)),
        this.plot,
        this.key,
        this.result,
      ),
    );
  }

  get shows() {
    const panels = [...this.maps, ...this.images].map(({ node }) => node);
    return [...panels, this.how, this.both, this.plot, this.key, this.result];
  }

  choose(name) {
    this.method = name;
    this.page.parameters.set('contrast', 'method', name);
    this.page.address.keep();
    this.ask();
  }

  /** The two classes: the page's, or the likeliest two. @returns {[number, number] | null} */
  pair() {
    const { answer, explained, rival } = this.page.subject;
    if (!answer || explained === null) return null;
    const others = [...answer.logits.keys()].filter((index) => index !== explained);
    if (others.length === 0) return null;
    const second = others.reduce((a, b) => (answer.logits[b] > answer.logits[a] ? b : a));
    return [explained, rival ?? second];
  }

  answered() {
    this.ask();
  }

  ask() {
    const { subject, jobs, parameters } = this.page;
    const alone = subject.model.labels.length < 2;
    const options = { method: this.method, ...parameters.chosen(this.method) };
    const key = this.page.key({ method: this.method, options });
    expectAnswer(this.shows, key);
    if (subject.empty || alone || (subject.known && subject.idle)) {
      jobs.drop('view contrast');
      this.found = null;
      for (const panel of [...this.maps, ...this.images])
        panel.fail(alone ? 'One output' : subject.idle);
      setText(
        this.result,
        alone ? 'This network has one output: there is no class to hold against another.' : '',
      );
      setText(this.both, '');
      this.plot.setAttribute('hidden', '');
      setText(this.how, '');
      this.key.replaceChildren();
      settle(this.shows, key);
      return;
    }
    // Which two classes are likeliest is said by the answer.
    const pair = subject.known ? this.pair() : null;
    if (!pair) return;
    const [target, against] = pair.map((index) => subject.model.classes.target(index));
    const [input, ink, blank] = [subject.input(), subject.pixels, subject.blank];
    const chances = Array.from({ length: CHANCES }, (_, seed) =>
      noise(ink.length, seed + 1).map((value, i) => (ink[i] > 0.05 ? 1 + value : value)),
    );
    jobs.ask('view contrast', {
      model: subject.model,
      question: `${this.method}/${pair}`,
      key,
      shows: this.shows,
      work: async (model) => {
        const flip = (order) =>
          model.flip(input, order, { target, against, steps: STEPS, mask: blank });
        const [one, other, both] = await Promise.all(
          [{ target }, { target: against }, { target, against }].map((which) =>
            model.explain(input, { ...options, ...which }),
          ),
        );
        const curve = await flip(both.relevance);
        return { maps: [one, other, both], curve, chances: await Promise.all(chances.map(flip)) };
      },
      done: (found) => this.show(found, pair, ink),
      failed: (error) => this.failed(error),
    });
  }

  failed(error) {
    this.found = null;
    for (const panel of [...this.maps, ...this.images]) panel.fail(error.message);
    for (const node of [this.how, this.both, this.result]) setText(node, '');
    this.plot.setAttribute('hidden', '');
    this.key.replaceChildren();
  }

  show(found, [target, against], ink) {
    const { subject } = this.page;
    this.found = found;
    this.ink = ink;
    const [a, b] = [subject.label(target), subject.label(against)];
    const titles = [`For ${a}`, `For ${b}`, `For ${a}, against ${b}`];
    found.maps.forEach((explanation, i) => {
      this.maps[i].rename(titles[i]);
      this.maps[i].explain(explanation, ink);
    });
    const entry = this.page.entry(this.method);
    setText(this.how, howOf(entry));
    setText(this.both, entry.signed ? opposed(found.maps, [a, b]) : '');
    this.draw();
  }

  draw() {
    if (!this.found) return;
    const style = this.page.style();
    const scale = this.page.state.shared
      ? sharedVmax(this.maps.map((map) => map.ownScale(style.normalisation)))
      : null;
    for (const map of this.maps) map.draw(style, scale);
    const { curve, chances } = this.found;
    const k = this.erased;
    const scores = chances.map((chance) => chance.scores);
    const series = [{ name: 'by the contrast map', values: curve.scores }];
    const across = (pick) =>
      Array.from(scores[0], (_, step) => pick(scores.map((row) => row[step])));
    const band = {
      low: across((values) => Math.min(...values)),
      high: across((values) => Math.max(...values)),
    };
    this.erase(this.images[0], curve, k);
    this.erase(this.images[1], chances[0], k);
    this.plot.removeAttribute('hidden');
    drawPlot(this.plot, {
      series,
      band,
      cursor: k,
      under: 'pixels erased',
      beside: 'margin of the two scores',
      label: `Margin while pixels are erased: from ${format(curve.scores[0])} to ${format(curve.scores[STEPS])} by the contrast map`,
    });
    this.key.replaceChildren(
      ...plotKey(series).flatMap(({ line, name }) => [line, name]),
      el('span', { class: 'plot-swatch', 'aria-hidden': 'true' }),
      `${CHANCES} random orders on the stroke`,
    );
    const mean = scores.reduce((sum, row) => sum + row[k], 0) / scores.length;
    setText(
      this.result,
      `Margin ${format(curve.scores[0])}; after ${k} pixels ${signed(curve.scores[k])} by the map, ${signed(mean)} on average by chance.`,
    );
  }

  erase(panel, curve, k) {
    const values = this.ink.slice();
    for (const index of curve.order.subarray(0, k)) values[index] = 0;
    panel.show({ values, line: `margin ${signed(curve.scores[k])}` });
    panel.draw();
  }
}
