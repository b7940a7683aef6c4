import { el, setText } from '../../kit/page/dom.js';
import { expectAnswer, requestKey, settle } from '../../kit/engine/request.js';
import { cosineSimilarity } from '../views/cosine-similarity.js';
import { MapPanel } from '../views/map-panel.js';
import { part, row } from '../parts.js';
import { preprocess } from '../../kit/pad/preprocess.js';
import { sampleOf } from '../input/samples.js';

const CASES = [
  { id: 'deconvnet', network: 'mlp', options: { method: 'deconvnet' } },
  { id: 'lrp', network: 'mlp', options: { method: 'lrp', composite: 'epsilon' } },
  { id: 'deconvnet-pooled', network: 'cnn', options: { method: 'deconvnet' } },
];
const TARGET = 3;
const OTHER = sampleOf(8, 1);

/** Without max pooling, deconvnet does not look at the input at all. */
export class ClassSensitivity {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.panels = CASES.map(({ id, network, options: { method } }) => {
      const title = `${page.entry(method).title}, ${network === 'mlp' ? 'no pooling' : 'max pooling'}`;
      return [
        new MapPanel(`${id}-one`, `${title}: your drawing`),
        new MapPanel(`${id}-other`, `${title}: another digit`),
      ];
    });
    this.results = CASES.map(({ id }) => el('p', { class: 'result', 'data-likeness': id }));
    this.node = part(
      'Class sensitivity: one map for every digit',
      `Deconvnet reads the input only in the switches of the max pools. The fully connected network has none: asked for class ${TARGET}, it shows the same map whatever is drawn. LRP does not, and deconvnet does not in the convolutional network, which has max pools.`,
      ...this.panels.map((pair, i) =>
        el('div', {}, row(...pair.map(({ node }) => node)), this.results[i]),
      ),
    );
  }

  ask() {
    const { subject, models, jobs } = this.page;
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    const { image } = subject.example;
    const key = requestKey({ image });
    const shows = this.panels.map((pair, i) => [...pair.map(({ node }) => node), this.results[i]]);
    expectAnswer(shows.flat(), key);
    if (subject.empty) {
      for (const { id } of CASES) jobs.drop(`view blind ${id}`);
      for (const panel of this.panels.flat()) panel.fail(subject.idle);
      for (const result of this.results) setText(result, '');
      settle(shows.flat(), key);
      return;
    }
    const images = [subject.pixels, preprocess(OTHER.strokes).pixels];
    CASES.forEach(async ({ id, network, options }, i) => {
      const model = await models.get(network).catch(() => null);
      if (!model || turn !== this.turn) return;
      jobs.ask(`view blind ${id}`, {
        model,
        question: 'why',
        key,
        shows: shows[i],
        work: (worker) =>
          Promise.all(images.map((image) => worker.explain(image, { ...options, target: TARGET }))),
        done: (maps) => {
          maps.forEach((map, k) => this.panels[i][k].explain(map, images[k]));
          const alike = cosineSimilarity(maps[0].relevance, maps[1].relevance);
          setText(
            this.results[i],
            `Cosine of the two maps: ${alike.toFixed(3)}${alike > 0.9995 ? ': the same map' : ''}.`,
          );
          this.draw();
        },
        failed: (error) => {
          for (const panel of this.panels[i]) panel.fail(error.message);
          setText(this.results[i], '');
        },
      });
    });
  }

  draw() {
    const style = this.page.style();
    for (const pair of this.panels) for (const panel of pair) panel.draw(style);
  }
}
