// What tests of molecules share: the built site's modules in Node, and the data sets.
import { readFile } from 'node:fs/promises';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { createRuntime } from '#site/pkg/index.js';
import { data as find } from '../support/data.mjs';

export const root = new URL('../../', import.meta.url);
/** Skips a test, visibly, where the data sets are not there; fails where they should be. */
export const data = (t) => find('molecules', t) !== null;

const folder = process.env.HEATLENS_DATA ?? new URL('../shared/data', root).pathname;

const TABLES = {
  ames: ['ames_hansen2009.csv.gz', 'Canonical_Smiles', 'Activity'],
  esol: ['delaney-processed.csv', 'smiles', 'measured log solubility in mols per litre'],
};

/** Rows of a table: SMILES and label. */
export async function molecules(name) {
  const [file, smiles, label] = TABLES[name];
  const bytes = await readFile(`${folder}/molecules/${file}`);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header, ...rows] = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) =>
        cell.replace(/^"|"$/g, ''),
      ),
    );
  const at = [smiles, label].map((column) => header.indexOf(column));
  return rows.map((cells) => ({ smiles: cells[at[0]].trim(), label: Number(cells[at[1]]) }));
}

/** Rows that were held out in training. */
export async function heldOut(name) {
  const all = await molecules(name);
  const rows = JSON.parse(await readFile(new URL('tests/molecules/held_out.json', root), 'utf8'))[
    name
  ];
  return rows.map((row) => ({ ...all[row], row }));
}

const ARRAYS = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
  '|u1': Uint8Array,
};

/** Arrays of a .npz file by name: shape and values. */
export async function npz(path) {
  const bytes = await readFile(`${folder}/${path}`);
  const arrays = {};
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = bytes.readUInt32LE(end + 16);
  for (let k = bytes.readUInt16LE(end + 10); k > 0; k -= 1) {
    const [size, name, extra, comment] = [20, 28, 30, 32].map((o) =>
      o === 20 ? bytes.readUInt32LE(at + o) : bytes.readUInt16LE(at + o),
    );
    const start = bytes.readUInt32LE(at + 42);
    const body = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const packed = bytes.subarray(body, body + size);
    const file = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
    arrays[bytes.toString('latin1', at + 46, at + 46 + name).replace(/\.npy$/, '')] = npy(file);
    at += 46 + name + extra + comment;
  }
  return arrays;
}

function npy(bytes) {
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + length);
  const [, kind] = /'descr': '([^']*)'/.exec(header) ?? [];
  const [, sizes] = /'shape': \(([^)]*)\)/.exec(header) ?? [];
  const shape = sizes
    .split(',')
    .filter((n) => n.trim())
    .map(Number);
  const values = new ARRAYS[kind](Uint8Array.from(bytes.subarray(10 + length)).buffer);
  return { shape, values: /'fortran_order': True/.test(header) ? rowMajor(values, shape) : values };
}

/** Values whose first index runs fastest, in the order in which the last one does. */
function rowMajor(values, shape) {
  const out = new values.constructor(values.length);
  const place = shape.map(() => 0);
  for (let to = 0; to < out.length; to += 1) {
    out[to] = values[place.reduceRight((from, i, axis) => from * shape[axis] + i, 0)];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] += 1;
      if (place[axis] < shape[axis]) break;
      place[axis] = 0;
    }
  }
  return out;
}

const runtime = createRuntime({ workers: 1 });
const loaded = new Map();

/** A shipped network bound to this many atoms. */
export async function network(file, atoms) {
  const key = `${file} ${atoms}`;
  if (!loaded.has(key)) {
    const bytes = await readFile(new URL(`www/models/${file}`, root));
    loaded.set(key, await runtime.load(bytes, { axes: atoms === null ? {} : { atoms } }));
  }
  return loaded.get(key);
}

export const done = () => runtime.dispose();

/** The methods that there are. */
export const catalogue = () => runtime.methods();

/** Area under the ROC curve, ties counted half. */
export function auc(scores, labels) {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let [sum, positive] = [0, 0];
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j += 1;
    for (let k = i; k < j; k += 1) {
      if (!labels[order[k]]) continue;
      positive += 1;
      sum += (i + j + 1) / 2;
    }
    i = j;
  }
  return (sum - (positive * (positive + 1)) / 2) / (positive * (order.length - positive));
}
