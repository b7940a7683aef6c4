// A line as programs write it: a SMILES, an extension between bars (CXSMILES, ChemAxon), a name.

import { problem } from '../problem.js';

/**
 * @param {string} text
 * @returns {{smiles: string, extension: string, name: string}} each empty where there is none
 */
export function apart(text) {
  const [front, smiles, extension = ''] = /^(\S*)\s*(?:\|([^|]*)\|?)?/.exec(text) ?? ['', ''];
  return { smiles, extension, name: text.slice(front.length).trim() };
}

const numbers = String.raw`[\d.:]+(?:,[\d.:]+)*`;
/** Coordinates, empty labels, values and properties of atoms, lone pairs, stereochemistry: the networks see none of it. */
const HARMLESS = new RegExp(
  String.raw`^(?:\([^)]*\)|\$;*\$|\$_AV:[^$]*\$|atomProp:[^,]*|(?:c|t|ctu|w|wU|wD|a|o\d+|&\d+|lp):${numbers}|r)(?:,|$)`,
);
/** What the others are, by how they begin. @type {[RegExp, string][]} */
const WORDS = [
  [/^\$/, 'labels of atoms, which may stand for anything,'],
  [/^(RG|LOG|LO):/, 'R groups'],
  [/^\^/, 'unpaired electrons'],
  [/^m:/, 'a bond to one of several atoms'],
];

/** Throws if what stands between bars behind a SMILES makes it another molecule. */
export function checkExtension(extension) {
  let rest = extension.trim();
  while (HARMLESS.test(rest)) rest = rest.replace(HARMLESS, '');
  if (rest === '') return;
  const [, what] = WORDS.find(([begins]) => begins.test(rest)) ?? [null, 'something'];
  throw problem(
    'E_EXTENSION',
    `Between the bars behind the SMILES stand ${what} that the page does not read: “${rest.slice(0, 24)}”.`,
  );
}
