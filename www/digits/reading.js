import { byId, setText } from '../shared/dom.js';
import { clip, percent } from '../shared/numbers.js';
import { asShares, Prediction } from './prediction.js';

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

  /** The two classes that are compared, if there are two. */
  pair() {
    const { explained, rival } = this.page.subject;
    return rival === null ? '' : `${explained}/${rival}`;
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
        failed: (error) => notices.error('The network could not read the drawing', error),
      });
    }
    this.show();
  }

  known({ logits, probabilities }, asked) {
    const shares = asShares(probabilities);
    const top = shares.reduce((best, share, i) => (share > shares[best] ? i : best), 0);
    const finite = shares.every(Number.isFinite);
    this.page.subject.answer = finite ? { probabilities: shares, logits, top } : null;
    this.show();
    if (asked === this.pair()) this.on.known();
    else this.on.turned();
  }

  show() {
    const { subject, settings } = this.page;
    const { answer, explained, rival } = subject;
    const top = answer?.top ?? null;
    this.prediction.show({
      probabilities: answer?.probabilities ?? null,
      top,
      explained,
      against: rival,
    });
    settings.show(top === null ? null : subject.label(top));
    setText(
      byId('mini-text'),
      top === null
        ? 'Draw a digit'
        : `reads ${clip(subject.label(top), 12)}, ${percent(answer.probabilities[top])} %`,
    );
  }
}
