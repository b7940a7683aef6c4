// Molecules as a domain of the kit: read from SMILES, one network per number of atoms, explained atom by atom.

import { HeatMolecule } from '../kit/elements/molecule.js';
import { el } from '../kit/page/dom.js';
import { fromMolfile, fromSmiles } from './chemistry.js';
import { removal } from './masks.js';
import { offered, options } from './methods.js';
import { Plate } from './plate.js';

export { Plate, fromMolfile, fromSmiles };

/** @import { Domain } from '../kit/lens/domain.js' */

const FRAGMENTS = 'fragments';

/** Shares of fragments in the form of an explanation. @param {Float32Array} relevance @param {number} score */
const fromShares = (relevance, score) => ({
  method: /** @type {any} */ (FRAGMENTS),
  parameters: {},
  at: 'present',
  node: 'output',
  target: 0,
  label: null,
  against: null,
  againstLabel: null,
  side: null,
  score,
  shape: [relevance.length],
  relevance,
  sum: relevance.reduce((sum, value) => sum + value, 0),
  expected: null,
  signed: true,
  layer: null,
  layers: [],
  sis: null,
  extra: {},
  notes: [],
});

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
  methods: (catalogue) => offered(catalogue, 'atoms'),
  ask: (entry) => (String(entry.name) === FRAGMENTS ? {} : options(entry, 'atoms')),
  async explain(model, { inputs, structure }, asked, call) {
    if (String(asked.method) !== FRAGMENTS) return model.explain(inputs, asked, call);
    const { shares, whole } = await removal(model, structure, new Set(), call);
    return fromShares(shares, whole);
  },
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
