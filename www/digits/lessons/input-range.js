import { el, setText } from '../../kit/page/dom.js';
import { format } from '../../kit/page/numbers.js';
import { expectAnswer, settle, showAnswer } from '../../kit/engine/request.js';
import { sharedVmax } from '../../kit/color/scale.js';
import { MapPanel } from '../views/map-panel.js';
import { part, row } from '../parts.js';

const RANGES = [
  { id: 'unsigned', title: 'Black is 0', toInput: (value) => value },
  { id: 'signed', title: 'Black is −1', toInput: (value) => 2 * value - 1 },
];

/** What counts as nothing: the same network, fed with 0 to 1 or with −1 to 1. */
export class InputRange {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.maps = RANGES.map(({ id, title }) => new MapPanel(`range-${id}`, title));
    this.status = el('p', { class: 'result', role: 'status' });
    this.node = part(
      'Input invariance: what counts as nothing',
      'The same network with the same answers, once fed with 0 for black and once with −1. By the ε rule a pixel of value 0 has no relevance, so the background is silent in the first map and not in the second.',
      row(...this.maps.map(({ node }) => node)),
      this.status,
    );
  }

  async ask() {
    const { subject, models, jobs } = this.page;
    const { model } = subject;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    this.node.hidden = model.id === 'own';
    const key = this.page.key();
    const shows = [...this.maps.map(({ node }) => node), this.status];
    expectAnswer(shows, key);
    if (subject.empty || model.id === 'own') {
      jobs.drop('view range');
      for (const map of this.maps) map.fail(subject.idle ?? 'For the two networks of this page');
      setText(this.status, '');
      settle(shows, key);
      return;
    }
    const ink = subject.pixels;
    const options = {
      method: 'lrp',
      composite: 'epsilon',
      epsilon: 1e-6,
      target: subject.target,
    };
    try {
      const workers = [null, await models.recentred(model.id)];
      if (turn !== this.turn) return;
      jobs.ask('view range', {
        model,
        key,
        shows,
        work: (worker) =>
          Promise.all(
            RANGES.map(({ toInput }, i) =>
              (workers[i] ?? worker).explain(ink.map(toInput), options),
            ),
          ),
        done: (found) => this.show(found, ink),
        failed: (error) => this.failed(error),
      });
    } catch (error) {
      if (turn !== this.turn) return;
      this.failed(error);
      showAnswer(shows, key);
    }
  }

  failed(error) {
    for (const map of this.maps) map.fail(error.message);
    setText(this.status, error.message);
  }

  show(found, ink) {
    const blank = (values) =>
      values.reduce((sum, value, i) => (ink[i] === 0 ? sum + Math.abs(value) : sum), 0);
    const whole = (values) => values.reduce((sum, value) => sum + Math.abs(value), 0);
    found.forEach((explanation, i) => this.maps[i].explain(explanation, ink));
    const shares = found.map(({ relevance }) => (100 * blank(relevance)) / whole(relevance));
    setText(
      this.status,
      shares.every(Number.isFinite)
        ? `Of all |R| the background has ${format(shares[0])} % where black is 0, and ${format(shares[1])} % where it is −1.`
        : 'There is no relevance to share out: a map is 0 everywhere.',
    );
    this.draw();
  }

  draw() {
    const style = this.page.style();
    const ready = this.maps.filter(({ values }) => values);
    const scale =
      ready.length === 2 && this.page.state.shared
        ? sharedVmax(ready.map((map) => map.ownScale(style.normalisation)))
        : null;
    for (const map of ready) map.draw(style, scale);
  }
}
