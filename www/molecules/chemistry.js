// Molecules: what was typed or opened, read strictly, brought into a normal form and ready to draw and to run.
//
// Reading, Kekulé forms, hydrogens, resonance and aromaticity are this project's (chemistry/): openchemlib skips what it
// does not understand, and what it calls aromatic depends on the order of the atoms. It draws the molecule, looks for
// substructures and writes SMILES of molfiles.

/** @import { Graph } from './chemistry/kekule.js' */

import { settled } from './chemistry/kekule.js';
import { readMolfile } from './chemistry/molfile.js';
import { normalForm, withoutHydrogens } from './chemistry/normal.js';
import { identity } from './chemistry/identity.js';
import { ignored } from './chemistry/ignored.js';
import { readSmiles, writeSmiles } from './chemistry/smiles.js';
import { ELEMENTS } from './chemistry/elements.js';
import { describe, tensors } from './graph.js';
import { chemistry } from './library.js';
import { problem } from './problem.js';

/** Most heavy atoms that the page takes. */
export const MAX_ATOMS = 150;
/** Longest SMILES. */
const MAX_TEXT = 2048;

/** Letters of other alphabets that look like those of SMILES. */
const LOOKALIKES = new Map(
  Object.entries({
    С: 'C',
    с: 'c',
    О: 'O',
    о: 'o',
    Н: 'H',
    Р: 'P',
    Ѕ: 'S',
    Ν: 'N',
    Ο: 'O',
    '−': '-',
    '–': '-',
  }),
);

/** @import { Library } from './library.js' */

export { chemistry };

