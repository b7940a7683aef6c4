// Molfiles, version 2000 (CTFile formats, BIOVIA), read strictly by their columns into the same graph as SMILES.

import { problem } from '../problem.js';
import { isElement } from './elements.js';

/** Charges by the code in an atom's line; 4 is a radical. */
const CHARGES = [0, 3, 2, 1, 0, -1, -2, -3];
const PLACEHOLDERS = new Set([
  'A',
  'Q',
  'X',
  'M',
  'L',
  '*',
  'R',
  'R#',
  'LP',
  'Pol',
  'Du',
  'AH',
  'QH',
  'XH',
  'MH',
]);

/** Property lines of queries and of open structures. */
const QUERIES = new Set(['SST', 'APO', 'RGP', 'LOG', 'SUB', 'UNS', 'RBC', 'LIN', 'AAL']);
/** Those that say how something is drawn or named, and nothing of the molecule: of groups whose atoms are all there. */
const DRAWING = new Set(
  'STY SLB SCN SDS SAL SBL SPA SMT SDI SBV SDT SDD SCD SED SPL SNC SAP SCL SBT CRS'.split(' '),
);
/** Kinds of groups whose ends are open. */
const POLYMER = /SRU|MON|MER|COP|CRO|MOD|GRA|ANY/;
/** Largest value of a property line's pair. */
const MOST = { CHG: 9, RAD: 3, ISO: 999 };

const refuse = (why) => problem('E_MOLFILE', `The molfile cannot be read: ${why}`);

/** A whole number in columns of a line; blank is 0. */
function whole(line, from, to, what) {
  const text = line.slice(from, to).trim();
  if (!/^-?\d*$/.test(text))
    throw refuse(`${what} is “${text.slice(0, 12)}”, which is no whole number.`);
  return Number(text);
}

function readAtom(line, at) {
  const symbol = line.slice(31, 34).trim();
  const what = `atom ${at + 1}`;
  if (PLACEHOLDERS.has(symbol))
    throw refuse(`${what} is a placeholder (${symbol}) and no element.`);
  const element = { D: 'H', T: 'H' }[symbol] ?? symbol;
  if (!isElement(element))
    throw refuse(`${what} is “${symbol.slice(0, 12)}”, which is no element.`);
  const isotope = { D: 2, T: 3 }[symbol] ?? 0;
  const code = whole(line, 36, 39, `the charge of ${what}`);
  if (code < 0 || code > 7) throw refuse(`${what} has the charge code ${code}; 0 to 7 are known.`);
  if (whole(line, 42, 45, `the query of ${what}`) !== 0)
    throw refuse(`${what} asks for a number of hydrogens, a query and no molecule.`);
  // 15 stands for none.
  const bonds = whole(line, 48, 51, `the number of bonds of ${what}`);
  if (bonds < 0 || bonds > 15)
    throw refuse(`${what} has ${bonds} bonds stated; 0 to 15 are known.`);
  const place = [0, 10, 20].map((from) => Number(line.slice(from, from + 10)));
  if (!place.every(Number.isFinite)) throw refuse(`${what} has no place in space.`);
  const shift = whole(line, 34, 36, `the mass difference of ${what}`);
  return {
    symbol: element,
    aromatic: false,
    isotope,
    charge: CHARGES[code],
    hydrogens: null,
    chiral: '',
    map: 0,
    at,
    place,
    radical: code === 4 ? 1 : 0,
    isotopic: isotope !== 0 || shift !== 0,
    valence: bonds === 0 ? undefined : bonds % 15,
  };
}

function readBond(line, at, count) {
  const what = `bond ${at + 1}`;
  const [a, b] = [whole(line, 0, 3, what), whole(line, 3, 6, what)];
  for (const end of [a, b])
    if (end < 1 || end > count) throw refuse(`${what} leads to atom ${end}; there are ${count}.`);
  if (a === b) throw refuse(`${what} binds atom ${a} to itself.`);
  const type = whole(line, 6, 9, what);
  if (type > 4 && type < 9) throw refuse(`${what} is a query (type ${type}) and no bond.`);
  if (type < 1 || type > 4) throw refuse(`${what} has the type ${type}; 1 to 4 are read.`);
  const directed = whole(line, 9, 12, what) !== 0;
  return { a: a - 1, b: b - 1, order: type === 4 ? 'aromatic' : type, at: 0, directed };
}

