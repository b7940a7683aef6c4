import { byId, setText } from '../kit/page/dom.js';
import { clip } from '../kit/page/numbers.js';
import { requestKey, settle } from '../kit/engine/request.js';
import { amount, Prediction } from './prediction.js';

/** What the network reads: asked whenever the subject changes, shown as verdict, bars and in the question. */
export class Reading {
  /** @param {import('./main.js').Page} page @param {{turned: () => void, known: () => void}} on
   *  `turned`: it is known now which classes are explained */
  constructor(page, { turned, known }) {
    this.page = page;
    this.on = { turned, known };
    this.shows = ['verdict', 'verdict-share', 'bars', 'asked', 'target', 'mini-text'].map((id) =>
      byId(id),
    );
    this.prediction = new Prediction({
      bars: byId('bars'),
      verdict: byId('verdict'),
      share: byId('verdict-share'),
      label: byId('verdict-label'),
      spoken: byId('spoken'),
      choose: (index) =>
        page.settings.choose(index === page.state.target ? 'top' : index, () => page.submit()),
      oppose: (index) => {
        page.state.against = index === page.state.against ? null : index;
        page.submit();
      },
    });
  }

  setLabels(labels) {
    this.prediction.setLabels(labels);
  }

  ask() {
    const { subject, jobs, notices } = this.page;
    const key = requestKey(subject.example);
    if (subject.empty) {
      jobs.drop('predict');
      Object.assign(subject, { answer: null, answered: key });
      this.show();
      settle(this.shows, key);
      return;
    }
    const [input, isPending] = [subject.input(), subject.pending];
    jobs.ask('predict', {
      model: subject.model,
      question: 'class',
      first: true,
      key,
      shows: this.shows,
      work: (model) => model.predict(input),
      done: (result) => this.known(result, key, isPending),
      failed: (error) => {
        Object.assign(subject, { answer: null, answered: key });
        this.show();
        notices.error('The network could not read the drawing', error);
        this.on.known();
      },
    });
    this.show();
  }

  known(prediction, key, isPending) {
    const { subject } = this.page;
    subject.answer = subject.model.classes.answer(prediction);
    subject.answered = key;
    this.show();
    // The answer to an earlier example is shown, and nothing is asked about it.
    if (!subject.known) return;
    if (isPending) this.on.turned();
    else this.on.known();
  }

  show() {
    const { subject, settings } = this.page;
    const { answer, explained, rival } = subject;
    const top = answer?.top ?? null;
    this.prediction.show({ answer, explained, against: rival });
    const isOther = answer !== null && explained !== null && explained !== top;
    setText(
      byId('asked'),
      isOther
        ? `Read as ${clip(subject.label(top), 12)}, ${amount(answer, top)}; ${clip(subject.label(explained), 12)} has ${amount(answer, explained)}.`
        : '',
    );
    settings.show(top === null ? null : subject.label(top));
    setText(
      byId('mini-text'),
      answer
        ? `reads ${clip(subject.label(answer.top), 12)}, ${amount(answer, answer.top)}`
        : 'Draw a digit',
    );
  }
}
