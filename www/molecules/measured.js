// What was measured of the examples: facts, each with its source, to set beside a network's answer.

/** @import { Structure } from './chemistry.js' */

import { fromSmiles } from './chemistry.js';
import { identity } from './chemistry/identity.js';
import { EXAMPLES } from './examples.js';

/** Where the values of a network's property come from. */
export const SOURCES = {
  ames: {
    words: 'K. Hansen et al., J. Chem. Inf. Model. 49:2077, 2009',
    href: 'https://doi.org/10.1021/ci900161g',
  },
  esol: {
    words: 'J. S. Delaney, J. Chem. Inf. Comput. Sci. 44:1000, 2004',
    href: 'https://doi.org/10.1021/ci034243x',
  },
};

/**
 * By an example's name: whether the Ames test found it mutagenic, and its solubility in water as log10 of mol/l; absent
 * where the source has no value. `form`: what the source measured, where it is not quite the example.
 * @type {Map<string, {ames?: boolean, esol?: number, form?: {ames: string}}>}
 */
export const MEASURED = new Map([
  ['4-Nitroaniline', { ames: true, esol: -2.37 }],
  ['Nitrobenzene', { ames: false, esol: -1.8 }],
  ['Aniline', { ames: false, esol: -0.41 }],
  ['Benzo[a]pyrene', { esol: -8.699 }],
  ['Styrene oxide', { ames: true, esol: -1.6, form: { ames: 'one of its mirror images' } }],
  ['Aspirin', {}],
  ['Caffeine', { ames: false, esol: -0.876 }],
  ['Glucose', { esol: 0.74 }],
  ['Naphthalene', { ames: false, esol: -3.6 }],
  ['Ethanol', { ames: false, esol: 1.1 }],
]);

/**
 * The measured value in words; its source is in SOURCES.
 * @param {string} example its name in examples.js
 * @param {'ames'|'esol'} model whose property it is
 * @returns {string} empty where the source has no value, or where it is no example
 */
export function measured(example, model) {
  const found = MEASURED.get(example);
  const value = found?.[model];
  if (value === undefined) return '';
  const form = found?.form?.[model];
  const words = {
    ames: () => (value ? 'mutagenic' : 'not mutagenic'),
    esol: () => `log S = ${String(value).replace('-', '−')}`,
  };
  return `Measured${form ? ` (${form})` : ''}: ${words[model]()}`;
}

/** Stereochemistry or isotopes, which the networks do not see. */
const isMarked = ({ smiles }) => /[@/\\]|\[\d/.test(smiles);

/** Whether two structures of one normal form are one substance. @param {Structure} one @param {Structure} other */
function isSame(one, other) {
  if (!isMarked(one) && !isMarked(other)) return true;
  const [own, its] = [one, other].map(({ library, smiles }) =>
    library.Molecule.fromSmiles(smiles).getIDCode(),
  );
  return own === its;
}

/**
 * Which example a structure is.
 * @returns {Promise<(structure: Structure) => string|null>} its name; null where it is none, or another stereoisomer or isotope
 */
export async function exampleSearch() {
  const structures = await Promise.all(EXAMPLES.map(([, smiles]) => fromSmiles(smiles)));
  /** @type {Map<string, {name: string, structure: Structure}>} */
  const known = new Map();
  structures.forEach((structure, k) =>
    known.set(identity(structure.normal), { name: EXAMPLES[k][0], structure }),
  );
  return (structure) => {
    const found = known.get(identity(structure.normal));
    return found && isSame(found.structure, structure) ? found.name : null;
  };
}
