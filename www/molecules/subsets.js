// The smallest groups of atoms that suffice for the network's answer, numbered.

import { byId, el, setText } from '../kit/page/dom.js';
import { percent } from '../kit/page/numbers.js';
import { clearAnswer } from '../kit/engine/request.js';
import { HeatMolecule } from '../kit/elements/molecule.js';
import { create } from '../kit/elements/registry.js';
import { shown } from './view.js';
import { claim, confidence } from './words.js';

const THRESHOLD = 0.7;

export class Subsets {
  constructor() {
    this.plate = create(HeatMolecule, { label: 'Sufficient atoms', legend: 'none' });
    byId('subsets-plate').replaceChildren(this.plate);
    this.list = byId('subsets-list');
  }

  /** Where the subsets are shown. */
  get shows() {
    return [this.plate, byId('subsets-note'), this.list];
  }

  /** Why there is nothing to look for, or null. @param {{share: number|null}} answer */
  refusal(answer) {
    if (answer.share === null) return 'This needs a network that answers with a probability.';
    const own = confidence(answer);
    return own < THRESHOLD
      ? `The network gives “${claim(answer)}” ${percent(own)} %, below the ${percent(THRESHOLD)} % that a group of atoms would have to keep.`
      : null;
  }

  /** The subsets of the side that the network takes. */
  options({ share }) {
    const target = share >= 0.5 ? 'yes' : 'no';
    return { method: 'sis', target, at: 'present', threshold: THRESHOLD, mask: 0 };
  }

  wait(structure, text, look) {
    Object.assign(this.plate, { structure, groups: null, ...shown(null, look) });
    setText(byId('subsets-note'), text);
    this.list.replaceChildren();
    clearAnswer(this.shows);
  }

  show(structure, answer, { sis }, look) {
    const empty = sis.sets[0]?.features.length === 0;
    const values = new Float32Array(structure.size);
    sis.sets.forEach((set) => set.features.forEach((atom) => (values[atom] = 1)));
    const groups = sis.sets.map((set) => set.features);
    const map = { explanation: { signed: true }, values };
    Object.assign(this.plate, { structure, groups, ...shown(map, { ...look, vmax: 1 }) });
    setText(
      byId('subsets-note'),
      sis.sets.length === 0
        ? 'No group of atoms suffices.'
        : empty
          ? `No atom is needed: of nothing at all the network says “${claim(answer)}”, ${percent(sis.sets[0].score)} %.`
          : `Each group alone, all other atoms taken out, keeps “${claim(answer)}” at ${percent(THRESHOLD)} % or more. Without all of them ${percent(sis.rest)} % are left.`,
    );
    this.list.replaceChildren(
      ...sis.sets.slice(0, empty ? 0 : undefined).map((set, k) => {
        const names = [...set.features].sort((a, b) => a - b).map((atom) => structure.names[atom]);
        return el('li', { text: `Group ${k + 1}: ${names.join(', ')} (${percent(set.score)} %)` });
      }),
    );
  }
}
