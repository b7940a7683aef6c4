// Molecules as a domain of the kit: read from SMILES, one network per number of atoms, explained atom by atom.

import { HeatMolecule } from '../kit/elements/molecule.js';
import { el } from '../kit/page/dom.js';
import { fromMolfile, fromSmiles } from './chemistry.js';
import { removal } from './masks.js';
import { byAtom, byBond, drawn, offered, options } from './methods.js';

export * from '../kit/drawings/molecule.js';
export { fromMolfile, fromSmiles };

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
    const removed = new Set(
      String(lens.removed ?? '')
        .match(/\d+/g)
        ?.map(Number),
    );
    const present = Float32Array.from(structure.names, (_, atom) => (removed.has(atom) ? 0 : 1));
    return {
      inputs: [structure.features, structure.adjacency, present],
      key: JSON.stringify([smiles, [...removed]]),
      axes: { atoms: structure.size },
      structure,
      removed,
    };
  },
  methods: (catalogue) => offered(catalogue, 'atoms'),
  ask: (entry) => (String(entry.name) === FRAGMENTS ? {} : options(entry, 'atoms')),
  async explain(model, { inputs, structure, removed }, asked, call) {
    if (String(asked.method) !== FRAGMENTS) return model.explain(inputs, asked, call);
    const { shares, whole } = await removal(model, structure, removed, call);
    return fromShares(shares, whole);
  },
  show(element, { structure, removed }, explanation) {
    const isOfBonds = explanation.at === 'adjacency';
    const values = (isOfBonds ? byBond : byAtom)(explanation, structure);
    element.structure = structure;
    element.of = isOfBonds ? 'bonds' : 'atoms';
    element.removed = removed;
    element.explanation = drawn({ explanation, values });
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
    field.value = example?.structure.smiles ?? '';
    field.addEventListener('input', () => lens.edit({ typed: field.value.trim() }));
    return field;
  },
};
