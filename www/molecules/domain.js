// Molecules as a domain of the kit: read from SMILES, one network per number of atoms, explained atom by atom.

import { HeatMolecule } from '../kit/elements/molecule.js';
import { el } from '../kit/page/dom.js';
import { fromMolfile, fromSmiles } from './chemistry.js';
import { options, whyNot } from './methods.js';
import { Plate } from './plate.js';

export { Plate, fromMolfile, fromSmiles };

/** @import { Domain } from '../kit/lens/domain.js' */

/** @type {Domain} */
export const molecule = {
  kind: 'molecule',
  element: HeatMolecule,
  open: true,
  async read(lens) {
    const smiles = lens.typed ?? lens.smiles ?? lens.textContent?.trim() ?? '';
    if (smiles === '') return null;
    const structure = await fromSmiles(smiles);
    const present = new Float32Array(structure.size).fill(1);
    return {
      inputs: [structure.features, structure.adjacency, present],
      key: smiles,
      axes: { atoms: structure.size },
      structure,
    };
  },
  ask: (entry) => (whyNot(entry, 'atoms') === null ? options(entry, 'atoms') : null),
  show(element, { structure }, explanation) {
    element.structure = structure;
    element.explanation = explanation;
  },
  editor(lens, info, example) {
    void info;
    const field = el('input', {
      class: 'field',
      part: 'field',
      'aria-label': 'Molecule as SMILES',
      spellcheck: 'false',
      autocapitalize: 'off',
    });
    field.value = example?.key ?? '';
    field.addEventListener('input', () => lens.edit({ typed: field.value.trim() }));
    return field;
  },
};
