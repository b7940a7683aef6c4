// Substructures that are known to go with mutagenicity (J. Kazius, R. McGuire, R. Bursi, J. Med. Chem.
// 48:312, 2005, table 1), as SMARTS of molecules whose nitrogen has four bonds at most.

/** @type {[string, string[]][]} */
export const TOXICOPHORES = [
  ['aromatic nitro', ['c-[N+](=O)[O-]']],
  ['aromatic amine', ['[NH2]-c']],
  ['three-membered heterocycle', ['C1CO1', 'C1CN1', 'C1CS1']],
  ['nitroso', ['N-N=O', 'C-N=O', 'c-N=O']],
  ['azo', ['c-N=N-c', 'C-N=N-C', 'c-N=N-N']],
  ['hydrazine', ['[NH2]-N']],
  ['aliphatic halide', ['[CX4]-Cl', '[CX4]-Br', '[CX4]-I']],
  ['azide', ['N=[N+]=[N-]']],
  ['diazo', ['C=[N+]=[N-]']],
  ['polycyclic aromatic', ['c1ccc2c(c1)ccc1ccccc12', 'c1ccc2cc3ccccc3cc2c1']],
];

/** Patterns of openchemlib cannot count neighbours: the nitrogen of a nitro group has a third. */
const isNitro = (molecule, atoms) =>
  atoms.some((atom) => molecule.getAtomicNo(atom) === 7 && molecule.getAtomCharge(atom) === 1);

/** @param {Pick<import('./library.js').Library, 'SmilesParser' | 'SSSearcher'>} library
 * @returns {(molecule: import('openchemlib').Molecule) => {name: string, atoms: number[]}[]} finds all of them in a molecule */
export function toxicophoreSearch({ SmilesParser, SSSearcher }) {
  const parser = new SmilesParser({ smartsMode: 'smarts' });
  const patterns = TOXICOPHORES.flatMap(([name, all]) =>
    all.map((smarts) => {
      const fragment = parser.parseMolecule(smarts);
      fragment.setFragment(true);
      return { name, fragment };
    }),
  );
  const searcher = new SSSearcher();
  return (molecule) => {
    const found = new Map();
    for (const { name, fragment } of patterns) {
      searcher.setMol(fragment, molecule);
      if (searcher.findFragmentInMolecule({ countMode: 'overlapping' }) === 0) continue;
      for (const match of searcher.getMatchList()) {
        // A symmetric one is found in each of its orientations.
        const atoms = [...match].sort((a, b) => a - b);
        if (name === 'nitroso' && isNitro(molecule, atoms)) continue;
        found.set(`${name} ${atoms}`, { name, atoms });
      }
    }
    return [...found.values()];
  };
}
