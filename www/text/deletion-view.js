// The deletion curve of this text, drawn.

import { drawPlot } from '../kit/elements/plot.js';
import { byId, setText } from '../kit/page/dom.js';
import { expectAnswer, showAnswer } from '../kit/engine/request.js';
import { curveText, deletionCurves } from './deletion.js';

export class Deletion {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.figure = byId('deletion-figure');
    this.chart = byId('deletion', SVGElement);
  }

  /** Another explanation is wanted, and its curve. */
  expect(key) {
    this.key = key;
    this.page.queue.drop('deletion');
    expectAnswer([this.figure], key);
  }

  /** @param {import('./panel.js').Result} explanation of the first panel's class: the one that is wanted */
  ask({ relevance, target }) {
    const { page, key } = this;
    const passage = page.reading;
    if (!passage) return;
    page.queue.ask('deletion', {
      model: page.state.model,
      slow: true,
      key,
      shows: [this.figure],
      work: (model, call) => deletionCurves(model, passage, relevance, target, call),
    });
  }

  received(curves) {
    drawPlot(this.chart, {
      series: [
        { name: 'in the order of the explanation', values: curves.own },
        { name: 'in random orders', values: curves.mean },
      ],
      band: curves,
      bounds: [0, 1],
      under: 'words struck out',
      beside: 'probability',
      label: 'Probability of the class as words are struck out',
    });
    setText(byId('deletion-text'), curveText(curves));
  }

  /** There is no curve, or no explanation that it could be of. */
  failed(error) {
    this.chart.replaceChildren();
    setText(byId('deletion-text'), error.message);
    showAnswer([this.figure], this.key);
  }
}
