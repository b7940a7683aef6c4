// Kernel ridge regression by hand: the Coulomb matrix, three molecules in closed form, figures in documents.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import {
  distance,
  example,
  gaussian,
  ridge,
  TAUGHT,
} from '../../dist/site/molecules/space/by-hand.js';
import { coulomb, SIDE } from '../../dist/site/molecules/space/coulomb.js';
import { MEASURED, QUOTED } from '../../dist/site/molecules/space/errors.js';
import { GEOMETRIES } from '../../dist/site/molecules/space/geometries.js';
import { geometry } from '../../dist/site/molecules/space/xyz.js';
import { random } from '../pkg/rig.mjs';
import { done, network, root } from './molecules-rig.mjs';

after(done);

const BOHR = 0.529177210903;
const close = (a, b, within, what = '') =>
  assert.ok(Math.abs(a - b) <= within, `${what} ${a} is not ${b}: ${Math.abs(a - b)}`);
const total = (values) => values.reduce((sum, x) => sum + x, 0);
const named = (name) => geometry(new Map(GEOMETRIES).get(name));

// ---- S2-13, the Coulomb matrix

test('S2-13: H2 at 0.74 Å and CH4 by hand', () => {
  const hydrogen = coulomb({ charges: [1, 1], positions: [0, 0, 0, 0, 0, 0.74] });
  // 0.74 Å = 1.398397 Bohr; 1 · 1 / 1.398397 = 0.715104.
  for (const [at, value] of [
    [0, 0.5],
    [1, 0.715104],
    [SIDE, 0.715104],
    [SIDE + 1, 0.5],
  ])
    close(hydrogen.matrix[at], value, 1e-6);
  assert.equal(total(hydrogen.matrix.map((x) => (x === 0 ? 0 : 1))), 4);
  // C–H 1.087 Å along the diagonals of a cube; H–H is √(8/3) times as far.
  const a = 1.087 / Math.sqrt(3);
  const cube = [
    [a, a, a],
    [a, -a, -a],
    [-a, a, -a],
    [-a, -a, a],
  ];
  const { matrix, order } = coulomb({
    charges: [1, 6, 1, 1, 1],
    positions: [...cube[0], 0, 0, 0, ...cube.slice(1).flat()],
  });
  assert.deepEqual(order, [1, 0, 2, 3, 4], 'carbon has the largest norm and comes first');
  close(matrix[0], 36.8581, 1e-4); // ½ · 6^2.4
  for (let i = 1; i < 5; i += 1) {
    close(matrix[i], 2.92094, 1e-5); // 6 / 2.054133 Bohr
    close(matrix[i * SIDE], 2.92094, 1e-5);
    for (let j = 1; j < 5; j += 1) close(matrix[i * SIDE + j], i === j ? 0.5 : 0.298117, 1e-5);
  }
  for (let i = 0; i < SIDE; i += 1)
    for (let j = 5; j < SIDE; j += 1)
      assert.ok(
        matrix[i * SIDE + j] === 0 && matrix[j * SIDE + i] === 0,
        'no phantom has an entry',
      );
});

