// Removal atom by atom and by fragments, and how far the parts add up to the whole.

import { byId, setText } from '../kit/page/dom.js';
import { HeatMolecule } from '../kit/elements/molecule.js';
import { create } from '../kit/elements/registry.js';
import { format } from '../kit/page/numbers.js';
import { clearAnswer } from '../kit/engine/request.js';
import { removal } from './masks.js';
import { MODELS } from './models.js';
import { shown, style } from './view.js';

const total = (values) => values.reduce((sum, value) => sum + value, 0);

export class Additivity {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.result = null;
    this.why = ''; // there is no result
    this.plate = create(HeatMolecule, { label: page.described('fragments', 'atoms').title });
    byId('fragments').replaceChildren(this.plate);
  }

  ask() {
    const { page } = this;
    const { structure } = page;
    const { model: asked } = page.state;
    const removed = new Set(page.state.removed);
    Object.assign(this, { result: null, why: '' });
    const work = async (model, call) => ({
      ...(await removal(model, structure, removed, call)),
      structure,
      model: asked,
    });
    const { shows } = this;
    clearAnswer(shows);
    page.queue.ask('additivity', { slow: true, work, key: page.key({ of: 'parts' }), shows });
  }

  /** Where the shares are shown. */
  get shows() {
    return [byId('fragments'), byId('fragments-note'), byId('additivity-note')];
  }

  received(result) {
    this.result = result;
  }

  failed({ message }) {
    this.why = message;
  }

  draw() {
    const { structure } = this.page;
    const { removed, model, palette } = this.page.state;
    const { result } = this;
    const map = result && { explanation: { signed: true }, values: result.shares };
    const look = style(map?.values ?? null, palette);
    const { ends } = MODELS[model];
    Object.assign(this.plate, { structure, removed, ends, ...shown(map, look) });
    byId('fragments').toggleAttribute('data-ready', Boolean(result));
    if (!result) {
      setText(byId('fragments-note'), this.why || 'Taking the molecule apart …');
      setText(byId('additivity-note'), '');
      return;
    }
    const { whole, nothing, sum, shares, count, bonds } = result;
    const extent = bonds > 1 ? `1 to ${bonds} bonds` : '1 bond';
    setText(
      byId('fragments-note'),
      count === 0
        ? 'The molecule has no bond, so it has no fragments.'
        : `${count} connected fragments of ${extent} were taken out, one by one; each drop is split equally among the fragment’s atoms and averaged.`,
    );
    setText(
      byId('additivity-note'),
      `Score of the molecule ${format(whole)}, of nothing ${format(nothing)}: difference ${format(whole - nothing)}. ` +
        `The atoms’ removals add up to ${format(sum)}, the fragments’ shares to ${format(total(shares))}. ` +
        'Where these differ from the difference, the network does not add atoms up but judges them together.',
    );
  }
}
