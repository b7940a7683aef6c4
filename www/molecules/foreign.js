// What people have of a molecule that is no SMILES: names, InChI, formulas, numbers of catalogues.

import { EXAMPLES } from './examples.js';
import { problem } from './problem.js';

/** Letters that stand in names and hardly in the small letters of a SMILES (b, c, n, o, p, s, and l, r of Cl and Br). */
const OTHERS = /[adefghijkmqtuvwxyz]/;

/** A word or several, with the numbers, primes and brackets of systematic names. */
const isName = (text) =>
  /^[\p{L}\d,.'′’()[\]+ -]+$/u.test(text) &&
  (text.match(/\p{Ll}{3,}/gu) ?? []).some((run) => OTHERS.test(run));

/** Atoms that are counted: hydrogens stand outside of brackets, as in no SMILES. */
const isFormula = (text) => /^([A-Z][a-z]?\d*)+$/.test(text) && /H(\d|[A-Z]|$)/.test(text);

/** @type {[(text: string) => boolean, string, (text: string) => string][]} */
const KINDS = [
  [
    (text) => /^InChI=/.test(text),
    'E_INCHI',
    () => 'This is an InChI. The page reads SMILES, which most programs write beside it.',
  ],
  [
    (text) => /^[A-Z]{14}-[A-Z]{10}-[A-Z]$/.test(text),
    'E_INCHI',
    () => 'This is an InChIKey, from which no molecule can be read. The page reads SMILES.',
  ],
  [(text) => /^\d{2,7}-\d\d-\d$/.test(text), 'E_NAME', () => 'This is a CAS number, not a SMILES.'],
  [
    isFormula,
    'E_NAME',
    (text) =>
      `“${text.slice(0, 40)}” is a formula, not a SMILES: it does not say how the atoms are bound.`,
  ],
  [isName, 'E_NAME', (text) => `“${text.slice(0, 40)}” is a name, not a SMILES.`],
];

/**
 * What a text is that cannot be read as a SMILES, as an error for people.
 * @param {string} text
 * @returns {(Error & { code: string }) | null} null where it looks like nothing that is known
 */
export function kindOf(text) {
  const known = EXAMPLES.find(([name]) => name.toLowerCase() === text.toLowerCase());
  if (known) return problem('E_NAME', `This is a name, not a SMILES. Its SMILES is ${known[1]}.`);
  const [, code, words] = KINDS.find(([is]) => is(text)) ?? [];
  return code && words ? problem(code, words(text)) : null;
}
