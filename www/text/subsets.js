// Asks for sufficient input subsets and has each of them evaluated anew.

import { byId } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { clearAnswer } from '../kit/engine/request.js';
import { SisView, wordsOf } from './sis.js';

const SETS = 4;

export class Subsets {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.view = new SisView({ body: byId('sis'), list: byId('sets'), state: byId('sis-state') });
    const slider = byId('threshold', HTMLInputElement);
    const label = () =>
      (byId('threshold-value').textContent = `${percent(Number(slider.value))} %`);
    slider.value = String(page.state.threshold);
    slider.addEventListener('input', () => {
      page.state.threshold = Number(slider.value);
      label();
      if (page.reading?.known) this.ask(page.classesNow(page.reading)[0]);
    });
    label();
  }

  wait(text) {
    this.view.wait(text && `looking for sets: ${text}`);
  }

  failed(error) {
    this.passage = null;
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
    this.view.draw(passage, result, checks);
  }
}
