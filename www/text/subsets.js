// Asks for sufficient input subsets and has each of them evaluated anew.

import { byId, setText } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { clearAnswer } from '../kit/engine/request.js';
import { SisView, wordsOf } from './sis.js';

const SETS = 4;

export class Subsets {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.view = new SisView({ body: byId('sis'), list: byId('sets'), state: byId('sis-state') });
    this.slider = byId('threshold', HTMLInputElement);
    this.slider.addEventListener('input', () => {
      page.state.threshold = Number(this.slider.value);
      this.showThreshold();
      page.address.keep();
      if (page.reading?.known) this.ask(page.explanations.classesNow(page.reading)[0]);
    });
    this.stop = byId('sis-stop', HTMLButtonElement);
    this.stop.addEventListener('click', () => {
      page.queue.drop('sis');
      this.wait('');
      this.view.wait('Stopped. Another τ starts it again.');
    });
    this.showThreshold();
  }

  showThreshold() {
    const { threshold } = this.page.state;
    this.slider.value = String(threshold);
    setText(byId('threshold-value'), `${percent(threshold)} %`);
  }

  wait(text) {
    this.stop.hidden = text === '';
    this.view.wait(text && `looking for sets: ${text}`);
  }

  failed(error) {
    this.passage = null;
    this.wait('');
    this.view.wait(error.message);
  }

  /** Asks for the sets of a class, unless they are there or on their way. */
  ask(target) {
    const { page } = this;
    const { model, fill, threshold } = page.state;
    const passage = page.reading;
    if (!passage) return;
    const question = [target, threshold].join('/');
    if (this.passage === passage && this.question === question) return;
    this.passage = passage;
    this.question = question;
    const { text, struck } = passage;
    const asked = { method: 'sis', threshold, sets: SETS, target, maskedTokens: [...struck] };
    if (fill === 'mean' && model === 'cnn') asked.mask = 'mean';
    const shows = [byId('sis'), byId('sets')];
    this.view.clear(passage, '');
    clearAnswer(shows);
    this.wait('0.0 %');
    const work = async (loaded, call) => {
      const result = await loaded.explainText(text, asked, call);
      return { passage, result, checks: await this.check(loaded, passage, result, asked) };
    };
    const key = page.key(model, { target, threshold });
    page.queue.ask('sis', { model, slow: true, work, key, shows });
  }

  /**
   * The probability of each set when all other words are struck out: the same question, but for words masked by the
   * mean word, which is not nothing.
   */
  async check(model, passage, result, { target }) {
    const tokenFeatures = Array.from(result.tokenFeatures);
    const sets = wordsOf(result.sis, tokenFeatures);
    if (sets.length === 0) return null;
    const maskedTokens = sets.map((words) => {
      const kept = new Set(words);
      return [...tokenFeatures.keys()].filter(
        (word) => passage.struck.has(word) || !kept.has(word),
      );
    });
    const { probabilities } = await model.read(passage.text, { maskedTokens });
    const classes = probabilities.length / sets.length;
    return sets.map((_, k) => probabilities[k * classes + target]);
  }

  received({ passage, result, checks }) {
    this.wait('');
    this.view.draw(passage, result, checks);
  }
}
