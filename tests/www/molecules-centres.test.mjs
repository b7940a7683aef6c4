// What the kernel model's file holds: centres of clusters of three molecules or more, and no molecule.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { coulomb } from '../../dist/site/molecules/space/coulomb.js';
import { data } from '../support/data.mjs';
import { done, network, root } from './molecules-rig.mjs';
import { weights } from './onnx-weights.mjs';
import { qm7 } from './qm7.mjs';

after(done);

const HALF = 2 ** -11; // largest relative error of a float16
const TINY = 2 ** -25; // largest error of one that is near 0

const file = await readFile(new URL('www/models/qm7-krr.onnx', root));
const stored = weights(file);
const [centres, upper] = ['centres.f16', 'upper'].map((name) => stored.get(name));
const count = stored.get('alpha').length;
/** Rows of QM7 by cluster, as training/molecules/kernel_ridge.py formed them. */
const clusters = JSON.parse(
  await readFile(new URL('tests/molecules/qm7_clusters.json', root), 'utf8'),
);
const documents = (
  await readFile(new URL('training/molecules/README.md', root), 'utf8')
).replaceAll('\n', ' ');

const centre = (m) => centres.subarray(m * upper.length, (m + 1) * upper.length);
const entriesOf = (molecule) => {
  const { matrix } = coulomb(molecule);
  return Float64Array.from(upper, (at) => matrix[at]);
};

test('the file says how many centres it holds, of how many molecules each, and that none is a molecule', async () => {
  assert.equal(centres.length, count * upper.length);
  assert.equal(clusters.length, count);
  const smallest = Math.min(...clusters.map((cluster) => cluster.length));
  assert.ok(smallest >= 3, `a cluster has ${smallest} members`);
  const rows = clusters.flat();
  assert.equal(new Set(rows).size, rows.length, 'no molecule is in two clusters');
  const { metadata } = (await network('qm7-krr.onnx', null)).info;
  assert.equal(metadata['heatlens.smallest-cluster'], String(smallest));
  assert.ok(
    metadata['heatlens.data'].endsWith(
      `the file holds none of its molecules but ${count} cluster centres, each the mean of the Coulomb matrices of ` +
        `${smallest} or more of them.`,
    ),
    metadata['heatlens.data'],
  );
  assert.ok(file.length <= 1_000_000, `${file.length} bytes`);
  const said = documents.match(/The file holds ([\d,]+) cluster centres, each the mean of (\w+)/);
  assert.deepEqual(said.slice(1), [count.toLocaleString('en'), 'three']);
  assert.equal(smallest, 3);
  const page = await readFile(new URL('www/molecules/space/by-hand.js', root), 'utf8');
  assert.ok(
    page.includes(`page has ${said[1]} centres in place of the three, each the mean of three`),
  );
});

test('every centre is the mean of its cluster, and the fold that was held out is in none', async (t) => {
  if (!data('qm7/qm7.npz', t)) return;
  const { molecules, heldOut } = await qm7();
  const out = new Set(heldOut);
  clusters.forEach((cluster, m) => {
    const mean = new Float64Array(upper.length);
    for (const row of cluster) {
      assert.ok(!out.has(row), `molecule ${row} was held out`);
      entriesOf(molecules[row]).forEach((x, p) => (mean[p] += x / cluster.length));
    }
    // The matrices themselves are float32.
    centre(m).forEach((x, p) => {
      const allowed = (HALF + 1e-5) * mean[p] + TINY;
      assert.ok(Math.abs(x - mean[p]) <= allowed, `centre ${m}, entry ${p}: ${x}, ${mean[p]}`);
    });
  });
});

test('no centre is a molecule of the data set, within float16', async (t) => {
  if (!data('qm7/qm7.npz', t)) return;
  const { molecules } = await qm7();
  const rows = molecules.map(entriesOf);
  assert.equal(rows.length, 7165);
  const nearest = Array.from({ length: count }, (_, m) => {
    const own = centre(m);
    let least = Infinity;
    rows.forEach((row, molecule) => {
      const isOther = row.some((x, p) => Math.abs(x - own[p]) > 2 * HALF * x + TINY);
      assert.ok(isOther, `centre ${m} is molecule ${molecule}`);
      let apart = 0;
      for (let p = 0; p < row.length && apart < least; p += 1) apart += Math.abs(row[p] - own[p]);
      least = Math.min(least, apart);
    });
    return least;
  }).sort((a, b) => a - b);
  const [least, median] = [nearest[0], (nearest[(count >> 1) - 1] + nearest[count >> 1]) / 2];
  console.log(
    `qm7-krr.onnx: the nearest molecule is ${least.toFixed(2)} hartree away at least, ${median.toFixed(2)} in the median`,
  );
  const said = documents.match(
    /nearest molecule is ([\d.]+) hartree away at least, ([\d.]+) in the median/,
  );
  assert.deepEqual(said.slice(1), [least.toFixed(2), median.toFixed(2)]);
});
