// The deletion curve of this text, drawn.

import { byId, setText } from '../shared/dom.js';
import { drawChart } from './chart.js';
import { curveText, deletionCurves } from './deletion.js';
import { markOld } from './old.js';

export class Deletion {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.figure = byId('deletion-figure');
  }

  /** What is drawn belongs to an earlier explanation. */
  stale() {
    markOld(this.figure, byId('deletion-text').textContent !== '');
  }

  /** @param {import('./panel.js').Result} explanation of the first panel's class */
  ask({ relevance, target }) {
    const { page } = this;
    const passage = page.reading;
    if (!passage) return;
    page.queue.ask('deletion', {
      model: page.state.model,
      slow: true,
      work: (model, call) => deletionCurves(model, passage, relevance, target, call),
    });
  }

  received(curves) {
    markOld(this.figure, false);
    drawChart(byId('deletion', SVGElement), {
      steps: curves.steps,
      under: 'words struck out',
      band: curves,
      lines: [
        { values: curves.mean, className: 'line-random' },
        { values: curves.own, className: 'line-own' },
      ],
    });
    setText(byId('deletion-text'), curveText(curves));
  }
}