/** Pairs “atom, value” of a property line. */
function pairs(line, count) {
  const entries = whole(line, 6, 9, 'a property line');
  return Array.from({ length: entries }, (_, k) => {
    const [atom, value] = [10 + 8 * k, 14 + 8 * k].map((from) =>
      whole(line, from, from + 3, 'a property'),
    );
    if (atom < 1 || atom > count)
      throw refuse(`a property belongs to atom ${atom}; there are ${count}.`);
    return [atom - 1, value];
  });
}

function readProperties(lines, atoms) {
  let reset = true;
  for (let k = 0; k < lines.length; k += 1) {
    const line = lines[k];
    if (line.startsWith('M  END')) return;
    if (/^A {2}/.test(line)) {
      const atom = whole(line, 3, 6, 'an alias');
      const alias = (lines[k + 1] ?? '').trim();
      k += 1;
      const { symbol } = atoms[atom - 1] ?? {};
      if (alias !== symbol)
        throw refuse(
          `atom ${atom} stands for “${alias.slice(0, 20)}”; abbreviations are not read, draw it out.`,
        );
      continue;
    }
    if (/^G {2}/.test(line)) throw refuse('it holds an abbreviated group; draw it out.');
    const kind = /^M {2}(\S*)/.exec(line)?.[1];
    if (kind === undefined) continue;
    if (kind === 'ALS')
      throw refuse(
        `atom ${whole(line, 7, 10, 'a list')} is a list of elements, a query and no molecule.`,
      );
    if (QUERIES.has(kind))
      throw refuse(`it holds a group, an open place or a condition (M  ${kind}), no molecule.`);
    const polymer = kind === 'STY' && POLYMER.exec(line)?.[0];
    if (polymer)
      throw refuse(`it is part of a polymer (${polymer}), whose ends are open; draw it out.`);
    if (DRAWING.has(kind)) continue;
    if (!['CHG', 'RAD', 'ISO'].includes(kind))
      throw refuse(`what “M  ${kind.slice(0, 3)}” says is not known here.`);
    // The first charge or radical line goes before all codes in the lines of atoms.
    if (reset && kind !== 'ISO') {
      for (const atom of atoms) [atom.charge, atom.radical] = [0, 0];
      reset = false;
    }
    for (const [atom, value] of pairs(line, atoms.length)) {
      if (Math.abs(value) > MOST[kind] || (value < 0 && kind !== 'CHG'))
        throw refuse(`atom ${atom + 1} has ${value} in the line “M  ${kind}”.`);
      if (kind === 'CHG') atoms[atom].charge = value;
      else if (kind === 'ISO') atoms[atom].isotopic = value !== 0;
      else atoms[atom].radical = [0, 2, 1, 2][value] ?? 0;
    }
  }
  throw refuse('the line “M  END” is missing.');
}

/**
 * The graph of a molfile's text, as `readSmiles` gives it; atoms have their `place` and the electrons that are
 * unpaired as `radical`.
 * @param {string} text @throws with what is not understood
 */
export function readMolfile(text) {
  const lines = text.split(/\r\n|\n|\r/);
  const counts = lines[3] ?? '';
  if (/V3000/.test(counts)) throw refuse('it is of version V3000; save it as V2000.');
  if (!/^[ \d]{6}/.test(counts)) throw refuse('its fourth line does not count atoms and bonds.');
  const [atomCount, bondCount] = [
    whole(counts, 0, 3, 'the number of atoms'),
    whole(counts, 3, 6, 'the number of bonds'),
  ];
  if (atomCount === 0) throw refuse('it holds no atoms.');
  const end = lines.findIndex((line) => line.startsWith('M  END'));
  const rows = (end < 0 ? lines.length : end) - 4;
  if (rows < atomCount + bondCount)
    throw refuse(
      `it announces ${atomCount} atoms and ${bondCount} bonds and has ${Math.max(0, rows)} lines for them.`,
    );
  const atoms = lines.slice(4, 4 + atomCount).map(readAtom);
  const bonds = lines
    .slice(4 + atomCount, 4 + atomCount + bondCount)
    .map((line, at) => readBond(line, at, atomCount));
  const seen = new Set();
  for (const { a, b } of bonds) {
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
    if (seen.has(key)) throw refuse(`atoms ${a + 1} and ${b + 1} are bound twice.`);
    seen.add(key);
  }
  for (const { a, b, order } of bonds)
    if (order === 'aromatic') atoms[a].aromatic = atoms[b].aromatic = true;
  readProperties(lines.slice(4 + atomCount + bondCount), atoms);
  return { atoms, bonds };
}
