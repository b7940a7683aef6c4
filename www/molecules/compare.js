// Three methods side by side: each answers another question, so each may show something else.

import { byId, el, setText } from '../kit/page/dom.js';
import { HeatMolecule } from '../kit/elements/molecule.js';
import { create } from '../kit/elements/registry.js';
import { clearAnswer } from '../kit/engine/request.js';
import { byAtom, entryOf, options } from './methods.js';
import { exportMaps } from './export.js';
import { MODELS } from './models.js';
import { shown, style } from './view.js';
import { symbols } from './words.js';

const PANELS = [
  [
    'occlusion',
    'What removal costs: how much the score falls when the atom is taken out with its bonds.',
  ],
  [
    'gradient',
    'Which way to change it: how fast the score moves as the atom begins to fade, the slope at this molecule and not the whole step.',
  ],
  [
    'lrp',
    'How the molecule scores as it stands: its score handed back, layer by layer, to the atoms it came from (subject of US patent 9,558,550).',
  ],
];

export class Compare {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.results = new Map();
    this.panels = PANELS.map(([method, text]) => {
      const { title } = page.described(method, 'atoms');
      const plate = create(HeatMolecule, { label: title });
      const sum = el('p');
      const more = el('details', { class: 'fine' }, el('summary', { text: 'In symbols' }), sum);
      const node = el(
        'figure',
        { class: 'panel', 'data-method': method },
        el('figcaption', {}, el('h3', { text: title }), el('p', { class: 'fine', text })),
        plate,
        more,
      );
      return { method, title, plate, sum, node };
    });
    byId('compare').replaceChildren(...this.panels.map(({ node }) => node));
    byId('save-compare').replaceChildren(
      'Save all three ',
      exportMaps(page, () => this.maps()),
    );
  }

  clear() {
    this.results.clear();
  }

  ask() {
    const { page } = this;
    const { structure } = page;
    const input = page.input();
    for (const { method, plate, sum } of this.panels) {
      const shows = [plate, sum];
      clearAnswer(shows);
      const asked = options(entryOf(page.catalogue, method), 'atoms');
      const work = async (model) => {
        const explanation = await model.explain(input, asked);
        return { explanation, structure, values: byAtom(explanation, structure) };
      };
      page.queue.ask(method, { work, key: page.key({ method }), shows });
    }
  }

  received(method, result) {
    this.results.set(method, result);
  }

  /** What is there to save. */
  maps() {
    return this.panels.map(({ method: name, title, plate }) => {
      const result = this.results.get(name) ?? null;
      const look = style(result?.values ?? null, this.page.state.palette);
      return { name, title, plate, result, of: /** @type {'atoms'} */ ('atoms'), look };
    });
  }

  /** The numbers for the table. */
  columns() {
    return this.panels.map(({ method, title }) => ({
      method,
      title,
      values: this.results.get(method)?.values ?? null,
    }));
  }

  draw() {
    const { structure } = this.page;
    const { removed, model, palette } = this.page.state;
    const { ends, towards } = MODELS[model];
    for (const { method, plate, sum, node } of this.panels) {
      const result = this.results.get(method) ?? null;
      const look = style(result?.values ?? null, palette);
      Object.assign(plate, { structure, removed, ends, ...shown(result, look) });
      node.toggleAttribute('data-ready', Boolean(result));
      setText(sum, result ? symbols(result.explanation, { ...look, towards }) : '');
    }
  }
}
