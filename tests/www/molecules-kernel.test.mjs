// Kernel ridge regression on Coulomb matrices: what pairs of atoms add to the energy.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { coulomb, freeAtoms, SIDE } from '../../dist/site/molecules/space/coulomb.js';
import { GEOMETRIES } from '../../dist/site/molecules/space/geometries.js';
import { kernelMachine, relevance } from '../../dist/site/molecules/space/kernel.js';
import { pairRows } from '../../dist/site/molecules/space/pairs.js';
import { geometry } from '../../dist/site/molecules/space/xyz.js';
import { random } from '../pkg/rig.mjs';
import { done, network, root } from './molecules-rig.mjs';
import { weights } from './onnx-weights.mjs';

after(done);

const stored = weights(await readFile(new URL('www/models/qm7-krr.onnx', root)));
const machine = await kernelMachine(await network('qm7-krr.onnx', null));

const close = (a, b, within, what = '') =>
  assert.ok(Math.abs(a - b) <= within, `${what} ${a} is not ${b}: ${Math.abs(a - b)}`);
const total = (values) => values.reduce((sum, x) => sum + x, 0);
const named = (name) => geometry(new Map(GEOMETRIES).get(name));

const [centres, alpha] = ['centres.f16', 'alpha'].map((name) => stored.get(name));
const [bias] = stored.get('mean');
const [decay] = stored.get('width');
const upper = [...stored.get('upper')];
const isDiagonal = upper.map((at) => Math.floor(at / SIDE) === at % SIDE);

/** What the training's document says, on one line. */
const trained = async () =>
  (await readFile(new URL('training/molecules/README.md', root), 'utf8')).replaceAll('\n', ' ');

/** E of entries on and above the diagonal, in double precision, as training/molecules/kernel_ridge.py has it. */
function energyOf(entries) {
  let energy = bias;
  for (let m = 0; m < alpha.length; m += 1) {
    let apart = 0;
    entries.forEach((x, p) => (apart += Math.abs(x - centres[m * upper.length + p])));
    energy += alpha[m] * Math.exp(decay * apart);
  }
  return energy;
}

const entriesOf = (matrix) => Float64Array.from(upper, (at) => matrix[at]);

/** The definition of integrated gradients as a sum over the middles of `steps` equal parts, by entry. */
function summed(entries, steps) {
  const moving = [...entries.keys()].filter((p) => !isDiagonal[p] && entries[p] > 0);
  const x = moving.map((p) => entries[p]);
  const shares = new Float64Array(entries.length);
  for (let m = 0; m < alpha.length; m += 1) {
    const own = centres.subarray(m * upper.length, (m + 1) * upper.length);
    let still = 0;
    entries.forEach((value, p) => {
      if (!moving.includes(p)) still += Math.abs(value - own[p]);
    });
    const there = moving.map((p) => own[p]);
    const sums = x.map(() => 0);
    for (let k = 0; k < steps; k += 1) {
      const t = (k + 0.5) / steps;
      let apart = still;
      for (let i = 0; i < x.length; i += 1) apart += Math.abs(t * x[i] - there[i]);
      const kernel = Math.exp(decay * apart);
      for (let i = 0; i < x.length; i += 1) sums[i] += t * x[i] > there[i] ? kernel : -kernel;
    }
    moving.forEach((p, i) => (shares[p] += (alpha[m] * decay * x[i] * sums[i]) / steps));
  }
  return shares;
}

/** Shares of entries as shares of pairs 'i,j' of atoms. */
function byPair(shares, order) {
  return new Map(
    upper.map((at, p) => {
      const atoms = [order[Math.floor(at / SIDE)], order[at % SIDE]].sort((a, b) => a - b);
      return [String(atoms), shares[p]];
    }),
  );
}

test('the parts read off the network are the numbers in its file', () => {
  assert.deepEqual([...machine.alpha], [...alpha]);
  assert.deepEqual([...machine.centres], [...centres]);
  assert.equal(machine.bias, bias);
  close(machine.decay / decay, 1, 1e-8);
});

/** The page's molecules, one of them pulled about, and one with 23 atoms. */
function molecules() {
  const draw = random(3);
  const pulled = named('Aniline');
  pulled.positions.forEach((x, i) => (pulled.positions[i] = x + 0.6 * (draw() - 0.5)));
  const chain = []; // C7H16
  for (let k = 0; k < 7; k += 1) {
    const [x, y] = [1.26 * k, k % 2 ? 0.88 : 0];
    chain.push(['C', x, y, 0], ['H', x, y + (k % 2 ? 0.6 : -0.6), 0.9]);
    chain.push(['H', x, y + (k % 2 ? 0.6 : -0.6), -0.9]);
  }
  chain.push(['H', -0.9, 0.6, 0], ['H', 8.46, 0.6, 0]);
  return [
    ...GEOMETRIES.map(([name, atoms]) => [name, geometry(atoms)]),
    ['pulled about', pulled],
    ['heptane', geometry(chain)],
  ];
}

