// Makes the training graphs of the molecule models from the tables of SMILES, by the module that
// the page uses: one JSON line per molecule with its row in the table, label, atoms, bonds and scaffold.
//
//   node training/molecules/graphs.mjs [folder of the tables] [folder for the graphs]

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Molecule } from 'openchemlib';
import { settled } from '../../www/molecules/chemistry/kekule.js';
import { normalForm, withoutHydrogens } from '../../www/molecules/chemistry/normal.js';
import { readSmiles, writeSmiles } from '../../www/molecules/chemistry/smiles.js';
import { describe } from '../../www/molecules/graph.js';

const [from = '../shared/data/molecules', to = 'target/molecules'] = process.argv.slice(2);

/** name of the graphs, table, column of the SMILES, column of the label */
const TABLES = [
  ['ames', 'ames_hansen2009.csv.gz', 'Canonical_Smiles', 'Activity'],
  ['esol', 'delaney-processed.csv', 'smiles', 'measured log solubility in mols per litre'],
];

/** Rows of a comma-separated table as objects; quoted cells may hold commas. */
function table(text) {
  const rows = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((cell) =>
        cell[1].replace(/^"|"$/g, ''),
      ),
    );
  const [header, ...body] = rows;
  return body.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
}

/**
 * The scaffold of Bemis and Murcko 1996 (rings and what links them), as openchemlib's canonical
 * code; empty for a molecule without rings.
 */
function scaffold(molecule) {
  const n = molecule.getAtoms();
  const keep = new Array(n).fill(true);
  const neighbours = (atom) => {
    let kept = 0;
    for (let i = 0; i < molecule.getConnAtoms(atom); i += 1) {
      kept += keep[molecule.getConnAtom(atom, i)] ? 1 : 0;
    }
    return kept;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let atom = 0; atom < n; atom += 1) {
      if (keep[atom] && neighbours(atom) < 2) {
        keep[atom] = false;
        changed = true;
      }
    }
  }
  if (!keep.includes(true)) return '';
  const rings = new Molecule(n, molecule.getBonds());
  molecule.copyMoleculeByAtoms(rings, keep, true, null);
  return rings.getIDCode();
}

mkdirSync(to, { recursive: true });
for (const [name, file, smiles, label] of TABLES) {
  const bytes = readFileSync(join(from, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = [];
  const refused = [];
  for (const [at, row] of table(text).entries()) {
    try {
      const graph = settled(readSmiles(row[smiles].trim()));
      const normal = normalForm(withoutHydrogens(graph));
      const symbols = [...new Set(normal.atoms.map(({ symbol }) => symbol))];
      const molecule = Molecule.fromSmiles(writeSmiles(graph));
      molecule.ensureHelperArrays(Molecule.cHelperRings);
      const line = { row: at, label: Number(row[label]), symbols, ...describe(normal) };
      lines.push(JSON.stringify({ ...line, scaffold: scaffold(molecule) }));
    } catch (error) {
      refused.push(`${row[smiles]}: ${error.message}`);
    }
  }
  writeFileSync(join(to, `${name}.jsonl`), `${lines.join('\n')}\n`);
  console.log(`${name}: ${lines.length} molecules, ${refused.length} refused`);
  for (const line of refused) console.log(`  ${line}`);
}
