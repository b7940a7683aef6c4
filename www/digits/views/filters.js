import { el, setText } from '../../kit/page/dom.js';
import { drawHeatmap } from '../../kit/elements/cells.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { create } from '../../kit/elements/registry.js';
import { expectAnswer, requestKey, settle } from '../../kit/engine/request.js';
import { vmaxOf } from '../../kit/color/scale.js';
import { part } from '../parts.js';

const MOST = 64;

/** The filters of the first convolution: the only ones that act on pixels. */
export class Filters {
  /** @param {import('../main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.list = el('div', { class: 'tiles' });
    this.legend = create(HeatLegend, { class: 'legend' });
    this.status = el('p', { class: 'fine' });
    this.node = part(
      'First-layer filters',
      'Only the filters of the first layer can be looked at like this: they act on pixels. Those of later layers act on what earlier ones found.',
      this.list,
      this.legend.node,
      this.status,
    );
  }

  ask() {
    const { subject, jobs } = this.page;
    const { nodes } = subject.model.info;
    const shows = [this.list, this.legend.node, this.status];
    const { network } = subject.example;
    const key = requestKey({ network });
    if (this.key === key && this.found) return;
    this.key = key;
    expectAnswer(shows, key);
    const first = nodes.find(
      ({ kind, inputs }) => kind === 'conv' && nodes[inputs[0]].kind === 'input',
    );
    this.found = null;
    this.list.replaceChildren();
    this.legend.node.hidden = !first;
    setText(this.status, first ? '' : 'This network has none: its first layer is no convolution.');
    jobs.drop('view filters');
    if (!first) {
      settle(shows, key);
      return;
    }
    const [channels, rows, columns] = first.shape;
    const centre = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    const blank = new Float32Array(subject.pixels.length);
    jobs.ask('view filters', {
      model: subject.model,
      key,
      shows,
      work: (model) =>
        Promise.all(
          Array.from({ length: Math.min(MOST, channels) }, (_, channel) => {
            const index = channel * rows * columns + centre;
            return model.neuron(blank, { method: 'gradient', neuron: { node: first.name, index } });
          }),
        ),
      done: (neurons) => {
        this.found = neurons;
        this.draw();
      },
      failed: (error) => setText(this.status, error.message),
    });
  }

  draw() {
    if (!this.found) return;
    const style = this.page.style();
    const all = this.found.flatMap(({ weights }) => Array.from(weights));
    const { vmax } = vmaxOf(all, 'max');
    const { palette } = style;
    const { side } = this.page.subject;
    const tiles = this.found.map(({ inputs, weights }, channel) => {
      const at = Array.from(inputs, (index) => [Math.floor(index / side), index % side]);
      const top = Math.min(...at.map(([row]) => row));
      const left = Math.min(...at.map(([, column]) => column));
      const extent = 1 + Math.max(...at.map(([row, column]) => Math.max(row - top, column - left)));
      const values = new Float32Array(extent * extent);
      at.forEach(([row, column], k) => (values[(row - top) * extent + column - left] = weights[k]));
      const canvas = el('canvas', {
        class: 'filter',
        role: 'img',
        'aria-label': `Filter ${channel + 1}`,
      });
      drawHeatmap(canvas, { values, columns: extent, vmax, palette, cssWidth: 46 });
      return canvas;
    });
    this.list.replaceChildren(...tiles);
    this.legend.show({
      vmax,
      rule: 'full colour = largest |w| of all filters',
      values: all,
      isSigned: true,
      palette,
    });
  }
}