test('S2-6, S2-16: shares of pairs and of atoms, with the free atoms as bias, sum to the energy', async () => {
  const model = await network('qm7-krr.onnx', null);
  let miss = 0;
  for (const [name, molecule] of molecules()) {
    const input = coulomb(molecule);
    const { energy, free, pairs, atoms } = await relevance(machine, input);
    const n = molecule.charges.length;
    assert.equal(pairs.length, (n * (n - 1)) / 2, name);
    // To the model as its file defines it, in double precision.
    const whole = energyOf(entriesOf(input.matrix));
    const apart = energyOf(entriesOf(freeAtoms(input.matrix)));
    close(energy, whole, 1e-4, name);
    close(free, apart, 1e-4, name);
    const sum = total(pairs.map((pair) => pair.relevance));
    close(sum, whole - apart, 1e-3, `${name}: Σ of the pairs`);
    close(total(atoms) + free, energy, 1e-3, `${name}: Σ of the atoms + bias`);
    for (let atom = 0; atom < n; atom += 1) {
      const mine = pairs.filter((pair) => pair.atoms.includes(atom));
      assert.equal(mine.length, n - 1);
      close(atoms[atom], total(mine.map((pair) => pair.relevance)) / 2, 1e-9, name);
    }
    // And to the network as it runs, whose single precision is good to a few hundredths.
    for (const [matrix, exact] of [
      [input.matrix, energy],
      [freeAtoms(input.matrix), free],
    ]) {
      const [found] = (await model.predict(matrix)).logits;
      close(found, exact, 0.05, name);
      miss = Math.max(miss, Math.abs(found - exact));
    }
  }
  const size = total([...alpha].map(Math.abs)) / 1e6;
  console.log(
    `single precision is off by up to ${miss.toFixed(3)} kcal/mol, Σ|α| = ${size.toFixed(2)} million`,
  );
  const [, good, sum] = (await trained()).match(
    /good to ([\d.]+) kcal\/mol for the page's molecules .*: the coefficients sum to ([\d.]+) million in size/,
  );
  assert.ok(miss <= Number(good), `${miss}`);
  assert.equal(size.toFixed(1), sum);
});

test('S2-16: every pair’s share is what finite sums of the definition come to', async () => {
  for (const [name, steps, within] of [
    ['Water', 20_000, 1e-3],
    ['Methane', 20_000, 2e-3],
    ['Ethanol', 4_000, 0.1],
  ]) {
    const input = coulomb(named(name));
    const { pairs } = await relevance(machine, input);
    const expected = byPair(summed(entriesOf(input.matrix), steps), input.order);
    for (const pair of pairs)
      close(pair.relevance, expected.get(String(pair.atoms)), within, `${name} ${pair.atoms}`);
    const largest = Math.max(...pairs.map((pair) => Math.abs(pair.relevance)));
    assert.ok(largest > 20 * within, `${name}: ${largest} is hardly more than what is allowed`);
  }
});

test('S2-16: steps come near slowly, as training/molecules/README.md says', async () => {
  const misses = (steps) =>
    Math.max(
      ...GEOMETRIES.map(([, atoms]) => {
        const { matrix } = coulomb(geometry(atoms));
        const whole = energyOf(entriesOf(matrix)) - energyOf(entriesOf(freeAtoms(matrix)));
        return Math.abs(total(summed(entriesOf(matrix), steps)) - whole);
      }),
    );
  const [, few, many] = (await trained()).match(
    /32 midpoints miss up to ([\d.]+) kcal\/mol of the sum, 2,000 still ([\d.]+),/,
  );
  const found = [32, 2000].map(misses);
  console.log(`32 midpoints miss ${found[0].toFixed(1)} kcal/mol, 2,000 ${found[1].toFixed(3)}`);
  close(found[0], Number(few), 0.5);
  close(found[1], Number(many), 0.005);
  const source = await readFile(new URL('www/molecules/space/kernel.js', root), 'utf8');
  assert.equal(source.match(/2,000 steps would miss up to ([\d.]+) kcal/)[1], many);
});

test('S2-16: integrated gradients of the package come to the same as far as its steps go', async () => {
  const model = await network('qm7-krr.onnx', null);
  const input = coulomb(named('Methane'));
  const { pairs, energy, free } = await relevance(machine, input);
  const steps = 128;
  const found = await model.explain(input.matrix, {
    method: 'integrated-gradients',
    target: 0,
    baseline: freeAtoms(input.matrix),
    quadrature: 'midpoint',
    steps,
  });
  const shares = entriesOf(found.relevance);
  const reference = byPair(shares, input.order);
  for (const pair of pairs) close(pair.relevance, reference.get(String(pair.atoms)), 0.2);
  // What so many steps leave: why the page does not take steps.
  const gap = Math.abs(found.sum - (energy - free));
  assert.ok(gap > 0.01 && gap < 0.5, `${steps} steps miss ${gap} kcal/mol`);
});

test('S2-16: the slope of a pair is the derivative of the energy by its entry', async () => {
  const input = coulomb(named('Acetic acid'));
  const { pairs } = await relevance(machine, input);
  const entries = entriesOf(input.matrix);
  const step = 1e-7;
  const slopes = entries.map((x, p) => {
    if (isDiagonal[p] || x === 0) return 0;
    const at = (value) => energyOf(entries.map((own, q) => (q === p ? value : own)));
    return (at(x + step) - at(x - step)) / (2 * step);
  });
  const expected = byPair(slopes, input.order);
  for (const { atoms, slope } of pairs) close(slope, expected.get(String(atoms)), 0.02);
  assert.ok(Math.max(...pairs.map(({ slope }) => Math.abs(slope))) > 1);
});

test('rows of pairs: names, bonds, distances, the largest share first', async () => {
  const molecule = named('Water');
  const kernel = await relevance(machine, coulomb(molecule));
  const rows = pairRows(molecule, kernel, [[0, 1, -3]]);
  assert.deepEqual(rows.map(({ name, bonded }) => [name, bonded]).sort(), [
    ['H2–H3', false],
    ['O1–H2', true],
    ['O1–H3', true],
  ]);
  const sizes = rows.map((row) => Math.abs(row.kernel));
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => b - a),
  );
  const one = rows.find(({ name }) => name === 'O1–H2');
  close(one.distance, Math.hypot(0.223, 0.656, 0.677), 1e-6);
  assert.equal(one.cut, -3);
  assert.equal(rows.find(({ name }) => name === 'O1–H3').cut, null);
});
