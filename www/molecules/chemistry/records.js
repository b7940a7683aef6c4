// Lists of molecules: SMILES line by line with names beside them, tables, SD files. Every record keeps its number; one that
// cannot be read is named and loses no other.

import { checkSmiles, MAX_ATOMS } from '../chemistry.js';
import { problem } from '../problem.js';
import { settled } from './kekule.js';
import { apart, checkExtension } from './line.js';
import { readMolfile } from './molfile.js';
import { withoutHydrogens } from './normal.js';
import { readSmiles } from './smiles.js';

/** Most records of a list. */
const MOST = 5000;
/** Lines that decide in which column the SMILES are. */
const SAMPLE = 60;
/** Milliseconds of reading after which the page goes on. */
const BLOCK = 50;

const isMolfile = (text) => /^M {2}END/m.test(text) || /V[23]000\s*$/m.test(text);

/** Cuts a line at a separator, but neither in quotes, where two are one, nor between the bars behind a SMILES. */
const cutAt = (separator) => (line) => {
  const end = `(?=${separator}|$)`;
  const cell = new RegExp(` *"((?:[^"]|"")*)" *${end}|((?:\\s\\|[^|]*\\||[^${separator}])*)`, 'y');
  const cells = [];
  for (let from = 0; from <= line.length; from = cell.lastIndex + 1) {
    cell.lastIndex = from;
    const [, quoted, plain] = cell.exec(line) ?? [];
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
  }
  return cells;
};
const atBlanks = (line) => cutAt(' ')(line.trim().replace(/\s+/g, ' '));
/** Ways to cut a line into cells; blanks last, for names have blanks, too. */
const CUTS = [cutAt('\t'), cutAt(';'), cutAt(','), atBlanks];

/**
 * What a record says of itself where it cannot be read, or null.
 * @param {{ smiles?: string, extension?: string, molfile?: string }} record @param {number} most heavy atoms
 */
function fault({ smiles = '', extension = '', molfile }, most) {
  if (!molfile && smiles === '') return 'no SMILES in this line.';
  try {
    if (!molfile) {
      checkSmiles(smiles);
      checkExtension(extension);
    }
    const graph = molfile ? readMolfile(molfile) : readSmiles(smiles);
    const size = graph.atoms.filter(({ symbol }) => symbol !== 'H').length;
    if (size === 0) return 'no atom other than hydrogen.';
    if (size > most) return `${size} heavy atoms; this page takes up to ${most}.`;
    withoutHydrogens(settled(graph));
    return null;
  } catch (/** @type {any} */ error) {
    if (!error.code) throw error;
    return error.message;
  }
}

/** Whether a cell holds a SMILES and no name. */
function isSmiles(cell) {
  const { smiles, name } = apart(cell);
  return name === '' && fault({ smiles, extension: '' }, Infinity) === null;
}

/** The cut and the column in which most lines of a sample are SMILES. */
function column(lines) {
  const sample = lines.filter((_, i) => i % Math.ceil(lines.length / SAMPLE) === 0);
  let best = { hits: 0, cut: atBlanks, at: 0 };
  for (const cut of CUTS) {
    const cells = sample.map(({ text }) => cut(text));
    const width = Math.min(12, Math.max(...cells.map((row) => row.length)));
    for (let at = 0; at < width; at += 1) {
      const hits = cells.filter((row) => isSmiles(row[at] ?? '')).length;
      if (hits > best.hits) best = { hits, cut, at };
    }
  }
  return best;
}

/** The records of a text, unread: number, name, and SMILES or molfile. */
function split(text) {
  if (isMolfile(text)) {
    const parts = text.split(/^\$\$\$\$.*$/m);
    return parts
      .map((part, k) => (k === 0 ? part : part.replace(/^(\r\n|\n|\r)/, '')))
      .filter((part) => part.trim() !== '')
      .map((molfile, k) => ({
        number: k + 1,
        name: molfile.split(/\r\n|\n|\r/)[0].trim(),
        molfile,
      }));
  }
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line, k) => ({ number: k + 1, text: line }))
    .filter(({ text: line }) => !/^\s*(#|$)/.test(line));
  if (lines.length === 0) throw problem('E_EMPTY', 'There is no molecule in it.');
  const { cut, at } = column(lines.slice(0, MOST));
  return lines.map(({ number, text: line }) => {
    const cells = cut(line);
    // A line without the table's separator has blanks in its place.
    const others = cells.filter((_, k) => k !== at);
    return { number, ...apart([cells[at] ?? '', ...others].join(' ')) };
  });
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * The records of a text in the order of the file.
 * @param {string} text @param {number} most heavy atoms
 * @returns {Promise<{number: number, name: string, smiles?: string, molfile?: string, fault: string|null}[]>} number: of the
 *   line, or of the record in an SD file; `fault` says why it cannot be read
 * @throws where there are none or too many
 */
export async function records(text, most = MAX_ATOMS) {
  const found = split(text.replace(/^\ufeff/, ''));
  if (found.length > MOST)
    throw problem(
      'E_LIMIT',
      `The list has ${found.length} records; this page takes up to ${MOST}.`,
    );
  const read = [];
  let since = performance.now();
  for (const record of found) {
    if (performance.now() - since > BLOCK) {
      await turn();
      since = performance.now();
    }
    read.push({ ...record, fault: fault(record, most) });
  }
  return read;
}
