import { el, setText, svg } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { Waiting } from '../../kit/page/waiting.js';
import { expectAnswer, settle, showAnswer } from '../../kit/engine/request.js';
import { drawPlot } from '../../kit/elements/plot.js';
import { UNCERTAIN } from '../classes.js';
import { Collection, lastOf, left } from './collection.js';
import { KeptPanel, cut, meanImage } from './kept-panel.js';
import { button, choice, lesson, row, slider } from '../parts.js';
import { Planted } from '../lessons/planted.js';
import { Quiz } from '../lessons/quiz.js';

const SETS = 6;
const FRAMES = 112; // of the film over all pixels
const BEAT = 60; // ms a frame

/** Sufficient input subsets: backward selection to scrub, τ, the disjoint collection, a quiz. */
export class View {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    const { parameters } = page;
    this.mask = parameters.kept('subsets', 'mask', 'zero', (word) =>
      ['zero', 'mean'].includes(word),
    );
    this.threshold = parameters.kept('subsets', 'tau', 0.7, (tau) => tau >= 0.05 && tau <= 0.99);
    this.step = 0;
    /** @type {Float32Array | null} */
    this.mean = null;
    this.panels = [
      new KeptPanel('scrub', 'What is left'),
      new KeptPanel('subset', 'The first subset'),
    ];
    this.plot = svg('svg', { class: 'plot', hidden: true });
    this.status = el('p', { class: 'result', role: 'status' });
    this.waiting = new Waiting(() => this.stop());
    this.check = el('p', { class: 'result', role: 'status' });
    this.collection = new Collection(page);
    this.timer = 0;
    this.play = button('Play', () => this.film());
    this.scrub = slider('Pixels masked', {
      min: 0,
      max: 784,
      value: 0,
      show: String,
      changed: (step) => {
        this.halt();
        this.step = step;
        this.draw();
      },
    });
    this.tau = slider('Threshold τ', {
      min: 0.05,
      max: 0.99,
      step: 0.01,
      value: this.threshold,
      changed: (tau) => this.setThreshold(tau),
    });
    this.quiz = new Quiz(page);
    this.planted = new Planted(page);
    this.node = lesson(
      'subsets',
      'Sufficient input subsets: what is enough?',
      'Pixels are masked one by one, always the one whose loss hurts least. What is left last is enough for the answer on its own: a sufficient input subset. The search is greedy, so a smaller one may exist.',
      el(
        'div',
        { class: 'controls-row' },
        choice(
          'Mask with',
          [
            ['zero', 'nothing (black)'],
            ['mean', 'the mean training image'],
          ],
          this.mask,
          (mask) => {
            this.mask = mask;
            parameters.set('subsets', 'mask', mask);
            page.address.keep();
            this.ask();
          },
        ).node,
        this.tau.node,
        this.play,
        this.scrub.node,
      ),
      row(
        ...this.panels.map((panel) => panel.node),
        el('div', { class: 'beside' }, this.plot, this.status, this.waiting.node),
      ),
      this.check,
      this.collection.node,
      this.quiz.node,
      this.planted.node,
    );
  }

  /** Where the search's answer is shown; its status is always of the present request. */
  get shows() {
    return [...this.panels.map(({ node }) => node), this.plot, ...this.collection.shows];
  }

  ask() {
    const { subject } = this.page;
    this.halt();
    this.page.jobs.drop('view subsets');
    this.planted.load();
    this.quiz.ask();
    this.result = null;
    this.expect();
    this.mean = this.mask === 'mean' ? meanImage(subject.model.info) : null;
    const why = this.why();
    if (why) {
      this.none(...why);
      return;
    }
    setText(this.status, '');
    this.waiting.tell(0);
    // A sigmoid's side is known with the answer.
    if (subject.pending || subject.isBroken) return;
    this.search();
  }

  answered() {
    if (!this.result && (this.page.subject.isBroken || !this.asked)) this.ask();
  }

  /** Why there is nothing to search for: in a panel, and in the status. */
  why() {
    const { subject } = this.page;
    if (subject.empty || subject.isBroken) return [subject.idle, ''];
    if (this.mask === 'mean' && !this.mean)
      return ['No mean', 'This network does not state the mean of its training images.'];
    return subject.model.classes.certain ? null : ['No probabilities', UNCERTAIN];
  }

  none(text, status) {
    this.page.jobs.drop('view subsets');
    this.page.jobs.drop('view subsets check');
    this.waiting.end();
    for (const panel of this.panels) panel.fail(text);
    this.plot.setAttribute('hidden', '');
    this.collection.clear();
    setText(this.check, '');
    setText(this.status, status);
    settle(this.shows, this.wanted);
    settle([this.check], `${this.wanted} asked=again`);
  }

  /** The present request is wanted: what is shown of another one is old. */
  expect() {
    const { mask, threshold } = this;
    this.asked = false;
    this.wanted = this.page.key({ against: undefined, mask, threshold });
    expectAnswer(this.shows, this.wanted);
    expectAnswer([this.check], `${this.wanted} asked=again`);
    settle([this.status], this.wanted);
  }

  search() {
    const { subject, jobs } = this.page;
    const { wanted } = this;
    this.asked = true;
    const [input, ink, mask] = [subject.input(), subject.pixels, this.mean ?? subject.blank];
    const { threshold } = this;
    const { classes } = subject.model;
    const options = { method: 'sis', target: subject.target, threshold, sets: SETS, mask };
    let shown = 0;
    const show = (sis, target) => {
      this.found({ sis, target, ink, mask }, shown === 0);
      shown = sis.sets.length;
      // What is still to come is said beside it.
      showAnswer(this.shows, wanted);
    };
    jobs.ask('view subsets', {
      model: subject.model,
      slow: true,
      work: (model, call) => model.explain(input, options, call),
      progress: (share, event) => {
        const sets = event?.sets ?? [];
        const { explained } = subject;
        const initial = explained === null ? null : subject.answer?.probabilities?.[explained];
        // The first subset is shown while the search goes on.
        if (sets.length > shown && subject.known && wanted === this.wanted)
          show({ threshold, initial, sets, rest: null }, explained);
        this.waiting.tell(share, shown === 0 ? 'Searching' : 'Searching for more subsets');
      },
      done: (explanation) => {
        this.waiting.end();
        show(explanation.sis, classes.of(explanation));
      },
      failed: (error) => this.none('No subset', error.message),
    });
  }

  /** What is found so far stays; without a first subset there is none. */
  stop() {
    this.page.jobs.drop('view subsets');
    if (!this.result) this.none('Stopped', 'Stopped. A change of the drawing starts it again.');
    else this.collection.stopped();
  }

  get firstShows() {
    return this.shows.filter((node) => !this.collection.shows.includes(node));
  }

  /** @param {{sis, target, ink, mask}} result @param {boolean} isNew whether it is the search's first */
  found(result, isNew) {
    this.result = result;
    const { sis } = result;
    const [first] = sis.sets;
    if (!first) {
      const why = sis.initial < sis.threshold ? 'is already below' : 'gave no subset at';
      this.none(
        'No subset',
        `f(x) = ${format(sis.initial)} ${why} τ = ${format(sis.threshold)}: there is no sufficient subset.`,
      );
      return;
    }
    if (isNew) {
      this.step = first.order.length - first.features.length;
      this.scrub.set(this.step, first.order.length);
      this.verify();
    }
    this.draw();
    this.collection.show(result, this.mean);
  }

  /** Instant for the first subset: the order of masking does not depend on τ. */
  setThreshold(tau) {
    this.threshold = tau;
    this.page.parameters.set('subsets', 'tau', tau);
    this.page.address.keep();
    const sis = this.result?.sis;
    const first = sis?.sets[0];
    this.expect();
    if (first) {
      const kept = cut(first, sis.initial, tau);
      if (kept !== null) {
        this.step = first.order.length - kept;
        this.scrub.set(this.step);
        this.draw();
        this.verify();
        showAnswer(this.firstShows, this.wanted);
      }
    }
    // The others depend on what the first took away.
    if (this.why()) settle(this.shows, this.wanted);
    else if (!this.page.subject.pending) this.search();
  }

  /** Asks the network again about the subset, and about the subset without its last pixel. */
  verify() {
    const { subject, jobs } = this.page;
    if (!this.result) return;
    const { sis, target, mask } = this.result;
    const [first] = sis.sets;
    const kept = cut(first, sis.initial, this.threshold);
    if (kept === null || kept === 0) {
      setText(this.check, kept === 0 ? 'The mask alone reaches τ: the empty set is enough.' : '');
      settle([this.check], `${this.wanted} asked=again`);
      return;
    }
    const input = subject.input();
    const pair = new Float32Array(2 * input.length);
    pair.set(left(input, lastOf(first, kept), mask), 0);
    pair.set(left(input, lastOf(first, kept - 1), mask), input.length);
    const tau = this.threshold;
    jobs.ask('view subsets check', {
      model: subject.model,
      key: `${this.wanted} asked=again`,
      shows: [this.check],
      work: (model) => model.predict(pair, { batch: 2 }),
      done: (prediction) => {
        const answers = subject.model.classes.answers(prediction);
        const [f, g] = answers.map(({ probabilities }) => probabilities?.[target] ?? NaN);
        setText(
          this.check,
          `Asked again: ${kept} pixels alone give f = ${format(f)} ${f >= tau ? '≥' : '<'} τ = ${format(tau)}; without the one kept last f = ${format(g)} ${g < tau ? '<' : '≥'} τ.`,
        );
      },
      failed: (error) => setText(this.check, error.message),
    });
  }

  // ---- the film: pixel after pixel is masked

  halt() {
    clearTimeout(this.timer);
    this.timer = 0;
    setText(this.play, 'Play');
  }

  film() {
    if (this.timer) {
      this.halt();
      return;
    }
    const first = this.result?.sis.sets[0];
    if (!first) return;
    const last = first.order.length;
    const stride = Math.ceil(last / FRAMES);
    if (this.step >= last) this.step = -stride;
    setText(this.play, 'Stop');
    const next = () => {
      this.step = Math.min(last, this.step + stride);
      this.scrub.set(this.step);
      this.draw();
      if (this.step === last || this.node.hidden) this.halt();
      else this.timer = setTimeout(next, BEAT);
    };
    next();
  }

  draw() {
    if (!this.result?.sis.sets[0]) return;
    const { sis, ink } = this.result;
    const [first] = sis.sets;
    const count = first.order.length;
    const score = (k) => (k === 0 ? sis.initial : first.values[k - 1]);
    const curve = Array.from({ length: count + 1 }, (_, k) => score(k));
    const kept = cut(first, sis.initial, this.threshold) ?? 0;
    const mask = this.mean;
    this.panels[0].keep({
      pixels: ink,
      kept: new Set(first.order.slice(this.step)),
      mask,
      line: `f = ${format(score(this.step))}`,
    });
    this.panels[1].keep({
      pixels: ink,
      kept: new Set(first.order.slice(count - kept)),
      mask,
      line: `${kept} pixels, f = ${format(score(count - kept))}`,
    });
    for (const panel of this.panels) panel.draw();
    this.plot.removeAttribute('hidden');
    drawPlot(this.plot, {
      series: [{ name: 'f', values: curve }],
      level: { at: this.threshold, name: `τ = ${format(this.threshold)}` },
      cursor: this.step,
      bounds: [0, 1],
      under: 'pixels masked',
      beside: 'f(what is left)',
      label: `Probability while pixels are masked: it stays above ${format(this.threshold)} until ${kept} pixels are left`,
    });
    setText(
      this.status,
      `${this.step} pixels masked: f = ${format(score(this.step))}. The last ${kept} are enough for ${this.page.subject.label(this.result.target)} at τ = ${format(this.threshold)}.`,
    );
  }
}
