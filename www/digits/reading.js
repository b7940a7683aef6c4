import { byId, setText } from '../shared/dom.js';
import { clip } from '../shared/numbers.js';
import { amount, Prediction } from './prediction.js';

/** What the network reads: asked whenever the subject changes, shown as verdict, bars and in the question. */
export class Reading {
  /** @param {object} page @param {{turned: () => void, known: () => void}} on
   *  `turned`: what is compared with the rival is another class than was asked for */
  constructor(page, { turned, known }) {
    this.page = page;
    this.on = { turned, known };
    this.prediction = new Prediction({
      bars: byId('bars'),
      verdict: byId('verdict'),
      share: byId('verdict-share'),
      label: byId('verdict-label'),
      spoken: byId('spoken'),
      choose: (index) =>
        page.settings.choose(index === page.state.target ? 'top' : index, () => page.submit()),
    });
  }

  setLabels(labels) {
    this.prediction.setLabels(labels);
  }

  /** What the maps are asked for that depends on the answer: two classes that are compared, or a sigmoid's side. */
  pair() {
    const { explained, rival, model } = this.page.subject;
    return rival === null && !model.classes.binary ? '' : `${explained}/${rival}`;
  }

  ask() {
    const { subject, jobs, notices } = this.page;
    if (subject.empty) {
      jobs.reset();
      subject.answer = null;
    } else {
      const [input, asked] = [subject.input(), this.pair()];
      jobs.ask('predict', {
        model: subject.model,
        question: 'class',
        first: true,
        work: (model) => model.predict(input),
        done: (result) => this.known(result, asked),
        failed: (error) => {
          subject.answer = null;
          this.show();
          notices.error('The network could not read the drawing', error);
        },
      });
    }
    this.show();
  }

  known(prediction, asked) {
    const { subject } = this.page;
    subject.answer = subject.model.classes.answer(prediction);
    this.show();
    if (asked === this.pair()) this.on.known();
    else this.on.turned();
  }

  show() {
    const { subject, settings } = this.page;
    const { answer, explained, rival } = subject;
    const top = answer?.top ?? null;
    this.prediction.show({
      answer,
      explained,
      against: rival,
    });
    settings.show(top === null ? null : subject.label(top));
    setText(
      byId('mini-text'),
      top === null
        ? 'Draw a digit'
        : `reads ${clip(subject.label(top), 12)}, ${amount(answer, top)}`,
    );
  }
}
