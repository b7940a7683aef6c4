// Lists of molecules: SMILES line by line with names beside them, tables, SD files. Every record keeps its number; one that
// cannot be read is named and loses no other.

import { problem } from '../problem.js';
import { settled } from './kekule.js';
import { readMolfile } from './molfile.js';
import { withoutHydrogens } from './normal.js';
import { readSmiles } from './smiles.js';

/** Most records of a list. */
const MOST = 5000;
/** Lines that decide in which column the SMILES are. */
const SAMPLE = 60;
/** Records that are read at a time, between which the page goes on. */
const BLOCK = 200;

const isMolfile = (text) => /^M {2}END/m.test(text) || /V[23]000\s*$/m.test(text);

/** Ways to cut a line into cells; blanks last, for names have blanks, too. */
const CUTS = [
  (line) => line.split('\t'),
  (line) => line.split(/[,;]/),
  (line) => line.split(/\s+/),
];
const clean = (cell) => cell.trim().replace(/^"(.*)"$/, '$1');

const reads = (smiles) => {
  try {
    return withoutHydrogens(settled(readSmiles(smiles))).atoms.length > 0;
  } catch {
    return false;
  }
};

/** The cut and the column in which most lines of a sample are SMILES. */
function column(lines) {
  const sample = lines.filter((_, i) => i % Math.ceil(lines.length / SAMPLE) === 0);
  let best = { hits: 0, cut: CUTS[2], at: 0 };
  for (const cut of CUTS) {
    const cells = sample.map(({ text }) => cut(text).map(clean));
    const width = Math.min(12, Math.max(...cells.map((row) => row.length)));
    for (let at = 0; at < width; at += 1) {
      const hits = cells.filter((row) => row[at] && reads(row[at])).length;
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
    .map((line, k) => ({ number: k + 1, text: line.trim() }))
    .filter(({ text: line }) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw problem('E_EMPTY', 'There is no molecule in it.');
  const { cut, at } = column(lines.slice(0, MOST));
  return lines.map(({ number, text: line }) => {
    const cells = cut(line).map(clean);
    // A line without the table's separator has blanks in its place.
    const [smiles, ...behind] = (cells[at] ?? '').split(/\s+/);
    const name = [...behind, ...cells.filter((_, k) => k !== at)].join(' ').trim();
    return { number, name, smiles };
  });
}

/** What a record says of itself where it cannot be read, or null. */
function fault({ smiles, molfile }) {
  try {
    const graph = withoutHydrogens(settled(molfile ? readMolfile(molfile) : readSmiles(smiles)));
    return graph.atoms.length === 0 ? 'no atom other than hydrogen' : null;
  } catch (/** @type {any} */ error) {
    if (!error.code) throw error;
    return error.message;
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * The records of a text in the order of the file.
 * @param {string} text
 * @returns {Promise<{number: number, name: string, smiles?: string, molfile?: string, fault: string|null}[]>} number: of the
 *   line, or of the record in an SD file; `fault` says why it cannot be read
 * @throws where there are none or too many
 */
export async function records(text) {
  const found = split(text.replace(/^\ufeff/, ''));
  if (found.length > MOST)
    throw problem(
      'E_LIMIT',
      `The list has ${found.length} records; this page takes up to ${MOST}.`,
    );
  const read = [];
  for (const record of found) {
    if (read.length % BLOCK === BLOCK - 1) await turn();
    read.push({ ...record, fault: fault(record) });
  }
  return read;
}
