import { el, setText } from '../../kit/page/dom.js';
import { Waiting } from '../../kit/page/waiting.js';
import { format } from '../../kit/page/numbers.js';
import { expectAnswer, settle } from '../../kit/engine/request.js';
import { sharedVmax } from '../../kit/color/scale.js';
import { ImagePanel, MapPanel } from '../views/map-panel.js';
import { KeptPanel } from '../views/kept-panel.js';
import { button, choice, part, row, slider } from '../parts.js';
import { amount } from '../prediction.js';
import { UNCERTAIN } from '../classes.js';
import { MISREAD } from '../input/misread.js';

const NETWORK = { cnn: 'convolutional', mlp: 'fully connected' };

/** A digit changed by the sign of its gradient until the network misreads it (Goodfellow et al. 2015). */
export class Attack {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.strength = 0.25;
    this.wanted = 'second';
    this.images = [new ImagePanel('clean', 'Your digit'), new ImagePanel('attacked', 'Changed')];
    this.maps = [
      new MapPanel('clean-map', 'Why, before'),
      new MapPanel('attacked-map', 'Why, after'),
    ];
    this.kept = new KeptPanel('attacked-set', 'Enough for the new answer');
    this.status = el('p', { class: 'result', role: 'status' });
    this.waiting = new Waiting(() => {
      page.jobs.drop('view attack subset');
      this.kept.fail('Stopped');
      settle([this.kept.node], this.wantedKey);
    });
    this.towards = choice('Towards', [['second', 'the second answer']], 'second', (value) => {
      this.wanted = value;
      this.ask();
    });
    this.node = part(
      'Adversarial example: a digit made to fool it',
      'Every pixel moves by the same small step ε, up or down, whichever helps the wrong class: the fast gradient sign method. You would still read the digit.',
      el(
        'div',
        { class: 'controls-row' },
        this.towards.node,
        slider('Strength ε', {
          min: 0,
          max: 0.5,
          step: 0.01,
          value: this.strength,
          changed: (strength) => {
            this.strength = strength;
            this.ask();
          },
        }).node,
        button('Take it as the drawing', () => this.adopt()),
      ),
      this.status,
      row(
        ...this.images.map(({ node }) => node),
        ...this.maps.map(({ node }) => node),
        this.kept.node,
      ),
      this.waiting.node,
      el(
        'p',
        { class: 'misread' },
        'And without any attack, drawings of this page that a network misreads (samples, bent until it did): ',
        ...MISREAD.map(({ model, meant, read, strokes }) =>
          button(`a ${meant} that the ${NETWORK[model]} network reads as ${read}`, () =>
            page.visit({ view: 'compare', target: 'top', against: null, model }, strokes),
          ),
        ),
      ),
    );
  }

  answered() {
    this.ask();
  }

  ask() {
    const { subject, jobs, parameters } = this.page;
    const { model, answer } = subject;
    this.list(model);
    const lrp = { ...parameters.chosen('lrp'), method: 'lrp' };
    // It is turned from its answer, whatever class is asked about.
    this.wantedKey = this.page.key({
      ...{ why: undefined, against: undefined },
      ...{ lrp, towards: this.wanted, strength: this.strength },
    });
    expectAnswer([...this.shows, this.kept.node], this.wantedKey);
    this.changed = null;
    jobs.drop('view attack subset');
    this.waiting.end();
    const alone = model.labels.length < 2;
    if (subject.empty || subject.isBroken || alone) {
      jobs.drop('view attack');
      const why = subject.empty || subject.isBroken ? subject.idle : 'One output';
      for (const panel of [...this.images, ...this.maps, this.kept]) panel.fail(why);
      setText(
        this.status,
        why === 'One output' ? 'This network has one output: there is no class to turn it to.' : '',
      );
      settle([...this.shows, this.kept.node], this.wantedKey);
      return;
    }
    if (!subject.known || !answer) return;
    const own = answer.top;
    const others = [...answer.logits.keys()].filter((index) => index !== own);
    const second = others.reduce((a, b) => (answer.logits[b] > answer.logits[a] ? b : a));
    const chosen = Number(this.wanted);
    const goal = this.wanted === 'second' || chosen === own ? second : chosen;
    const [input, ink] = [subject.input(), subject.pixels];
    const [low, high] = model.range;
    const { classes } = model;
    const step = { steps: 1, low, high, sign: true };
    Object.assign(step, { target: classes.target(goal), against: classes.target(own) });
    const rate = this.strength * (high - low);
    const options = (index) => ({ ...lrp, target: classes.target(index) });
    jobs.ask('view attack', {
      model,
      key: this.wantedKey,
      shows: this.shows,
      work: async (worker) => {
        const changed =
          rate > 0
            ? (await worker.maximizeActivation(input, { ...step, rate })).values
            : input.slice();
        const after = classes.answer(await worker.predict(changed));
        const maps = await Promise.all([
          worker.explain(input, options(own)),
          worker.explain(changed, options(after.top)),
        ]);
        return { changed, after, maps };
      },
      done: (found) => this.show(found, { answer, own, goal, ink, range: [low, high] }),
      failed: (error) => {
        for (const panel of [...this.images, ...this.maps, this.kept]) panel.fail(error.message);
        setText(this.status, error.message);
      },
    });
  }

  /** Where the attack is shown; the subset comes later. */
  get shows() {
    return [...this.images, ...this.maps].map(({ node }) => node).concat(this.status);
  }

  list(model) {
    if (this.listed === model) return;
    this.listed = model;
    this.wanted = 'second';
    this.towards.input.replaceChildren(
      el('option', { value: 'second', text: 'the second answer' }),
      ...model.labels.slice(0, 100).map((label, i) => el('option', { value: i, text: label })),
    );
  }

  show({ changed, after, maps }, { answer, own, goal, ink, range: [low, high] }) {
    const { subject } = this.page;
    const { top } = after;
    this.changed = changed.map((value) => (value - low) / (high - low));
    this.images[0].show({
      values: ink,
      line: `${subject.label(own)}, ${amount(answer, own)}`,
    });
    this.images[1].show({
      values: this.changed,
      line: `${subject.label(top)}, ${amount(after, top)}`,
    });
    this.maps[0].rename(`Why ${subject.label(own)}, before`);
    this.maps[0].explain(maps[0], ink);
    this.maps[1].rename(`Why ${subject.label(top)}, after`);
    this.maps[1].explain(maps[1], this.changed);
    setText(
      this.status,
      `ε = ${format(this.strength)}: ${subject.label(own)} becomes ${subject.label(top)}; class ${subject.label(goal)} goes from ${amount(answer, goal)} to ${amount(after, goal)}.`,
    );
    this.draw();
    this.askSubset(changed, top, after.probabilities);
  }

  askSubset(changed, top, probabilities) {
    const { subject, jobs } = this.page;
    if (!subject.model.classes.certain) {
      this.kept.fail(UNCERTAIN);
      settle([this.kept.node], this.wantedKey);
      return;
    }
    // An answer that is less sure than 0.7 has subsets for a lower τ only.
    const threshold = Math.min(0.7, 0.9 * probabilities[top]);
    const target = subject.model.classes.target(top);
    const options = { method: 'sis', target, threshold, sets: 1, mask: subject.blank };
    const pixels = this.changed;
    jobs.ask('view attack subset', {
      model: subject.model,
      slow: true,
      key: this.wantedKey,
      shows: [this.kept.node],
      work: (worker, call) => worker.explain(changed, options, call),
      progress: (share) => this.waiting.tell(share),
      done: ({ sis }) => {
        this.waiting.end();
        const [set] = sis.sets;
        if (!set) {
          this.kept.fail(`No subset reaches τ = ${format(threshold)}`);
          return;
        }
        this.kept.rename(`Enough for ${subject.label(top)}`);
        this.kept.keep({
          pixels,
          kept: new Set(set.features),
          mask: null,
          line: `${set.features.length} pixels, f = ${format(set.score)} ≥ τ = ${format(threshold)}`,
        });
        this.kept.draw();
      },
      failed: (error) => {
        this.waiting.end();
        this.kept.fail(error.message);
      },
    });
  }

  adopt() {
    if (!this.changed) return;
    this.page.adoptImage(Uint8Array.from(this.changed, (value) => Math.round(255 * value)));
  }

  draw() {
    const style = this.page.style();
    const ready = this.maps.filter(({ values }) => values);
    const scale =
      ready.length === 2 && this.page.state.shared
        ? sharedVmax(ready.map((map) => map.ownScale(style.normalisation)))
        : null;
    for (const image of this.images) image.draw();
    for (const map of this.maps) map.draw(style, scale);
    this.kept.draw();
  }
}
