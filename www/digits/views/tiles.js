import { el, setText } from '../../kit/page/dom.js';
import { drawHeatmap } from '../../kit/elements/cells.js';
import { HeatLegend } from '../../kit/elements/legend.js';
import { create } from '../../kit/elements/registry.js';
import { vmaxOf } from '../../kit/color/scale.js';

const MOST = 64; // tiles shown of a layer

/** How a node's values are laid out: planes of rows and columns; a vector is one plane, near a square. */
export function planes(shape, length) {
  if (shape.length === 3) {
    const [count, rows, columns] = shape;
    return { count, rows, columns, channels: true };
  }
  if (shape.length === 2) return { count: 1, rows: shape[0], columns: shape[1], channels: false };
  const columns = length === 784 ? 28 : Math.min(length, Math.ceil(Math.sqrt(length) / 5) * 5 || 1);
  return { count: 1, rows: Math.ceil(length / columns), columns, channels: false };
}

/** A layer as tiles, one per channel: its values, and the relevance that arrived. */
export class Tiles {
  /** @param {{start: (unit: object) => void, neuron: (index: number) => void}} on */
  constructor(on) {
    this.on = on;
    this.title = el('h4');
    this.kinds = ['values', 'adjoint'].map((kind) => {
      const legend = create(HeatLegend, { class: 'legend' });
      const list = el('div', { class: 'tiles' });
      const heading = el('h5', { text: kind === 'values' ? 'Activations' : 'Relevance' });
      const node = el('div', { class: `tiles-${kind}` }, heading, list, legend.node);
      return { kind, legend, list, node };
    });
    this.more = el('p', { class: 'fine' });
    this.node = el(
      'div',
      { class: 'tiles-pair' },
      this.title,
      ...this.kinds.map(({ node }) => node),
      this.more,
    );
    this.node.hidden = true;
  }

  clear() {
    this.node.hidden = true;
  }

  /** What the film shows: forward only values, backward only relevance. */
  phase(name) {
    const [values, adjoint] = this.kinds;
    values.node.classList.toggle('is-faint', name === 'backward' || name === 'initialisation');
    adjoint.node.classList.toggle('is-faint', name === 'forward');
  }

  show(node, traced, style) {
    this.node.hidden = false;
    setText(this.title, `${node.name} (${node.kind}, ${node.shape.join(' × ')})`);
    const layout = planes(node.shape, traced.values.length);
    for (const { kind, legend, list } of this.kinds) {
      const all = traced[kind];
      const pages = all ? this.draw(node, all, kind, layout, style) : [];
      list.replaceChildren(...(all ? pages : [el('p', { class: 'fine', text: 'none' })]));
      if (!all) continue;
      const scale = vmaxOf(all, style.normalisation);
      legend.show({ ...scale, values: all, isSigned: true, palette: style.palette });
    }
    const cut = layout.count > MOST ? ` The first ${MOST} of ${layout.count} are shown.` : '';
    setText(
      this.more,
      layout.channels
        ? `Choose a tile of the activations to explain that channel instead of the class, a tile of the relevance to look at its strongest neuron.${cut}`
        : 'Choose a map to look at its strongest neuron.',
    );
  }

  draw(node, all, kind, { count, rows, columns, channels }, style) {
    const { vmax } = vmaxOf(all, style.normalisation);
    const { palette } = style;
    const size = rows * columns;
    return Array.from({ length: Math.min(MOST, count) }, (_, channel) => {
      const values = new Float32Array(size);
      values.set(all.subarray(channel * size, Math.min(all.length, (channel + 1) * size)));
      const canvas = el('canvas', { 'aria-hidden': 'true' });
      drawHeatmap(canvas, { values, columns, vmax, palette, cssWidth: channels ? 56 : 196 });
      const explains = kind === 'values' && channels;
      const sum = values.reduce((total, value) => total + value, 0);
      const name = `${channels ? `Channel ${channel + 1}` : node.name}: sum ${sum.toPrecision(3)}. ${explains ? 'Explain this channel' : 'Look at its strongest neuron'}`;
      const tile = el(
        'button',
        {
          type: 'button',
          class: channels ? 'tile' : 'tile tile-wide',
          'aria-label': name,
          title: name,
        },
        canvas,
      );
      tile.addEventListener('click', () => {
        if (explains) this.on.start({ node: node.name, channel });
        else this.on.neuron(channel * size + strongest(values));
      });
      return tile;
    });
  }
}

function strongest(values) {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value) > Math.abs(values[best])) best = i;
  });
  return best;
}
