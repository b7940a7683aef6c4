import { el, one, setText } from '../../kit/page/dom.js';
import { Waiting } from '../../kit/page/waiting.js';
import { percent } from '../../kit/page/numbers.js';
import { requestKey, settle } from '../../kit/engine/request.js';
import { UNCERTAIN } from '../classes.js';
import { KeptPanel, meanImage } from '../views/kept-panel.js';
import { button, part } from '../parts.js';
import { preprocess } from '../../kit/pad/preprocess.js';
import { SAMPLES } from '../input/samples.js';

const START = 17; // any sample; each round goes on by a step that reaches them all
const STEP = 7;
const TAU = 0.7;

/** Guess the digit from what was enough for the network. */
export class Quiz {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.at = 0;
    this.round = 0;
    this.right = 0;
    this.panel = new KeptPanel('quiz', 'Which digit is this?');
    /** @type {HTMLDivElement} */
    this.answers = el('div', { class: 'quiz-answers', role: 'group', 'aria-label': 'Your guess' });
    this.status = el('p', { class: 'result', role: 'status' });
    this.waiting = new Waiting(() => {
      page.jobs.drop('view quiz');
      setText(this.status, 'Stopped.');
    });
    this.node = part(
      'Quiz: guess the digit',
      'The network needs no more than this to be sure. Do you? (A toy: drawings of this page stand in for the photographs that the lecture shows.)',
      button('Show me one', () => this.next()),
      this.waiting.node,
      el('div', { class: 'panels' }, this.panel.node, el('div', {}, this.answers, this.status)),
    );
    this.panel.node.hidden = true;
  }

  /** A question that another network was asked is taken back. */
  ask() {
    const { model } = this.page.subject;
    if (model === this.asked) return;
    this.asked = model;
    this.page.jobs.drop('view quiz');
    this.waiting.end();
    this.panel.node.hidden = true;
    this.answers.replaceChildren();
    setText(this.status, '');
    const { network } = this.page.subject.example;
    settle([this.panel.node, this.status], requestKey({ network }));
  }

  /** Another digit; `left` samples may turn out to have no sufficient subset. */
  next(left = SAMPLES.length) {
    const { subject, jobs } = this.page;
    if (!subject.loaded) return;
    if (left === 0) {
      setText(this.status, `No part of any sample is enough for this network at τ = ${TAU}.`);
      return;
    }
    if (!subject.model.classes.certain) {
      setText(this.status, UNCERTAIN);
      return;
    }
    const sample = SAMPLES[(START + STEP * this.at) % SAMPLES.length];
    this.at += 1;
    const { pixels } = preprocess(sample.strokes);
    const mean = meanImage(subject.model.info);
    const options = { method: 'sis', threshold: TAU, sets: 1, mask: mean ?? subject.blank };
    setText(this.status, '');
    this.answers.replaceChildren();
    jobs.ask('view quiz', {
      model: subject.model,
      slow: true,
      work: async (model, call) => {
        const input = subject.input(pixels);
        // Of a single sigmoid the core takes “yes” for the top.
        const { top } = subject.model.classes.answer(await model.predict(input, call));
        const target = subject.model.classes.target(top);
        return model.explain(input, { ...options, target }, call);
      },
      progress: (share) => this.waiting.tell(share),
      done: (explanation) => {
        this.waiting.end();
        if (explanation.sis.sets.length === 0) this.next(left - 1);
        else this.show(sample, pixels, mean, explanation);
      },
      failed: (error) => {
        this.waiting.end();
        setText(this.status, error.message);
      },
    });
  }

  show(sample, pixels, mean, explanation) {
    const { sis } = explanation;
    const target = this.page.subject.model.classes.of(explanation);
    const [set] = sis.sets;
    this.round += 1;
    this.panel.node.hidden = false;
    this.panel.rename('Which digit is this?');
    this.panel.keep({
      pixels,
      kept: new Set(set.features),
      mask: mean,
      line: `${set.features.length} pixels`,
    });
    this.panel.draw();
    setText(this.status, 'Your guess?');
    this.answers.replaceChildren(
      ...this.page.subject.model.labels.map((label, index) =>
        button(label, () => this.guess(index, { target, sample, pixels, set, whole: sis.initial })),
      ),
    );
    one('button', HTMLButtonElement, this.answers).focus({ preventScroll: true });
  }

  guess(index, { target, sample, pixels, set, whole }) {
    const { subject } = this.page;
    const right = index === target;
    if (right) this.right += 1;
    this.panel.rename(`It is a ${sample.digit}`);
    this.panel.keep({
      pixels,
      kept: new Set(pixels.keys()),
      mask: null,
      line: `whole: ${subject.label(target)} with ${percent(whole)} %; the subset alone ${percent(set.score)} %`,
    });
    this.panel.draw();
    this.answers.replaceChildren(button('Another one', () => this.next()));
    one('button', HTMLButtonElement, this.answers).focus({ preventScroll: true });
    setText(
      this.status,
      `${right ? 'Right' : 'No'}: the network read ${subject.label(target)} from ${set.features.length} pixels, ${percent(set.score)} % sure. ${this.right} of ${this.round} so far.`,
    );
  }
}