/** A rotation drawn at random, as nine numbers. */
function rotation(draw) {
  const q = Array.from({ length: 4 }, () => draw() - 0.5);
  const n = Math.hypot(...q);
  const [w, x, y, z] = q.map((v) => v / n);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

/** A ring of CH units and others whose atoms have equal norms. */
const SYMMETRIC = (() => {
  const ring = (n, radius, z) =>
    Array.from({ length: n }, (_, k) => {
      const angle = (2 * Math.PI * k) / n;
      return [z, radius * Math.cos(angle), radius * Math.sin(angle), 0];
    });
  const of = (atoms) => ({
    charges: atoms.map(([z]) => z),
    positions: atoms.flatMap(([, ...place]) => place),
  });
  const a = 1.087 / Math.sqrt(3);
  return {
    'regular benzene': of([...ring(6, 1.39, 6), ...ring(6, 2.48, 1)]),
    'regular cyclobutadiene': of([...ring(4, 1.0, 6), ...ring(4, 2.08, 1)]),
    'regular methane': of([
      [6, 0, 0, 0],
      [1, a, a, a],
      [1, a, -a, -a],
      [1, -a, a, -a],
      [1, -a, -a, a],
    ]),
    'sulfur ring': of(ring(8, 2.3, 16)),
  };
})();

test('S2-13: rotation and translation change no entry by more than 1e-5', () => {
  const draw = random(7);
  const molecules = [
    ...GEOMETRIES.map(([name, atoms]) => [name, geometry(atoms)]),
    ...Object.entries(SYMMETRIC),
  ];
  for (const [name, { charges, positions }] of molecules) {
    const { matrix, order } = coulomb({ charges, positions });
    for (let k = 0; k < 50; k += 1) {
      const turn = rotation(draw);
      const step = [0, 1, 2].map(() => 10 * (draw() - 0.5));
      const moved = charges.flatMap((_, atom) =>
        turn.map((row, axis) =>
          row.reduce((sum, r, j) => sum + r * positions[3 * atom + j], step[axis]),
        ),
      );
      for (const there of [moved, Float32Array.from(moved)]) {
        const other = coulomb({ charges, positions: there });
        assert.deepEqual(other.order, order, name);
        // Float32 places themselves are off by up to 5e-7 Å.
        const allowed = there === moved ? 1e-5 : 1e-4;
        matrix.forEach((x, i) => close(other.matrix[i], x, allowed, name));
      }
    }
  }
});

// ---- S2-14, solved in the page

/** (K + λI)⁻¹ (E − b) for three molecules: minors over the determinant. */
function closedForm(kernel, energies, lambda) {
  const b = total(energies) / 3;
  const [[p, q, r], [s, t, u], [v, w, x]] = kernel.map((row, i) =>
    row.map((k, j) => k + (i === j ? lambda : 0)),
  );
  const minors = [
    [t * x - u * w, r * w - q * x, q * u - r * t],
    [u * v - s * x, p * x - r * v, r * s - p * u],
    [s * w - t * v, q * v - p * w, p * t - q * s],
  ];
  const determinant = p * minors[0][0] + q * minors[1][0] + r * minors[2][0];
  const alpha = minors.map(
    (row) => row.reduce((sum, minor, j) => sum + minor * (energies[j] - b), 0) / determinant,
  );
  return { alpha, b };
}

test('S2-14: three molecules, α = (K + λI)⁻¹(E − b), equal the closed form', () => {
  const matrices = TAUGHT.map((name) => coulomb(named(name)).matrix);
  const energies = [-412.7, -798.3, -1387.3];
  const asked = coulomb(named('Ethanol')).matrix;
  for (const sigma of [5, 50, 200]) {
    for (const lambda of [1e-6, 0.01, 1]) {
      const found = example(matrices, energies, asked, { sigma, lambda });
      const kernel = matrices.map((a) =>
        matrices.map((b) => {
          let squares = 0;
          a.forEach((x, i) => (squares += (x - b[i]) ** 2));
          return Math.exp(-squares / (2 * sigma ** 2));
        }),
      );
      const { alpha: expected, b } = closedForm(kernel, energies, lambda);
      close(found.bias, b, 1e-9);
      found.alpha.forEach((a, i) => {
        close(a, expected[i], (1e-9 * Math.max(1, Math.abs(expected[i]))) / lambda ** 0.5);
        found.kernels[i].forEach((k, j) => close(k, kernel[i][j], 1e-12));
      });
      const near = matrices.map((a) => gaussian(distance(a, asked), sigma));
      close(found.energy, b + total(near.map((k, i) => k * expected[i])), 1e-5);
    }
  }
  // By hand: K = [[1, k], [k, 1]] has the inverse [[1, −k], [−k, 1]] / (1 − k²).
  const { alpha: two, bias: middle } = ridge(
    [
      [1, 0.5],
      [0.5, 1],
    ],
    [3, -1],
    0,
  );
  assert.equal(middle, 1);
  close(two[0], 4, 1e-12);
  close(two[1], -4, 1e-12);
});

test('S2-14: with λ near 0 what was learned is returned', () => {
  const matrices = TAUGHT.map((name) => coulomb(named(name)).matrix);
  const energies = [-412.7, -798.3, -1387.3];
  matrices.forEach((matrix, i) => {
    const { energy } = example(matrices, energies, matrix, { sigma: 50, lambda: 1e-9 });
    close(energy, energies[i], 1e-3);
  });
});

// ---- S2-15, figures in documents

test('S2-15: quoted figures, and the files’ own errors wherever they are written', async () => {
  assert.deepEqual(
    QUOTED.map(([when, , error]) => [when, error]),
    [
      ['March 2012', 9.99],
      ['December 2012', 3.51],
      ['2015', 1.3],
      ['', 1],
    ],
  );
  const errors = {};
  for (const [, name] of MEASURED) {
    const model = await network(name, name.includes('krr') ? null : 5);
    errors[name] = Number(model.info.metadata['heatlens.mae']);
  }
  assert.deepEqual(Object.keys(errors), ['qm7-krr.onnx', 'qm7-dtnn.onnx']);
  const row = async (document, name) =>
    (await readFile(new URL(document, root), 'utf8'))
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(name));
  for (const [name, error] of Object.entries(errors)) {
    assert.ok((await row('README.md', name)).includes(`MAE ${error.toFixed(2)} kcal/mol`), name);
    const training = await row('training/molecules/README.md', name);
    assert.ok(training.includes(`MAE **${error.toFixed(3)}** kcal/mol`), name);
    const { length } = await readFile(new URL(`www/models/${name}`, root));
    const bytes = String(length).replace(/\B(?=(\d{3})+$)/g, ' ');
    assert.ok(training.includes(`| ${bytes} |`), `${name} has ${bytes} bytes`);
  }
});

test('the nearest that two atoms come leaves the matrix finite', () => {
  const { matrix } = coulomb({ charges: [6, 6], positions: [1, 2, 3, 1, 2, 3] });
  assert.ok(matrix.every(Number.isFinite));
  close(matrix[1] / ((36 * BOHR) / 1e-9), 1, 1e-6);
});
