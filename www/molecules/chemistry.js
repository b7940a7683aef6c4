// Molecules: what was typed or opened, read by openchemlib, checked, and ready to draw and to run.

import { describe, tensors } from './graph.js';
import { problem } from './problem.js';

/** Most heavy atoms that the page takes. */
export const MAX_ATOMS = 150;
/** Longest SMILES; openchemlib's time grows faster than the length. */
const MAX_TEXT = 512;

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

let library = null;

/** openchemlib, fetched when it is first needed. */
export function chemistry() {
  library ??= import('../vendor/openchemlib.js');
  library.catch(() => (library = null));
  return library;
}

/** Throws if a text cannot be SMILES, naming the place. */
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
  for (const [open, close, name] of [
    ['(', ')', 'parenthesis'],
    ['[', ']', 'square bracket'],
  ]) {
    let depth = 0;
    for (const letter of text) {
      if (letter === open) depth += 1;
      if (letter === close) depth -= 1;
      if (depth < 0) break;
    }
    if (depth !== 0) {
      throw problem(
        'E_UNBALANCED',
        `A ${name} is ${depth > 0 ? 'opened but not closed' : 'closed but not opened'}.`,
      );
    }
  }
}

/** Reasons of openchemlib come with the name of its class in front. */
const reason = (error) =>
  String(error?.message ?? error)
    .replace(/^.*?(Exception|Error):\s*/, '')
    .slice(0, 200);

/** A molecule of up to `most` heavy atoms from SMILES. Rejects with the reason. */
export async function fromSmiles(text, most = MAX_ATOMS) {
  const smiles = text.trim();
  checkSmiles(smiles);
  const { Molecule } = await chemistry();
  let molecule;
  try {
    molecule = Molecule.fromSmiles(smiles);
  } catch (error) {
    throw problem('E_SMILES', `This is no SMILES that can be read: ${reason(error)}`);
  }
  return new Structure(await chemistry(), molecule, smiles, most);
}

/** A molecule from the text of a molfile or of the first record of an SD file. */
export async function fromMolfile(text) {
  const library = await chemistry();
  const record = text.split(/^\$\$\$\$/m)[0];
  let molecule;
  try {
    molecule = library.Molecule.fromMolfile(record);
  } catch (error) {
    throw problem('E_MOLFILE', `The molfile cannot be read: ${reason(error)}`);
  }
  if (molecule?.getAllAtoms() > 4 * MAX_ATOMS) {
    throw problem(
      'E_LIMIT',
      `The molfile has ${molecule.getAllAtoms()} atoms; this page takes up to ${MAX_ATOMS} heavy ones.`,
    );
  }
  if (!molecule || molecule.getAllAtoms() === 0)
    throw problem('E_MOLFILE', 'The molfile holds no atoms.');
  return new Structure(library, molecule, molecule.toIsomericSmiles());
}

/** A molecule that passed the checks. */
export class Structure {
  constructor(library, molecule, smiles, most = MAX_ATOMS) {
    this.library = library;
    this.molecule = molecule;
    this.smiles = smiles;
    molecule.ensureHelperArrays(library.Molecule.cHelperRings);
    this.size = molecule.getAtoms();
    this.check(most);
    this.graph = describe(molecule);
    [this.features, this.adjacency] = tensors(this.graph);
    this.names = Array.from(
      { length: this.size },
      (_, atom) => `${molecule.getAtomLabel(atom)}${atom + 1}`,
    );
  }

  check(most) {
    const { molecule, size } = this;
    const others = Array.from({ length: size }, (_, atom) => molecule.getAtomicNo(atom) !== 1);
    if (!others.includes(true))
      throw problem('E_EMPTY', 'The molecule has no atom other than hydrogen.');
    if (size > most) {
      throw problem(
        'E_LIMIT',
        `The molecule has ${size} heavy atoms; this page takes up to ${most}.`,
      );
    }
    for (let atom = 0; atom < size; atom += 1) {
      const [bonds, room] = [molecule.getOccupiedValence(atom), molecule.getMaxValence(atom)];
      if (bonds > room) {
        throw problem(
          'E_VALENCE',
          `Atom ${atom + 1} (${molecule.getAtomLabel(atom)}) has ${bonds} bonds; it can have ${room}.`,
        );
      }
    }
  }

  /** Number of parts that no bond connects. */
  parts() {
    return this.molecule.getFragmentNumbers([], false, false);
  }

  /** Bonds as pairs of atoms. */
  get bonds() {
    return this.graph.bonds;
  }
}