/** Throws if a text has letters that SMILES does not use, naming the place. */
export function checkSmiles(text) {
  if (text === '')
    throw problem('E_EMPTY', 'There is no molecule yet. Type a SMILES, for example CCO.');
  if (text.length > MAX_TEXT) {
    throw problem(
      'E_LIMIT',
      `The text has ${text.length} characters; this page reads up to ${MAX_TEXT}.`,
    );
  }
  [...text].forEach((letter, i) => {
    if (/[A-Za-z0-9@+\-[\]()=#$:.%/\\*~]/.test(letter)) return;
    const code = `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    const like = LOOKALIKES.get(letter);
    const hint = like ? ` It looks like ${like} but is another letter.` : '';
    throw problem(
      'E_LETTER',
      `Character ${i + 1} (${letter.trim() ? letter : 'a space'}, ${code}) is not used in SMILES.${hint}`,
    );
  });
}

/** A molecule of up to `most` heavy atoms from SMILES. Rejects with the reason. @param {string} text */
export async function fromSmiles(text, most = MAX_ATOMS) {
  const smiles = text.trim();
  checkSmiles(smiles);
  const graph = settled(readSmiles(smiles));
  return new Structure(await chemistry(), graph, smiles, most);
}

/** A molecule from the text of a molfile. Rejects with the reason. */
export async function fromMolfile(text, most = MAX_ATOMS) {
  const graph = settled(readMolfile(text));
  const library = await chemistry();
  const smiles = writtenBy(library, text, graph);
  graph.stereo = /[@/\\]/.test(smiles);
  return new Structure(library, graph, smiles, most);
}

/**
 * The SMILES of a molfile, which is read again where it is changed; in Kekulé form, which nobody reads differently.
 * @param {Pick<Library, 'Molecule'>} library @param {string} text @param {Graph} graph
 */
function writtenBy({ Molecule }, text, graph) {
  try {
    const smiles = Molecule.fromMolfile(text).toIsomericSmiles({ kekulizedOutput: true });
    const what = (each) => identity(normalForm(withoutHydrogens(each)));
    // It may have passed over something.
    if (what(settled(readSmiles(smiles))) === what(graph)) return smiles;
  } catch {
    // What it cannot read or write is written without stereochemistry below.
  }
  return build({ Molecule }, withoutHydrogens(graph)).toSmiles();
}

/** A nitrogen of five bonds with a charge instead of the fifth, as patterns write it: N(=O)=O becomes [N+](=O)[O−]. */
function separated({ atoms, bonds }) {
  const graph = {
    atoms: atoms.map((atom) => ({ ...atom })),
    bonds: bonds.map((bond) => ({ ...bond })),
  };
  graph.atoms.forEach((atom, index) => {
    const own = graph.bonds.filter(({ a, b }) => a === index || b === index);
    const sum = own.reduce((total, { order }) => total + order, atom.hydrogens);
    if (atom.symbol !== 'N' || atom.charge !== 0 || sum < 5) return;
    const other = ({ a, b }) => graph.atoms[a === index ? b : a];
    const ends = own.filter(
      (bond) => bond.order > 1 && ['O', 'N', 'C'].includes(other(bond).symbol),
    );
    const [end] = ends.sort(
      (x, y) =>
        'ONC'.indexOf(other(x).symbol) - 'ONC'.indexOf(other(y).symbol) || y.order - x.order,
    );
    if (!end) return;
    end.order -= 1;
    atom.charge += 1;
    other(end).charge -= 1;
  });
  return graph;
}

/** openchemlib's molecule of a graph, without stereochemistry. @param {Pick<Library, 'Molecule'>} library @param {Graph} graph */
function build({ Molecule }, { atoms, bonds }) {
  const molecule = new Molecule(atoms.length, bonds.length);
  for (const { symbol, charge } of atoms) {
    const atom = molecule.addAtom(ELEMENTS.indexOf(symbol));
    if (charge !== 0) molecule.setAtomCharge(atom, charge);
  }
  const types = [Molecule.cBondTypeSingle, Molecule.cBondTypeDouble, Molecule.cBondTypeTriple];
  for (const { a, b, order } of bonds)
    molecule.setBondType(molecule.addBond(a, b), types[order - 1]);
  molecule.ensureHelperArrays(Molecule.cHelperRings);
  return molecule;
}

/** A molecule that passed the checks. */
export class Structure {
  /** @param {Library} library @param {Graph} graph whose orders and hydrogens are settled @param {string} smiles */
  constructor(library, graph, smiles, most = MAX_ATOMS) {
    this.library = library;
    this.smiles = smiles;
    /** The name that stood beside it. */
    this.title = '';
    const heavy = withoutHydrogens(graph);
    this.size = heavy.atoms.length;
    if (this.size === 0) throw problem('E_EMPTY', 'The molecule has no atom other than hydrogen.');
    if (this.size > most) {
      throw problem(
        'E_LIMIT',
        `The molecule has ${this.size} heavy atoms; this page takes up to ${most}.`,
      );
    }
    this.names = heavy.atoms.map(({ symbol }, atom) => `${symbol}${atom + 1}`);
    this.symbols = heavy.atoms.map(({ symbol }) => symbol);
    /** Of the molecule as a whole. */
    this.written = { charge: graph.atoms.reduce((sum, { charge }) => sum + charge, 0) };
    /** The molecule as it is written, for the drawing. */
    this.molecule = drawn(library, graph, heavy);
    this.normal = normalForm(heavy);
    /** What of the input has no part in the answer, in words. */
    this.ignored = ignored(graph, heavy, this.normal);
    /** Its normal form, for substructures. */
    this.pattern = build(library, separated(heavy));
    this.graph = describe(this.normal);
    const [features, adjacency] = tensors(this.graph);
    this.features = features;
    this.adjacency = adjacency;
  }

  /** Number of parts that no bond connects. */
  parts() {
    return this.pattern.getFragmentNumbers([], false, false);
  }

  /** Bonds as pairs of atoms. */
  get bonds() {
    return this.graph.bonds;
  }
}

/** What is drawn: with the marks of stereochemistry, where openchemlib finds the same atoms in the text. */
function drawn(library, graph, heavy) {
  if (graph.tokens) {
    try {
      const molecule = library.Molecule.fromSmiles(writeSmiles(graph));
      molecule.ensureHelperArrays(library.Molecule.cHelperRings);
      const same = heavy.atoms.every(({ symbol }, atom) => molecule.getAtomLabel(atom) === symbol);
      if (molecule.getAtoms() === heavy.atoms.length && same) return molecule;
    } catch {
      // It knows fewer elements and charges; the drawing is then made of the graph.
    }
  }
  return build(library, heavy);
}
