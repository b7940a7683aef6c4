import { el, setText } from '../shared/dom.js';
import { cosine } from './likeness.js';
import { MapPanel } from './map-panel.js';
import { part, row } from './parts.js';
import { preprocess } from './preprocess.js';
import { SAMPLES } from './samples.js';

const METHODS = ['deconvnet', 'lrp'];
const TARGET = 3;
const OTHER = SAMPLES.find(({ digit, hand }) => digit === 8 && hand === 1);

/** Without max pooling, deconvnet does not look at the input at all. */
export class Blind {
  constructor(page) {
    this.page = page;
    this.panels = METHODS.map((method) => {
      const { title } = page.catalogue.get(method);
      return [
        new MapPanel(`${method}-one`, `${title}: your drawing`),
        new MapPanel(`${method}-other`, `${title}: another digit`),
      ];
    });
    this.results = METHODS.map((method) => el('p', { class: 'result', 'data-likeness': method }));
    this.node = part(
      'One map for every digit',
      `Deconvnet reads the input only in the switches of the max pools. The fully connected network has none: asked for class ${TARGET}, it shows the same map whatever is drawn. LRP does not.`,
      ...this.panels.map((pair, i) =>
        el('div', {}, row(...pair.map(({ node }) => node)), this.results[i]),
      ),
    );
  }

  async ask() {
    const { subject, models, jobs } = this.page;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    if (subject.empty) {
      for (const pair of this.panels) for (const panel of pair) panel.fail('Draw a digit');
      return;
    }
    const images = [subject.pixels, preprocess(OTHER.strokes).pixels];
    const model = await models.get('mlp').catch(() => null);
    if (!model || turn !== this.turn) return;
    METHODS.forEach((method, i) => {
      const options = {
        method,
        target: TARGET,
        ...(method === 'lrp' ? { composite: 'epsilon' } : {}),
      };
      jobs.ask(`view blind ${method}`, {
        model,
        question: 'why',
        work: (worker) => Promise.all(images.map((image) => worker.explain(image, options))),
        done: (maps) => {
          maps.forEach((map, k) => this.panels[i][k].explain(map, images[k]));
          const alike = cosine(maps[0].relevance, maps[1].relevance);
          setText(
            this.results[i],
            `Cosine of the two maps: ${alike.toFixed(3)}${alike > 0.9995 ? ': the same map' : ''}.`,
          );
          this.draw();
        },
        failed: (error) => this.panels[i][0].fail(error.message),
      });
    });
  }

  draw() {
    const look = this.page.look();
    for (const pair of this.panels) for (const panel of pair) panel.draw(look);
  }
}
